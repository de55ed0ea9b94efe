"""Read models of service users, referrals and caseloads."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.referrals.domain import AlreadyRegistered, CaseloadFull, Referral, ServiceUser
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, Row, RowsInto, Write
from shared.platform.ties import VISIBLE, allocation_is, person_is

METADATA = MetaData()
SERVICE_USERS = Table(
    "service_users",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("nhs_number", Text),
    Column("team_id", Text, nullable=False),
    Column("care_coordinator_id", Text),
    Column("document", JSON, nullable=False),
)
REFERRALS = Table(
    "referrals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("worker_id", Text),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("document", JSON, nullable=False),
)
CASELOADS = Table(
    "caseloads",
    METADATA,
    Column("worker_id", Text, primary_key=True),
    Column("open", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("overridden", Integer, nullable=False),
)
REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "caseloads_within_limit": CaseloadFull,
}

_SERVICE_USERS, _REFERRALS = map(RowsInto, (SERVICE_USERS, REFERRALS))
_limit, _overriding = (bindparam(name, type_=Integer) for name in ("limit", "overriding"))
_JOIN = Prepared(
    insert(CASELOADS)
    .values(
        worker_id=bindparam("worker"),
        open=1,
        most=_limit,
        overridden=_overriding * func.greatest(1 - _limit, 0),
    )
    .on_conflict_do_update(
        index_elements=[CASELOADS.c.worker_id],
        set_={
            "open": CASELOADS.c.open + 1,
            "most": _limit,
            "overridden": _overriding * func.greatest(CASELOADS.c.open + 1 - _limit, 0),
        },
    )
)
_LEAVE = Prepared(
    update(CASELOADS)
    .where(CASELOADS.c.worker_id == bindparam("worker"))
    .values(
        open=CASELOADS.c.open - 1,
        overridden=func.greatest(CASELOADS.c.open - 1 - CASELOADS.c.most, 0),
    )
)


class _Caseloads:
    """Moves between caseloads, in one order of workers so that no two wait for each other.

    `overridden` is by how many a caseload is past its limit, each with a manager's reason. It goes
    down with whoever leaves, so that an override is used once and no reason ever serves twice.
    """

    name = "caseloads"

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        for row in sorted(rows, key=lambda each: (each["worker"], "limit" in each)):
            yield from (_JOIN if "limit" in row else _LEAVE).batch([row])


_CASELOADS = _Caseloads()
_SERVICE_USER = Prepared(select(SERVICE_USERS).where(SERVICE_USERS.c.id == bindparam("id")))
_BY_NHS_NUMBER = Prepared(
    select(SERVICE_USERS).where(SERVICE_USERS.c.nhs_number == bindparam("nhs_number"))
)
_REFERRAL = Prepared(select(REFERRALS).where(REFERRALS.c.id == bindparam("id")))
_CASELOAD = Prepared(
    select(CASELOADS.c.open).where(CASELOADS.c.worker_id == bindparam("worker_id"))
)
_ON_CASELOAD = Prepared(
    select(REFERRALS.c.id, REFERRALS.c.service_user_id, REFERRALS.c.document).where(
        REFERRALS.c.worker_id == bindparam("worker_id"), VISIBLE
    )
)
_LIST = Listing(
    select(
        REFERRALS.c.id,
        REFERRALS.c.service_user_id,
        REFERRALS.c.team_id,
        REFERRALS.c.recorded_at,
        REFERRALS.c.document,
    ),
    key=(REFERRALS.c.recorded_at, REFERRALS.c.id),
    filters={
        "service_user_id": REFERRALS.c.service_user_id == bindparam("service_user_id"),
        "team_id": REFERRALS.c.team_id == bindparam("team_id"),
        "status": REFERRALS.c.status == bindparam("status"),
        "worker_id": REFERRALS.c.worker_id == bindparam("worker_id"),
        "since": REFERRALS.c.received_at >= bindparam("since"),
        "until": REFERRALS.c.received_at < bindparam("until"),
        "seen_by": VISIBLE,
    },
)


def service_user_document(person: ServiceUser) -> dict[str, Any]:
    """A service user as the API shows them."""
    return {
        "id": person.id,
        "version": person.version,
        "nhs_number": person.nhs_number,
        "local_ids": person.local_ids,
        "name": person.name,
        "date_of_birth": person.date_of_birth,
        "team_id": person.team,
        "care_coordinator_id": person.care_coordinator_id,
        "registered_at": person.created_on,
        "restricted": person.restriction.restricted,
    }


def referral_document(referral: Referral) -> dict[str, Any]:
    """A referral as the API shows it."""
    return {
        "id": referral.id,
        "version": referral.version,
        "service_user_id": referral.service_user_id,
        "team_id": referral.team,
        "status": referral.status,
        "received_at": referral.received_at,
        "source": referral.source,
        "urgency": referral.urgency,
        "needs": referral.needs,
        "goals": referral.goals,
        "reason": referral.reason,
        "referrer": referral.referrer,
        "recorded_at": referral.created_on,
        "recorded_by": referral.recorded_by,
        "decisions": referral.decisions,
        "allocation": referral.allocation,
        "allocations": referral.allocations,
        "transfers": referral.transfers,
        "closure": referral.closure,
    }


def rows(aggregate: ServiceUser | Referral) -> list[Write]:
    if isinstance(aggregate, ServiceUser):
        return [
            _SERVICE_USERS.row(
                id=aggregate.id,
                version=aggregate.version,
                nhs_number=aggregate.nhs_number,
                team_id=aggregate.team,
                care_coordinator_id=aggregate.care_coordinator_id,
                document=service_user_document(aggregate),
            ),
            person_is(
                aggregate.id, aggregate.team, aggregate.care_coordinator_id, aggregate.restriction
            ),
        ]
    places = (
        allocation_is(aggregate.id, each["worker_id"], aggregate.service_user_id, each["until"])
        for each in aggregate.allocations
    )
    return [
        *places,
        _REFERRALS.row(
            id=aggregate.id,
            version=aggregate.version,
            service_user_id=aggregate.service_user_id,
            team_id=aggregate.team,
            status=aggregate.status,
            worker_id=aggregate.worker_id,
            received_at=aggregate.received_at,
            recorded_at=aggregate.created_on,
            document=referral_document(aggregate),
        ),
    ]


def joins_caseload(worker_id: str, limit: int, *, overriding: bool) -> Write:
    """One more on a worker's caseload; past the limit the database refuses, unless overridden."""
    joining = {"worker": worker_id, "limit": limit, "overriding": int(overriding)}
    return Write(_CASELOADS, joining)


def leaves_caseload(worker_id: str) -> Write:
    """One less on a worker's caseload, and on what was allowed past the limit if it was."""
    return Write(_CASELOADS, {"worker": worker_id})


class Referrals:
    """Queries of the read models."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def service_user(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_SERVICE_USER, id=id)

    async def by_nhs_number(self, nhs_number: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_BY_NHS_NUMBER, nhs_number=nhs_number)

    async def referral(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_REFERRAL, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

    async def caseload(self, worker_id: str, reader: str) -> tuple[int, list[dict[str, Any]]]:
        """How many people are on a worker's caseload, and those `reader` may see, longest first."""
        row = await self._database.fetch_one(_CASELOAD, worker_id=worker_id)
        people = [
            {
                "service_user_id": each["service_user_id"],
                "referral_id": each["id"],
                "since": each["document"]["allocation"]["at"],
            }
            for each in await self._database.fetch(
                _ON_CASELOAD, worker_id=worker_id, seen_by=reader
            )
        ]
        return (row["open"] if row else 0), sorted(people, key=lambda each: each["since"])
