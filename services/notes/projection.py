"""Read models of notes, and the facts learnt of other services."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.notes.domain import Note, Status
from services.notes.policy import Relationship
from shared.contracts.notes import Account
from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database, Rows
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.listing import Listing
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.kernel.actor import Registration

METADATA = MetaData()
NOTES = Table(
    "notes",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("author_id", Text, nullable=False),
    Column("team_id", Text),
    Column("status", Text, nullable=False),
    Column("flags", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
SERVICE_USERS = Table(
    "service_users",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("care_coordinator_id", Text),
)
ALLOCATIONS = Table(
    "allocations",
    METADATA,
    Column("referral_id", Uuid, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    Column("worker_id", Text, nullable=False),
)
WORKERS = Table(
    "workers",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("teams", JSONB, nullable=False),
    Column("registrations", JSONB, nullable=False),
)

_NOTES, _SERVICE_USERS, _ALLOCATIONS, _WORKERS = map(
    RowsInto, (NOTES, SERVICE_USERS, ALLOCATIONS, WORKERS)
)
_asked = (
    func.json_to_recordset(cast(bindparam("keys"), JSON))
    .table_valued(
        column("n", Integer),
        column("service_user_id", Uuid),
        column("staff_id", Text),
        name="asked",
    )
    .render_derived(with_types=True)
)
_FACTS = Prepared(
    select(
        _asked.c.n,
        SERVICE_USERS.c.team_id,
        SERVICE_USERS.c.care_coordinator_id,
        select(func.array_agg(ALLOCATIONS.c.worker_id))
        .where(ALLOCATIONS.c.service_user_id == _asked.c.service_user_id)
        .scalar_subquery()
        .label("allocated"),
        WORKERS.c.teams,
        WORKERS.c.registrations,
    ).select_from(
        _asked.outerjoin(SERVICE_USERS, SERVICE_USERS.c.id == _asked.c.service_user_id).outerjoin(
            WORKERS, WORKERS.c.staff_id == _asked.c.staff_id
        )
    )
)
_NOTE = Prepared(select(NOTES).where(NOTES.c.id == bindparam("id")))
_LIST = Listing(
    select(NOTES.c.id, NOTES.c.recorded_at, NOTES.c.metadata, NOTES.c.document),
    key=(NOTES.c.recorded_at, NOTES.c.id),
    filters={
        "service_user_id": NOTES.c.service_user_id == bindparam("service_user_id"),
        "author_id": NOTES.c.author_id == bindparam("author_id"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
        "status": NOTES.c.status == bindparam("status"),
        "flag": NOTES.c.flags.has_key(bindparam("flag", type_=Text)),
        "since": NOTES.c.occurred_at >= bindparam("since"),
        "until": NOTES.c.occurred_at < bindparam("until"),
    },
)
_WORKLIST = Listing(
    select(NOTES.c.id, NOTES.c.due_at, NOTES.c.metadata),
    key=(NOTES.c.due_at, NOTES.c.id),
    filters={
        "awaiting": NOTES.c.status == bindparam("awaiting"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
    },
)
_WORDS = tuple(field.name for field in fields(Account))


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
        **vars(note.account),
        "boundary_activities": boundaries,
        "countersignature": {**vars(note.countersignature), "signed": note.signed},
        "amendments": note.amendments,
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
        "recorded_at": note.created_on,
        **vars(note.contact),
        **dict.fromkeys(_WORDS),
        "late": "late" in note.flags,
        "flags": note.flags,
        "outstanding": note.outstanding,
        "countersignature": {
            **vars(note.countersignature),
            "signed": _without_comment(note.signed),
        },
        "amendments": [
            {
                **each,
                "reason": None,
                "replaced_signature": _without_comment(each["replaced_signature"]),
            }
            for each in note.amendments
        ],
        "addenda": [],
        "content_state": "shown",
    }


def _without_comment(signature: dict[str, Any] | None) -> dict[str, Any] | None:
    return signature and {**signature, "comment": None}


def worklist_item(shown: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A line of the countersignature worklist, from a note's metadata."""
    due_at = datetime.fromisoformat(shown["countersignature"]["due_at"])
    return {
        "note_id": shown["id"],
        "service_user_id": shown["service_user_id"],
        "author": shown["author"],
        "recorded_at": shown["recorded_at"],
        "due_at": due_at,
        "overdue": due_at < now,
        "reasons": shown["countersignature"]["reasons"],
        "concern": "concern_raised" in shown["countersignature"]["reasons"],
    }


def rows(note: Note, seal: Seal) -> list[Write]:
    return [
        _NOTES.row(
            id=note.id,
            version=note.version,
            service_user_id=note.service_user_id,
            author_id=note.author.staff_id,
            team_id=note.team,
            status=note.status,
            flags=note.flags,
            occurred_at=note.contact.occurred_at,
            recorded_at=note.created_on,
            due_at=note.countersignature.due_at,
            metadata=metadata(note),
            document=seal(document(note)),
        )
    ]


def service_user_heard_of(id: UUID, team_id: str, care_coordinator_id: str | None) -> Write:
    return _SERVICE_USERS.row(id=id, team_id=team_id, care_coordinator_id=care_coordinator_id)


def allocation_heard_of(referral_id: UUID, service_user_id: UUID, worker_id: str) -> Write:
    return _ALLOCATIONS.row(
        referral_id=referral_id, service_user_id=service_user_id, worker_id=worker_id
    )


def worker_heard_of(staff_id: str, teams: tuple[str, ...], registrations: tuple[Any, ...]) -> Write:
    return _WORKERS.row(staff_id=staff_id, teams=teams, registrations=registrations)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known here of a service user and a member of staff. None: not heard of."""

    relationship: Relationship | None
    teams: frozenset[str] | None
    registrations: tuple[dict[str, Any], ...]

    def registration(self, on: date) -> Registration | None:
        """A registration in force on a day, if there is one."""
        for each in self.registrations:
            if each["expires_on"] is None or date.fromisoformat(each["expires_on"]) >= on:
                return Registration(each["body"], each["number"])
        return None


UNKNOWN = Facts(None, None, ())


class Notes:
    """Queries of the read models."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._facts = Coalesced(database, _FACTS.sql)

    async def facts(self, service_user_id: UUID | None, staff_id: str) -> Facts:
        row = await self._facts.one(service_user_id=service_user_id, staff_id=staff_id)
        relationship = None
        if row["team_id"] is not None:
            relationship = Relationship(
                row["team_id"], row["care_coordinator_id"], row["allocated"] or ()
            )
        return Facts(
            relationship,
            None if row["teams"] is None else frozenset(row["teams"]),
            tuple(row["registrations"] or ()),
        )

    async def note(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_NOTE, id=id)

    async def page(self, **arguments: Any) -> Rows:
        return await _LIST.page(self._database, **arguments)

    async def worklist(self, **arguments: Any) -> Rows:
        return await _WORKLIST.page(
            self._database, awaiting=Status.AWAITING, order="asc", **arguments
        )
