"""What is personal in events of the ledger, opened."""

import logging
from typing import Any

from prometheus_client import Counter

from services.audit.policy import ContentState
from shared.eventstore.mapper import Body, personal
from shared.eventstore.sealing import CannotOpen, Keys

UNREADABLE = Counter(
    "countersign_audit_unreadable",
    "Events shown without content because their sealed bytes aren't what was sealed",
)
log = logging.getLogger(__name__)


def opened(index: int, body: Body, keys: Keys) -> tuple[dict[str, Any] | None, ContentState]:
    """The personal fields, and their state: None once destroyed, and for what someone changed."""
    try:
        words = personal(body, keys)
    except CannotOpen:  # one event that was tampered with must not hide others
        log.error("event %s of the ledger can't be opened: its sealed value was changed", index)
        UNREADABLE.inc()
        return None, "unreadable"
    return words, "shown" if words is not None else "destroyed"
