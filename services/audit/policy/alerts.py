"""What the IG lead is told of at once: restricted records, broken glass (domain, section 4), and
services that disagree with the ledger."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

Alert = Literal[
    "restricted_record_read", "restricted_record_denied", "glass_broken",
    "glass_broken_for_restricted", "record_incomplete", "record_disagrees",
]  # fmt: skip
ALERTS: tuple[Alert, ...] = get_args(Alert)


def alert(type: str, data: Mapping[str, Any]) -> Alert | None:
    """What an event, known by its bare type, alerts to; None for most."""
    restricted = data.get("restricted") is True
    match type:
        case "record-read" | "ledger-queried" | "export-downloaded" if restricted:
            return "restricted_record_read"
        case "access-denied" if restricted:
            return "restricted_record_denied"
        case "access-override-granted":
            return "glass_broken_for_restricted" if restricted else "glass_broken"
        case "disagreement-found":
            return "record_incomplete" if data.get("finding") == "gap" else "record_disagrees"
    return None
