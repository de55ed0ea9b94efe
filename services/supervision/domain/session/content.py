"""What the record of a session says: its digest, its actions, and what differs from another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from shared.contracts.supervision import Action, SessionContent
from shared.kernel.digests import digest_of


@dataclass(frozen=True, kw_only=True)
class ActionAgreed:
    """What somebody is to do, as it is said: the worker, unless an owner is named."""

    action: str
    owner_id: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a version of a record says, and both sign."""

    held_at: datetime
    duration_minutes: int
    content: SessionContent

    def digest(self, salt: str) -> str:
        return digest_of(
            salt,
            content=self.content,
            held_at=self.held_at,
            duration_minutes=self.duration_minutes,
        )


def changed(before: Record, after: Record) -> tuple[str, ...]:
    """The names of the fields that differ."""
    when = (
        name
        for name in ("held_at", "duration_minutes")
        if getattr(before, name) != getattr(after, name)
    )
    said = (
        field.name
        for field in fields(SessionContent)
        if getattr(before.content, field.name) != getattr(after.content, field.name)
    )
    return (*when, *said)


def same_actions(before: Iterable[Action], after: Iterable[Action]) -> tuple[Action, ...]:
    """Actions as they are said now: one that says the same, of the same owner, stays itself."""
    return tuple(_same([*before], after))


def _same(left: list[Action], after: Iterable[Action]) -> Iterator[Action]:
    for each in after:
        was = next(
            (a for a in left if (a.action, a.owner_id) == (each.action, each.owner_id)), None
        )
        if was is None:
            yield each
        else:
            left.remove(was)
            yield replace(each, id=was.id)
