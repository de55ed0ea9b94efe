"""Caseloads: how many people are with each worker, kept within the limit; and who they are."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.referrals.projection.tables import CASELOADS, REFERRALS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, Row, Write
from shared.platform.ties import visible

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
_CASELOAD = Prepared(
    select(CASELOADS.c.open).where(CASELOADS.c.worker_id == bindparam("worker_id"))
)
_ON_CASELOAD = Prepared(
    select(REFERRALS.c.id, REFERRALS.c.service_user_id, REFERRALS.c.metadata).where(
        REFERRALS.c.worker_id == bindparam("worker_id"), visible(REFERRALS.c.service_user_id)
    )
)


class _Moves:
    """Moves between caseloads, in one order of workers so that no two wait for each other.

    `overridden` is by how many a caseload is past its limit, each with a manager's reason. It goes
    down with whoever leaves, so that an override is used once and no reason ever serves twice.
    """

    name = "caseloads"

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        for row in sorted(rows, key=lambda each: (each["worker"], "limit" in each)):
            yield from (_JOIN if "limit" in row else _LEAVE).batch([row])


_MOVES = _Moves()


def joins_caseload(worker_id: str, limit: int, *, overriding: bool) -> Write:
    """One more on a worker's caseload; past the limit the database refuses, unless overridden."""
    joining = {"worker": worker_id, "limit": limit, "overriding": int(overriding)}
    return Write(_MOVES, joining)


def leaves_caseload(worker_id: str) -> Write:
    """One less on a worker's caseload, and on what was allowed past the limit if it was."""
    return Write(_MOVES, {"worker": worker_id})


class Caseloads:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
