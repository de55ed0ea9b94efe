"""What supervision learns from other services: nothing yet."""

from collections.abc import Mapping

from shared.platform.projecting import Handler

HANDLERS: Mapping[str, Handler] = {}
