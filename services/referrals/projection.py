"""Read models of service users, referrals and caseloads."""

import hmac
from collections.abc import Iterable, Sequence
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
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.referrals.domain import AlreadyRegistered, CaseloadFull, Referral, ServiceUser
from shared.eventstore.database import Database
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, Row, RowsInto, Write
from shared.kernel.errors import ContentDestroyed
from shared.platform.ties import allocation_is, person_is, restriction_is, visible

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
REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "service_users_not_destroyed": ContentDestroyed,
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
    select(SERVICE_USERS.c.id, SERVICE_USERS.c.team_id).where(
        SERVICE_USERS.c.nhs_number_hash == bindparam("hash")
    )
)
_REFERRAL = Prepared(select(REFERRALS).where(REFERRALS.c.id == bindparam("id")))
_CASELOAD = Prepared(
    select(CASELOADS.c.open).where(CASELOADS.c.worker_id == bindparam("worker_id"))
)
_ON_CASELOAD = Prepared(
    select(REFERRALS.c.id, REFERRALS.c.service_user_id, REFERRALS.c.metadata).where(
        REFERRALS.c.worker_id == bindparam("worker_id"), visible(REFERRALS.c.service_user_id)
    )
)
_LIST = Listing(
    select(
        REFERRALS.c.id,
        REFERRALS.c.service_user_id,
        REFERRALS.c.team_id,
        REFERRALS.c.recorded_at,
        REFERRALS.c.metadata,
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
        "seen_by": visible(REFERRALS.c.service_user_id),
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
        "restricted": person.restriction.restricted,
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
        "allocations": referral.allocations,
        "transfers": referral.transfers,
        "closure": referral.closure,
        "content_state": "destroyed" if referral.destroyed else "shown",
    }


_WORDS = {"rationale", "override_reason", "handover", "summary"}


def without_particulars(person: ServiceUser) -> dict[str, Any]:
    """A service user as shown to someone who has no business with who they are."""
    return {**_without_particulars(service_user_document(person)), "content_state": "confidential"}


def _without_particulars(person: dict[str, Any]) -> dict[str, Any]:
    return {**person, **dict.fromkeys(("nhs_number", "local_ids", "name", "date_of_birth"))}


def _without_words(referral: dict[str, Any]) -> dict[str, Any]:
    """What is left for those without the key: no word that anybody wrote."""

    def wordless(entry: dict[str, Any] | None) -> dict[str, Any] | None:
        return entry and {**entry, **dict.fromkeys(_WORDS & entry.keys())}

    return {
        **referral,
        **dict.fromkeys(("goals", "reason", "referrer")),
        **{name: wordless(referral[name]) for name in ("allocation", "closure")},
        **{
            name: [wordless(each) for each in referral[name]]
            for name in ("decisions", "allocations", "transfers")
        },
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
            ),
            person_is(
                aggregate.id, aggregate.team, aggregate.care_coordinator_id, aggregate.version
            ),
            restriction_is(aggregate.id, aggregate.restriction, aggregate.version),
        ]
    shown = referral_document(aggregate)
    places = (
        allocation_is(
            aggregate.id,
            each["worker_id"],
            aggregate.service_user_id,
            each["until"],
            aggregate.version,
        )
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
            metadata=_without_words(shown),
            document=seal(shown),
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

    def __init__(self, database: Database, numbers: NhsNumbers) -> None:
        self._database = database
        self._numbers = numbers

    async def service_user(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_SERVICE_USER, id=id)

    async def by_nhs_number(self, nhs_number: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_BY_NHS_NUMBER, hash=self._numbers.hash(nhs_number))

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
                "since": each["metadata"]["allocation"]["at"],
            }
            for each in await self._database.fetch(
                _ON_CASELOAD, worker_id=worker_id, seen_by=reader
            )
        ]
        return (row["open"] if row else 0), sorted(people, key=lambda each: each["since"])
