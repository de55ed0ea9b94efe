"""Caseloads: how many places are taken of each worker's, kept within the limit."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Integer, bindparam, case, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from services.referrals.domain import Place, Taken
from services.referrals.projection.tables import CASELOADS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, Row, Write

_limit, _weight, _stated = (
    bindparam(name, type_=Integer) for name in ("limit", "weight", "stated")
)
_after = CASELOADS.c.open + _weight
_JOIN = Prepared(
    insert(CASELOADS)
    .values(
        worker_id=bindparam("worker"),
        open=_weight,
        most=_limit,
        overridden=case((_stated.is_(None), 0), else_=func.greatest(_weight - _limit, 0)),
        stated=null(),  # checked before a conflict is looked for; of a new row it is `open`
    )
    .on_conflict_do_update(
        index_elements=[CASELOADS.c.worker_id],
        set_={
            "open": _after,
            "most": _limit,
            "overridden": case((_stated.is_(None), 0), else_=func.greatest(_after - _limit, 0)),
            "stated": _stated,
        },
    )
)
_LEAVE = Prepared(
    update(CASELOADS)
    .where(CASELOADS.c.worker_id == bindparam("worker"))
    .values(
        open=CASELOADS.c.open - _weight,
        overridden=func.greatest(CASELOADS.c.open - _weight - CASELOADS.c.most, 0),
        stated=null(),
    )
)
COUNTED = (
    """
    UPDATE caseloads SET open = 0, overridden = 0, stated = NULL
    WHERE NOT EXISTS (SELECT FROM referrals WHERE referrals.worker_id = caseloads.worker_id)
    """,
    """
    INSERT INTO caseloads AS kept (worker_id, open, most, overridden)
    SELECT worker_id, sum(weight), sum(weight), 0 FROM referrals
    WHERE worker_id IS NOT NULL GROUP BY worker_id
    ON CONFLICT (worker_id) DO UPDATE
    SET open = excluded.open, overridden = greatest(excluded.open - kept.most, 0), stated = NULL
    """,
)
"""All caseloads as the referrals give them. What is past a limit was overridden when it came to be;
the limit itself is said again with the next who joins."""
_OPEN = Prepared(select(CASELOADS.c.open).where(CASELOADS.c.worker_id == bindparam("worker_id")))


class _Moves:
    """Moves between caseloads, in one order of workers so that no two wait for each other.

    `overridden` is by how much a caseload is past its limit, each with a manager's reason. It goes
    down with whoever leaves, so that an override is used once and no reason ever serves twice.
    `stated` is how full an override said that the caseload would be: if anybody joined or left
    meanwhile the database refuses it, so that none is recorded for a limit that was not passed.
    """

    name = "caseloads"

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        for row in sorted(rows, key=lambda each: (each["worker"], "limit" in each)):
            yield from (_JOIN if "limit" in row else _LEAVE).batch([row])


_MOVES = _Moves()


def joins_caseload(place: Place) -> Write:
    """A place on a worker's caseload; past the limit only as the aggregate overrode it."""
    joining = {
        "worker": place.worker_id,
        "weight": place.weight,
        "limit": place.limit,
        "stated": place.load if place.past_limit else None,
    }
    return Write(_MOVES, joining)


def leaves_caseload(taken: Taken) -> Write:
    """The place that was taken is free, and what was allowed past the limit for it is gone."""
    return Write(_MOVES, {"worker": taken.worker_id, "weight": taken.weight})


class Caseloads:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, worker_id: str) -> int:
        """How many of a worker's places are taken."""
        row = await self._database.fetch_one(_OPEN, worker_id=worker_id)
        return row["open"] if row else 0
