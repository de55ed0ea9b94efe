"""The history of a referral: who did what, when and why, and which of its fields that changed."""

from collections.abc import Sequence
from typing import Any

from shared.eventstore.history import Told, history

CHANGES: dict[str, tuple[str, ...]] = {
    "assessment-requested": ("status", "assessments"),
    "assessment-completed": ("status", "assessments"),
    "referral-decided": ("status", "decisions", "clock"),
    "referral-information-received": ("status", "answers", "clock"),
    "waiting-list-reviewed": ("reviews",),
    "referral-moved": ("team_id",),
    "referral-withdrawn": ("status", "withdrawal", "clock"),
    "referral-allocated": ("status", "allocation", "clock"),
    "referral-transferred": ("allocation", "transfers"),
    "referral-closed": ("status", "closure", "clock"),
}
WHERE_SAID = ("priority", "complexity", "review_due")
"""What some of them change if they say anything of it."""


def referral_history(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Oldest first."""
    return [
        {**entry, "changes": _changes(entry["type"], body["data"])}
        for entry, (body, _) in zip(history(told), told, strict=True)
    ]


def _changes(type: str, data: dict[str, Any]) -> list[str]:
    always = CHANGES.get(type, ())
    return [*always, *(name for name in WHERE_SAID if data.get(name) is not None)]
