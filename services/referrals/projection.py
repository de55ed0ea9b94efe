"""Read models of service users, referrals and caseloads, and the workers we have heard of."""

import hmac
from dataclasses import dataclass, field
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
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.referrals.domain import AlreadyRegistered, CaseloadFull, Referral, ServiceUser
from services.referrals.policy import Relationship
from shared.eventstore.database import Database, Rows
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.listing import Listing
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

METADATA = MetaData()
SERVICE_USERS = Table(
    "service_users",
    METADATA,
    Column("id", Uuid, primary_key=True, info=subject_of("service-user")),
    Column("version", Integer, nullable=False),
    Column("nhs_number_hash", LargeBinary, info=PERSONAL),
    Column("team_id", Text, nullable=False),
    Column("care_coordinator_id", Text),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
REFERRALS = Table(
    "referrals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("team_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("worker_id", Text),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
CASELOADS = Table(
    "caseloads",
    METADATA,
    Column("worker_id", Text, primary_key=True),
    Column("open", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("overridden", Integer, nullable=False),
)
WORKERS = Table(
    "workers",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("teams", JSONB, nullable=False),
)
REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "caseloads_within_limit": CaseloadFull,
}

_SERVICE_USERS, _REFERRALS, _WORKERS = map(RowsInto, (SERVICE_USERS, REFERRALS, WORKERS))
_joined = insert(CASELOADS).values(
    worker_id=bindparam("worker"),
    open=1,
    most=bindparam("limit"),
    overridden=bindparam("overriding"),
)
_JOIN = Prepared(
    _joined.on_conflict_do_update(
        index_elements=[CASELOADS.c.worker_id],
        set_={
            "open": CASELOADS.c.open + 1,
            "most": _joined.excluded.most,
            "overridden": CASELOADS.c.overridden + _joined.excluded.overridden,
        },
    ),
    name="caseloads",
)
_SERVICE_USER = Prepared(select(SERVICE_USERS).where(SERVICE_USERS.c.id == bindparam("id")))
_BY_NHS_NUMBER = Prepared(
    select(SERVICE_USERS.c.id).where(SERVICE_USERS.c.nhs_number_hash == bindparam("hash"))
)
_WORKERS_OF = Prepared(
    select(REFERRALS.c.worker_id).where(
        REFERRALS.c.service_user_id == bindparam("id"), REFERRALS.c.status == "allocated"
    )
)
_REFERRAL = Prepared(select(REFERRALS).where(REFERRALS.c.id == bindparam("id")))
_WORKER = Prepared(select(WORKERS).where(WORKERS.c.staff_id == bindparam("staff_id")))
_LIST = Listing(
    select(REFERRALS.c.id, REFERRALS.c.recorded_at, REFERRALS.c.metadata, REFERRALS.c.document),
    key=(REFERRALS.c.recorded_at, REFERRALS.c.id),
    filters={
        "service_user_id": REFERRALS.c.service_user_id == bindparam("service_user_id"),
        "team_id": REFERRALS.c.team_id == bindparam("team_id"),
        "status": REFERRALS.c.status == bindparam("status"),
        "worker_id": REFERRALS.c.worker_id == bindparam("worker_id"),
        "since": REFERRALS.c.received_at >= bindparam("since"),
        "until": REFERRALS.c.received_at < bindparam("until"),
    },
)


@dataclass(frozen=True, slots=True)
class NhsNumbers:
    """Finds people by a number that is kept nowhere: its HMAC-SHA-256 under the service's secret.

    Without the secret nobody can try all numbers; whoever changes it no longer finds anyone.
    """

    secret: bytes = field(repr=False)

    def hash(self, number: str) -> bytes:
        return hmac.digest(self.secret, b"nhs-number " + number.encode(), "sha256")


def service_user_document(person: ServiceUser) -> dict[str, Any]:
    """A service user as the API shows them; what is personal is null once it was destroyed."""
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
        "content_state": "destroyed" if person.destroyed else "shown",
    }


def referral_document(referral: Referral) -> dict[str, Any]:
    """A referral as the API shows it; what is personal is null once it was destroyed."""
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
        "content_state": "destroyed" if referral.destroyed else "shown",
    }


def _without_particulars(person: dict[str, Any]) -> dict[str, Any]:
    return {**person, **dict.fromkeys(("nhs_number", "local_ids", "name", "date_of_birth"))}


def _without_words(referral: dict[str, Any]) -> dict[str, Any]:
    allocation = referral["allocation"]
    return {
        **referral,
        **dict.fromkeys(("goals", "reason", "referrer")),
        "decisions": [{**each, "rationale": None} for each in referral["decisions"]],
        "allocation": allocation and {**allocation, "override_reason": None},
    }


def rows(numbers: NhsNumbers, aggregate: ServiceUser | Referral, seal: Seal) -> list[Write]:
    if isinstance(aggregate, ServiceUser):
        number, shown = aggregate.nhs_number, service_user_document(aggregate)
        return [
            _SERVICE_USERS.row(
                id=aggregate.id,
                version=aggregate.version,
                nhs_number_hash=number and numbers.hash(number),
                team_id=aggregate.team,
                care_coordinator_id=aggregate.care_coordinator_id,
                metadata=_without_particulars(shown),
                document=seal(shown),
            )
        ]
    allocation, shown = aggregate.allocation, referral_document(aggregate)
    return [
        _REFERRALS.row(
            id=aggregate.id,
            version=aggregate.version,
            service_user_id=aggregate.service_user_id,
            team_id=aggregate.team,
            status=aggregate.status,
            worker_id=allocation["worker_id"] if allocation else None,
            received_at=aggregate.received_at,
            recorded_at=aggregate.created_on,
            metadata=_without_words(shown),
            document=seal(shown),
        )
    ]


def joins_caseload(worker_id: str, limit: int, *, overriding: bool) -> Write:
    """One more on a worker's caseload; past the limit the database refuses, unless overridden."""
    return _JOIN.write(worker=worker_id, limit=limit, overriding=int(overriding))


def worker_heard_of(staff_id: str, status: str, teams: tuple[str, ...]) -> Write:
    return _WORKERS.row(staff_id=staff_id, status=status, teams=teams)


class Referrals:
    """Queries of the read models."""

    def __init__(self, database: Database, numbers: NhsNumbers) -> None:
        self._database = database
        self._numbers = numbers

    async def service_user(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_SERVICE_USER, id=id)

    async def by_nhs_number(self, nhs_number: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_BY_NHS_NUMBER, hash=self._numbers.hash(nhs_number))

    async def relationship(self, service_user_id: UUID) -> Relationship | None:
        """Who is related to a service user; None for one who isn't registered."""
        person = await self.service_user(service_user_id)
        if person is None:
            return None
        allocated = await self._database.fetch(_WORKERS_OF, id=service_user_id)
        return Relationship(
            person["team_id"], person["care_coordinator_id"], {r["worker_id"] for r in allocated}
        )

    async def referral(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_REFERRAL, id=id)

    async def page(self, **arguments: Any) -> Rows:
        return await _LIST.page(self._database, **arguments)

    async def worker(self, staff_id: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_WORKER, staff_id=staff_id)
