"""Who was shown one note, and when: told from the looks at the record of the person it is about."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import bindparam, or_, select

from services.audit.projection.reading import ASKED, bare
from services.audit.projection.tables import ACCESSES, ENTRIES, LEDGER
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

How = Literal["opened", "listed", "ledger"]
"""Opened it or a concern of it; was shown the person's notes, or such concerns, in a list; read
the ledger of them."""
_BEGUN = ("note-recorded", "note-refiled")
_NOTE = Prepared(
    select(ENTRIES.c.type, ENTRIES.c.time, ENTRIES.c.subject, LEDGER.c.body)
    .join(LEDGER, LEDGER.c.index == ENTRIES.c.index)
    .where(
        ENTRIES.c.resource_kind == "note",
        ENTRIES.c.resource_id == bindparam("note_id"),
        or_(*(ENTRIES.c.type == each for each in (*_BEGUN, "note-retracted"))),
    )
    .order_by(ENTRIES.c.index)
)
_CONCERNS = Prepared(
    select(LEDGER.c.body)
    .join(ENTRIES, ENTRIES.c.index == LEDGER.c.index)
    .where(
        ENTRIES.c.subject == bindparam("person"),
        or_(ENTRIES.c.type == "concern-raised", ENTRIES.c.type == "concern-refiled"),
    )
)
_LOOKS = Prepared(
    select(LEDGER.c.body)
    .join(ACCESSES, ACCESSES.c.index == LEDGER.c.index)
    .where(
        ACCESSES.c.subject == bindparam("person"),
        ACCESSES.c.outcome == "allowed",
        ACCESSES.c.time >= bindparam("since"),
        ACCESSES.c.time <= bindparam("until"),
    )
    .order_by(ACCESSES.c.index)
)


@dataclass(frozen=True, slots=True)
class Filed:
    """Under whom a note was filed, from when, and until when if it was retracted."""

    person: str
    since: datetime
    until: datetime | None
    concerns: frozenset[str]
    """Those raised with it, then or later, or about it."""


class Readers:
    """Queries of who was shown a note."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def filed(self, note_id: UUID) -> Filed | None:
        """None for a note the ledger doesn't hold."""
        rows = await self._database.fetch(_NOTE, note_id=str(note_id))
        if not rows or rows[0]["type"] not in _BEGUN:
            return None
        begun, person = rows[0], rows[0]["subject"]
        raised = await self._database.fetch(_CONCERNS, person=person)
        concerns = (from_json(row["body"]) for row in raised)
        return Filed(
            person,
            begun["time"],
            _retracted_at(rows[1:]),
            frozenset(
                each["resource"]["id"]
                for each in concerns
                if each["data"]["note_id"] == str(note_id)
            ),
        )

    async def of(
        self, note_id: UUID, filed: Filed, until: datetime, *, identified: bool
    ) -> list[dict[str, Any]]:
        """Everyone who was shown it by then, in the order in which they first were."""
        rows = await self._database.fetch(
            _LOOKS, person=filed.person, since=filed.since, until=until
        )
        resources = {f"note/{note_id}", *(f"concern/{each}" for each in filed.concerns)}
        lists = {"list_notes", *(("list_concerns",) if filed.concerns else ())}
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for body in (from_json(row["body"]) for row in rows):
            how = _how(body, resources, lists)
            if how is None:
                continue
            actor = body["actor"]
            item = found.setdefault(
                (actor["staff_id"], how),
                {
                    "staff_id": actor["staff_id"],
                    "name": actor["name"] if identified else None,
                    "role": actor["role"],
                    "how": how,
                    "first_at": body["time"],
                    "times": 0,
                },
            )
            item["last_at"] = body["time"]
            item["times"] += 1
        return list(found.values())


def _retracted_at(retractions: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When a note was hidden, or else struck through, which leaves it to be read."""
    told = [(from_json(row["body"])["data"]["kind"], row["time"]) for row in retractions]
    hidden = (at for kind, at in told if kind == "wrong_person")
    return next(hidden, None) or next((at for _, at in told), None)


def _how(body: Mapping[str, Any], resources: Container[str], lists: Container[str]) -> How | None:
    """How a look showed the note; None if it didn't."""
    data = body["data"]
    if bare(body["type"]) == ASKED:
        return "ledger" if data["operation"] in ("events", "event", "timeline") else None
    if data.get("resource") in resources:
        return "opened"
    in_a_list = data.get("resource") is None and data.get("operation") in lists
    return "listed" if in_a_list and data.get("returned") else None
