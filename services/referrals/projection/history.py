"""Histories: who did what, when and why, and which fields that changed."""

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


OF_THE_EVENT = frozenset({"service_user_id", "outcome", "findings"})
"""What an event says of itself, or of whom; it changes no field."""


def kept_history(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Of something that is kept about a person, oldest first. Its events say it whole, so what
    changed is what they say otherwise than the ones before."""
    said: dict[str, Any] = {}
    entries = []
    for entry, (body, words) in zip(history(told), told, strict=True):
        now = _flat({**body["data"], **(words or {})})
        changes = sorted(name for name in now if said and now[name] != said.get(name))
        entries.append({**entry, "changes": changes})
        said |= now
    return entries


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    """A carer's particulars are fields too, as they are in a patch."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in OF_THE_EVENT:
            flat |= value if isinstance(value, dict) else {name: value}
    return flat
