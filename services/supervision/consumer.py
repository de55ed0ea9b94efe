"""What supervision learns from other services: nothing yet."""

from collections.abc import Mapping

from shared.platform.consumer import Handler

HANDLERS: Mapping[str, Handler] = {}
