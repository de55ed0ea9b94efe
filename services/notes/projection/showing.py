"""A note as the API shows it: whole, without its words, or as little as a tombstone."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from services.notes.domain import Note
from shared.contracts.notes import Account, Contact

Shown = Mapping[str, Any]
_WORDS = tuple(field.name for field in fields(Account))
_CODES = tuple(field.name for field in fields(Contact))
_SAID = ("amendments", "addenda", "returns", "retraction_requested", "retracted")
"""What was said of a note later: who, when, and why or what in words."""
_IN_WORDS = frozenset({"reason", "text", "question", "answer", "comment"})
_LEFT = ("id", "version", "service_user_id", "team_id", "status", "recorded_at")


def document(note: Note) -> dict[str, Any]:
    """A note as the API shows it: without its words once they were destroyed."""
    if note.destroyed:
        return {**metadata(note), "content_state": "destroyed"}
    boundaries = [
        {"class" if name == "practice" else name: value for name, value in vars(each).items()}
        for each in note.account.boundary_activities
    ]
    return {
        **metadata(note),
        **vars(note.account_in_full),
        "boundary_activities": boundaries,
        "countersignature": {**vars(note.countersignature), "signed": note.signed},
        **{name: getattr(note, name) for name in _SAID},
    }


def metadata(note: Note) -> dict[str, Any]:
    """A note without what was said and done, why it was amended, and how it was signed in words."""
    return {
        "id": note.id,
        "version": note.version,
        "digest": note.digest,
        "service_user_id": note.service_user_id,
        "team_id": note.team,
        "status": note.status,
        "author": note.author,
        "recorded_at": note.recorded_at,
        **vars(note.contact),
        **dict.fromkeys(_WORDS),
        "concern_id": note.concern_id,
        "group_session_id": note.group_session_id,
        "late": "late" in note.flags,
        "flags": note.flags,
        "outstanding": note.still_outstanding,
        "countersignature": {
            **vars(note.countersignature),
            "signed": _wordless(note.signed),
        },
        "assigned_to": note.assigned_to,
        "to_answer": note.to_answer,
        **{name: _wordless(getattr(note, name)) for name in _SAID},
        "refiled_from": note.refiled_from,
        "refiled_to": note.refiled_to,
        "content_state": "shown",
    }


def _wordless(said: Any) -> Any:
    """What was said of a note, without the words it was said in."""
    if isinstance(said, list):
        return [_wordless(each) for each in said]
    if not isinstance(said, dict):
        return said
    return {
        name: None if name in _IN_WORDS and isinstance(value, str) else _wordless(value)
        for name, value in said.items()
    }


def tombstone(shown: Shown) -> dict[str, Any]:
    """All that is left of a note under the person whom it was not about, from its metadata."""
    by_whom = {name: shown["retracted"][name] for name in ("kind", "by", "at")}
    return {
        **_emptied(shown, shown),
        **{name: shown[name] for name in _LEFT},
        "retracted": {**by_whom, "reason": None, "requested_by": None, "comment": None},
        "content_state": "confidential",
    }


def without_corrected(shown: Shown) -> dict[str, Any]:
    """A version whose facts were corrected since, from its metadata: who wrote and signed it."""
    return {**shown, **_emptied(shown, (*_CODES, *_WORDS)), "content_state": "confidential"}


def corrected_at(shown: Shown) -> int:
    """The version that last corrected a fact, from a note's metadata; 0 if none did."""
    return max(
        (e["version"] for e in shown["amendments"] if e.get("kind") == "factual_correction"),
        default=0,
    )


def elsewhere_hidden(shown: Shown) -> dict[str, Any]:
    """A note without the ids of what was filed under somebody else."""
    return {**shown, "refiled_from": None, "refiled_to": None}


def _emptied(shown: Shown, names: Iterable[str]) -> dict[str, Any]:
    return {name: [] if isinstance(shown[name], list | tuple) else None for name in names}


def worklist_item(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A line of the countersignature worklist."""
    shown = row["metadata"]
    due_at = datetime.fromisoformat(shown["countersignature"]["due_at"])
    return {
        "note_id": shown["id"],
        "version": shown["version"],
        "status": shown["status"],
        "service_user_id": shown["service_user_id"],
        "author": shown["author"],
        "author_at_work": row["author_at_work"],
        "assigned_to": shown.get("assigned_to"),
        "to_answer": shown.get("to_answer"),
        "recorded_at": shown["recorded_at"],
        "due_at": due_at,
        "overdue": due_at < now,
        "reasons": shown["countersignature"]["reasons"],
        "concern": "concern_raised" in shown["countersignature"]["reasons"],
    }
