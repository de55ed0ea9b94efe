"""Read model of disclosures: to whom, by whom and on which basis in clear, why sealed.

Who may know of one is decided here: what was not told is hidden from the two whose session it was,
unless it was they who disclosed it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    or_,
    select,
)

from services.supervision.domain import Disclosure
from services.supervision.projection.tables import METADATA, of_either
from shared.eventstore.database import Database
from shared.eventstore.documents import PERSONAL, subject_of, time_of
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write, time_column
from shared.kernel.relationship import Basis

DISCLOSURES = Table(
    "disclosures",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("worker_id", Text, nullable=False, info=subject_of("worker")),
    Column("supervisor_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("to_id", Text, nullable=False),
    Column("disclosed_by", Text, nullable=False),
    Column("told", Boolean, nullable=False),
    time_column("until", nullable=True),
    Column("ended", Boolean, nullable=False),
    Column("for_review", Boolean, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    time_column("disclosed_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
_ROWS = RowsInto(DISCLOSURES)
_D = DISCLOSURES.c


def _concerns(reader: BindParameter[str]) -> ColumnElement[bool]:
    """What somebody did or received, and what they were told of as one of the two."""
    return or_(_own(reader), and_(_D.told, of_either(DISCLOSURES, reader)))


def _not_hidden(reader: BindParameter[str]) -> ColumnElement[bool]:
    """For an IG lead: all, but what one mustn't be told of oneself."""
    return or_(_own(reader), _D.told, ~of_either(DISCLOSURES, reader))


def _own(reader: BindParameter[str]) -> ColumnElement[bool]:
    return or_(_D.to_id == reader, _D.disclosed_by == reader)


_READER = bindparam("reader", type_=Text)
_IN_FORCE = Prepared(
    select(_D.id)
    .where(
        _D.session_id == bindparam("session_id"),
        _D.to_id == _READER,
        ~_D.ended,
        or_(_D.until.is_(None), _D.until > bindparam("at")),
    )
    .limit(1)
)
_ONE = Prepared(select(DISCLOSURES).where(_D.id == bindparam("id")))
_OF_SESSION = Prepared(
    select(_D.metadata)
    .where(_D.session_id == bindparam("session_id"), _concerns(_READER))
    .order_by(_D.disclosed_at, _D.id)
)
_LIST = Listing(
    select(DISCLOSURES),
    key=(_D.disclosed_at, _D.id),
    filters={
        "concerns": _concerns(bindparam("concerns", type_=Text)),
        "governs": _not_hidden(bindparam("governs", type_=Text)),
        "session_id": _D.session_id == bindparam("session_id"),
        "for_review": _D.for_review == bindparam("for_review"),
        "reviewed": _D.reviewed == bindparam("reviewed"),
    },
)


def disclosure_document(disclosure: Disclosure) -> dict[str, Any]:
    """A disclosure with why it was made; without, once that was destroyed."""
    if disclosure.destroyed:
        return {**_metadata(disclosure), "content_state": "destroyed"}
    return {
        **_metadata(disclosure),
        "reason": disclosure.reason,
        "not_told_reason": disclosure.not_told_reason,
        "review": disclosure.reviewed,
        "content_state": "shown",
    }


def _metadata(disclosure: Disclosure) -> dict[str, Any]:
    return {
        "id": disclosure.id,
        "version": disclosure.version,
        "session_id": disclosure.session_id,
        "worker_id": disclosure.worker_id,
        "supervisor_id": disclosure.supervisor_id,
        "team_id": disclosure.team,
        "basis": disclosure.basis,
        "to": disclosure.to,
        "until": disclosure.until,
        "disclosed_by": disclosure.disclosed_by,
        "disclosed_at": disclosure.created_on,
        "told": disclosure.told,
        "told_later": disclosure.told_later,
        "for_review": disclosure.for_review,
        "reason": None,
        "not_told_reason": None,
        "review": disclosure.reviewed and {**disclosure.reviewed, "reason": None},
        "content_state": "confidential",
    }


def disclosure_as_seen(shown: Mapping[str, Any], basis: Basis, now: datetime) -> dict[str, Any]:
    """As it stands at a moment. Why it was not told is for who disclosed it and for IG leads."""
    seen = in_short(shown, now)
    return seen if basis in ("author", "governance") else {**seen, "not_told_reason": None}


def in_short(shown: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """And whether it is in force."""
    until, review = shown["until"], shown["review"]
    ended = review is not None and review["outcome"] == "not_justified"
    return {**shown, "active": not ended and (until is None or now < time_of(until))}


def disclosure_rows(disclosure: Disclosure, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=disclosure.id,
            version=disclosure.version,
            session_id=disclosure.session_id,
            worker_id=disclosure.worker_id,
            supervisor_id=disclosure.supervisor_id,
            team_id=disclosure.team,
            to_id=disclosure.to,
            disclosed_by=disclosure.disclosed_by.staff_id,
            told=disclosure.told,
            until=disclosure.until,
            ended=disclosure.ended,
            for_review=disclosure.for_review,
            reviewed=disclosure.reviewed is not None,
            disclosed_at=disclosure.created_on,
            metadata=_metadata(disclosure),
            document=seal(disclosure_document(disclosure)),
        )
    ]


class Disclosures:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def opens(self, session_id: UUID, reader: str, at: datetime) -> bool:
        """Whether a session's record is disclosed to somebody at a moment."""
        found = await self._database.fetch_one(
            _IN_FORCE, session_id=session_id, reader=reader, at=at
        )
        return found is not None

    async def of_session(self, session_id: UUID, reader: str) -> list[dict[str, Any]]:
        """Those that somebody may know of, without why they were made, oldest first."""
        found = await self._database.fetch(_OF_SESSION, session_id=session_id, reader=reader)
        return [row["metadata"] for row in found]

    async def page(self, reader: str, *, governs: bool, **arguments: Any) -> Slice:
        """Those that somebody may know of: an IG lead of all, others of what concerns them."""
        whose: dict[str, Any] = {"governs" if governs else "concerns": reader}
        return await _LIST.page(self._database, **whose, **arguments)
