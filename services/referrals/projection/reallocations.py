"""Who is on whose caseload, and why somebody must be allocated again."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    select,
)

from services.referrals.domain import Reallocation
from services.referrals.projection.tables import REALLOCATIONS, REFERRALS, SERVICE_USERS, WORKERS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import left_team_at, root_of, visible

AT_ONCE = 100
_ROWS = RowsInto(REALLOCATIONS)

_places = (
    select(
        REFERRALS.c.id.label("referral_id"),
        REFERRALS.c.service_user_id,
        REFERRALS.c.team_id,
        REFERRALS.c.worker_id,
        REFERRALS.c.weight,
        REFERRALS.c.allocated_at,
        REFERRALS.c.handover,
        REFERRALS.c.handover_at,
        REFERRALS.c.metadata["complexity"].as_string().label("complexity"),
        WORKERS.c.status,
        WORKERS.c.since.label("status_since"),
        case(
            (
                not_(WORKERS.c.teams.has_key(REFERRALS.c.team_id)),
                # Nobody is taken from a worker of another team who was chosen as such.
                func.greatest(
                    left_team_at(REFERRALS.c.worker_id, REFERRALS.c.team_id), REFERRALS.c.moved_at
                ),
            ),
        ).label("out_of_team_at"),
    )
    .select_from(REFERRALS.outerjoin(WORKERS, WORKERS.c.staff_id == REFERRALS.c.worker_id))
    .where(REFERRALS.c.worker_id.is_not(None))
    .subquery("places")
)
_reasons: dict[str, tuple[ColumnElement[bool], ColumnElement[Any]]] = {
    "left": (_places.c.status == "left", _places.c.status_since),
    "left_team": (_places.c.out_of_team_at > _places.c.allocated_at, _places.c.out_of_team_at),
    "absent": (_places.c.status == "absent", _places.c.status_since),
    "handover_declined": (_places.c.handover == "declined", _places.c.handover_at),
}
_PLACES = select(
    _places,
    case(*((holds, literal(name, Text)) for name, (holds, _) in _reasons.items())).label("because"),
    case(*_reasons.values()).label("since"),
).subquery("placed")
"""Everyone who is on a caseload; `because` is null for those with whom all is well."""
_noticed = and_(
    REALLOCATIONS.c.referral_id == _PLACES.c.referral_id,
    REALLOCATIONS.c.worker_id == _PLACES.c.worker_id,
    REALLOCATIONS.c.because == _PLACES.c.because,
    REALLOCATIONS.c.since == _PLACES.c.since,
)
_ASKED = (
    _PLACES.c.referral_id,
    _PLACES.c.service_user_id,
    _PLACES.c.team_id,
    _PLACES.c.worker_id,
    _PLACES.c.because,
    _PLACES.c.since,
)
_LIST = Listing(
    select(*_ASKED, REALLOCATIONS.c.due_at)
    .select_from(_PLACES.outerjoin(REALLOCATIONS, _noticed))
    .where(_PLACES.c.because.is_not(None)),
    key=(_PLACES.c.since, _PLACES.c.referral_id),
    filters={
        "team_id": _PLACES.c.team_id == bindparam("team_id"),
        "seen_by": visible(_PLACES.c.service_user_id),
    },
)
_UNNOTICED = Prepared(
    select(*_ASKED)
    .where(
        _PLACES.c.because.is_not(None),
        ~select(REALLOCATIONS.c.referral_id).where(_noticed).exists(),
    )
    .order_by(_PLACES.c.since, _PLACES.c.referral_id)
    .limit(AT_ONCE)
    .offset(bindparam("passed"))
)
_ON_CASELOAD = Prepared(
    select(
        _PLACES.c.service_user_id,
        _PLACES.c.referral_id,
        _PLACES.c.allocated_at.label("since"),
        _PLACES.c.weight,
        _PLACES.c.complexity,
        _PLACES.c.handover,
        _PLACES.c.because.label("needs_reallocation"),
        SERVICE_USERS.c.died_on,
        SERVICE_USERS.c.moved_away_on,
    )
    .select_from(
        _PLACES.outerjoin(SERVICE_USERS, SERVICE_USERS.c.id == root_of(_PLACES.c.service_user_id))
    )
    .where(_PLACES.c.worker_id == bindparam("worker_id"), visible(_PLACES.c.service_user_id))
    .order_by(_PLACES.c.allocated_at, _PLACES.c.referral_id)
)
_PEOPLE = Prepared(
    select(func.count().label("people"))
    .select_from(REFERRALS)
    .where(REFERRALS.c.worker_id == bindparam("worker_id"))
)


def reallocation_rows(due: Reallocation, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            referral_id=due.referral_id,
            worker_id=due.worker_id,
            because=due.because,
            since=due.since,
            due_at=due.due_at,
        )
    ]


class Reallocations:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, **arguments: Any) -> Slice:
        """Who must be allocated again, the longest first; `due_at` once the clock noticed."""
        return await _LIST.page(self._database, order="asc", **arguments)

    async def unnoticed(self, passed: int) -> list[dict[str, Any]]:
        """Who must be allocated again without its being on the record, the longest first."""
        return await self._database.fetch(_UNNOTICED, passed=passed)

    async def on_caseload(self, worker_id: str, reader: str) -> list[dict[str, Any]]:
        """Those on a worker's caseload whom `reader` may see, the longest first."""
        return await self._database.fetch(_ON_CASELOAD, worker_id=worker_id, seen_by=reader)

    async def people(self, worker_id: str) -> int:
        """How many are on a worker's caseload, whoever may see them."""
        [row] = await self._database.fetch(_PEOPLE, worker_id=worker_id)
        return int(row["people"])
