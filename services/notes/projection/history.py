"""The history of a note: who did what, when and why, and what differs between its versions."""

from collections.abc import Iterable, Sequence
from typing import Any

from shared.eventstore.history import Told, entry

WHY = ("reason", "question", "answer")
"""Where an event says in words why it happened, or what was asked and answered."""


def told_in_full(told: Sequence[Told], *, corrected_at: int = 0) -> list[dict[str, Any]]:
    """For who may see the content; of versions before `corrected_at` only which fields changed."""
    entries, before = [], None
    for body, words in told:
        now = _content(body, words) or before
        found = {**entry(body), "reason": _why(words), "differences": None}
        if found["changes"] and before and now:
            found["differences"] = [
                _difference(name, before, now, found["version"], corrected_at)
                for name in found["changes"]
            ]
        entries.append(found)
        before = now
    return entries


def told_without_content(told: Iterable[Told], *, reasons: bool) -> list[dict[str, Any]]:
    """For who audits it."""
    return [
        {**entry(body), "reason": _why(words) if reasons else None, "differences": None}
        for body, words in told
    ]


def told_of_tombstone(told: Iterable[Told]) -> list[dict[str, Any]]:
    """All that anyone else is told of a note filed under the wrong person: that it is gone."""
    return [
        each
        for each in told_without_content(told, reasons=False)
        if each["type"] == "note-retracted"
    ]


def _why(words: dict[str, Any] | None) -> str | None:
    return next((words[name] for name in WHY if name in words), None) if words else None


def _content(body: dict[str, Any], words: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a version says, as JSON; None for an event that makes none, or once destroyed."""
    if "contact" not in body["data"] or not words:
        return None
    activities = [
        {"class" if name == "practice" else name: value for name, value in each.items()}
        for each in words["account"]["boundary_activities"]
    ]
    return {**body["data"]["contact"], **words["account"], "boundary_activities": activities}


def _difference(
    name: str, before: dict[str, Any], after: dict[str, Any], version: int, corrected_at: int
) -> dict[str, Any]:
    return {
        "field": name,
        "before": before[name] if version > corrected_at else None,
        "after": after[name] if version >= corrected_at else None,
        "content_state": "shown" if version > corrected_at else "confidential",
    }
