"""Who was shown one note, and when: told from the looks at the record of the person it is about,
and from what was done to the note, which is answered with all of it."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import any_, bindparam, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.audit.policy import NAMING, tied
from services.audit.projection.reading import ASKED, DOWNLOADED
from services.audit.projection.tables import ACCESSES, ENTRIES, LEDGER
from shared.contracts.contract import bare
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

How = Literal["acted", "opened", "listed", "ledger"]
"""Did something to it or to a concern of it, its author too; opened either; was shown the person's
notes, or such concerns, in a list; read the ledger of them, or fetched an export of it."""
BY_THE_CLOCK = "system"
"""The role in which a deadline that passed is noted, by nobody who reads."""
_BEGUN = ("note-recorded", "note-refiled")
_NOTE = Prepared(
    select(ENTRIES.c.type, ENTRIES.c.time, ENTRIES.c.subject, ENTRIES.c.team_id, LEDGER.c.body)
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
        or_(*(ENTRIES.c.type == each for each in NAMING)),
    )
)
_SHOWN = union_all(
    select(ACCESSES.c.index).where(
        ACCESSES.c.subject == bindparam("person"),
        ACCESSES.c.outcome == "allowed",
        ACCESSES.c.time >= bindparam("since"),
        ACCESSES.c.time <= bindparam("until"),
    ),
    select(ENTRIES.c.index).where(
        ENTRIES.c.resource_id == any_(bindparam("things", type_=ARRAY(Text))),
        ENTRIES.c.actor_role != BY_THE_CLOCK,
        ENTRIES.c.time >= bindparam("since"),
        ENTRIES.c.time <= bindparam("until"),
    ),
).subquery()
_READERS = Prepared(
    select(LEDGER.c.body).join(_SHOWN, _SHOWN.c.index == LEDGER.c.index).order_by(LEDGER.c.index)
)


@dataclass(frozen=True, slots=True)
class Filed:
    """Under whom a note was filed, from when, and until when if it was retracted."""

    person: str
    team_id: str | None
    since: datetime
    until: datetime | None
    concerns: frozenset[str]
    """Those raised with it, then or later, or about it, or linked to it."""


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
        told = await self._database.fetch(_CONCERNS, person=person)
        return Filed(
            person,
            begun["team_id"],
            begun["time"],
            _retracted_at(rows[1:]),
            _concerns(str(note_id), told),
        )

    async def of(
        self, note_id: UUID, filed: Filed, until: datetime, *, identified: bool
    ) -> list[dict[str, Any]]:
        """Everyone who was shown it by then, in the order in which they first were."""
        things = {str(note_id), *filed.concerns}
        rows = await self._database.fetch(
            _READERS, person=filed.person, since=filed.since, until=until, things=sorted(things)
        )
        lists = {"list_notes", *(("list_concerns",) if filed.concerns else ())}
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for body in (from_json(row["body"]) for row in rows):
            how = _how(body, things, lists)
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
                    "last_at": None,
                    "times": 0,
                },
            )
            if how != "acted" or item["last_at"] != body["time"]:  # what one request did is one act
                item["times"] += 1
            item["last_at"] = body["time"]
        return list(found.values())


def _retracted_at(retractions: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When a note was hidden, or else struck through, which leaves it to be read."""
    told = [(from_json(row["body"])["data"]["kind"], row["time"]) for row in retractions]
    hidden = (at for kind, at in told if kind == "wrong_person")
    return next(hidden, None) or next((at for _, at in told), None)


def _concerns(note_id: str, told: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The concerns of a note, from what was told of all of the person's."""
    each_of = (tied(from_json(row["body"])) for row in told)
    return frozenset(chain(*(each - {note_id} for each in each_of if note_id in each)))


def _how(body: Mapping[str, Any], things: Container[str], lists: Container[str]) -> How | None:
    """How an event showed the note, which is of `things` with its concerns; None if it didn't."""
    if body["resource"]["id"] in things:
        return "acted"
    data = body["data"]
    if bare(body["type"]) == ASKED:
        if data["operation"] == "note":
            return "ledger" if data["filters"].get("note_id") in things else None
        return "ledger" if data["operation"] in ("events", "event", "timeline") else None
    if bare(body["type"]) == DOWNLOADED:
        return "ledger" if data["note_id"] is None or data["note_id"] in things else None
    if resource := data.get("resource"):
        return "opened" if resource.partition("/")[2] in things else None
    in_a_list = data.get("operation") in lists
    return "listed" if in_a_list and data.get("returned") else None
