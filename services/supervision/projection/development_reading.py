"""Queries of development plans, and what other records of the worker's add to one (HB 5.22)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Date, Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.supervision.projection.development import DEVELOPMENT_PLANS
from services.supervision.projection.tables import AGREEMENTS, WORKERS, in_force
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared

Json = dict[str, Any]
_PLANS = DEVELOPMENT_PLANS.c
_ONE = Prepared(select(DEVELOPMENT_PLANS).where(_PLANS.id == bindparam("id")))
_LIST = Listing(
    select(DEVELOPMENT_PLANS),
    key=(_PLANS.agreed_at, _PLANS.id),
    filters={
        "worker_id": _PLANS.worker_id == bindparam("worker_id"),
        "team_id": _PLANS.team_id == bindparam("team_id"),
        "status": _PLANS.status == bindparam("status"),
        "review_due_before": _PLANS.review_on < bindparam("review_due_before"),
    },
)
_workers = bindparam("worker_ids", type_=ARRAY(Text))
_today = bindparam("today", type_=Date)
_supervises = (
    select(AGREEMENTS.c.id)
    .where(
        AGREEMENTS.c.worker_id == WORKERS.c.staff_id,
        AGREEMENTS.c.supervisor_id == bindparam("staff_id"),
        in_force(_today),
        # Nobody is made somebody's supervisor, to read what is theirs, but by that worker.
        AGREEMENTS.c.metadata["accepted"]["worker"].as_string().is_not(None),
    )
    .exists()
)
_GUIDED = Prepared(
    select(WORKERS.c.staff_id).where(
        WORKERS.c.staff_id == any_(_workers),
        or_(
            WORKERS.c.staff_id == bindparam("staff_id"),
            WORKERS.c.metadata["line_manager_id"].as_string() == bindparam("staff_id"),
            _supervises,
        ),
    )
)
_TRAINED = Prepared(
    select(WORKERS.c.staff_id, WORKERS.c.metadata["training"].label("training")).where(
        WORKERS.c.staff_id == any_(_workers)
    )
)
_AGREED = Prepared(
    select(
        AGREEMENTS.c.worker_id,
        AGREEMENTS.c.id,
        AGREEMENTS.c.kind,
        AGREEMENTS.c.supervisor_id,
        AGREEMENTS.c.interval_weeks,
        AGREEMENTS.c.ended_on,
    ).where(AGREEMENTS.c.worker_id == any_(_workers))
)


@dataclass(frozen=True, slots=True)
class Framework:
    """What is known of a worker besides the plan: all training, and all agreements by id."""

    training: tuple[Json, ...] = ()
    agreements: Mapping[UUID, Json] = field(default_factory=dict)

    def drawn_into(self, document: bytes | Json, today: date) -> Json:
        """A plan's document, with how its courses and its supervision stand on a day."""
        plan = from_json(document) if isinstance(document, bytes) else document
        objectives = plan["objectives"]
        return {
            **plan,
            "review_overdue": _overdue(plan, today),
            "objectives": objectives and [self._drawn(each, today) for each in objectives],
        }

    def _drawn(self, objective: Mapping[str, Any], today: date) -> Json:
        linked = (self.agreements[UUID(str(each))] for each in objective["agreement_ids"])
        return {
            **{name: value for name, value in objective.items() if name != "agreement_ids"},
            "courses": [self._course(course, today) for course in objective["courses"]],
            "agreements": [
                {name: value for name, value in each.items() if name != "worker_id"}
                for each in linked
            ],
        }

    def _course(self, course: str, today: date) -> Json:
        """As of its last completion, of those that stand; of one day, what was recorded last."""
        done = [
            each for each in self.training if each["course"] == course and not each.get("withdrawn")
        ]
        if not done:
            return {"course": course, "completed_on": None, "expires_on": None, "trained": False}
        last = sorted(done, key=lambda each: _day(each["completed_on"]))[-1]
        expires_on = last["expires_on"]
        return {
            "course": course,
            "completed_on": last["completed_on"],
            "expires_on": expires_on,
            "trained": expires_on is None or _day(expires_on) >= today,
        }


def outlined(outline: Mapping[str, Any], today: date) -> Json:
    """What may be known of a plan without its words, on a day."""
    return {**outline, "review_overdue": _overdue(outline, today)}


def _overdue(plan: Mapping[str, Any], today: date) -> bool:
    due = plan["review_on"]
    return due is not None and _day(due) < today


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


class DevelopmentPlans:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> Json | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

    async def guided(self, staff_id: str, worker_ids: Collection[str], today: date) -> set[str]:
        """Those of some workers whose plan somebody takes part in: their own, of whom they manage
        and of whom they supervise by an agreement in force."""
        found = await self._database.fetch(
            _GUIDED, staff_id=staff_id, worker_ids=[*worker_ids], today=today
        )
        return {row["staff_id"] for row in found}

    async def framework(self, worker_id: str) -> Framework:
        return (await self.frameworks([worker_id]))[worker_id]

    async def frameworks(self, worker_ids: Iterable[str]) -> dict[str, Framework]:
        """Of each of some workers: two queries, however many."""
        asked = sorted(set(worker_ids))
        trained = await self._database.fetch(_TRAINED, worker_ids=asked)
        agreed = await self._database.fetch(_AGREED, worker_ids=asked)
        training = {row["staff_id"]: tuple(row["training"]) for row in trained}
        return {
            worker_id: Framework(
                training.get(worker_id, ()),
                {row["id"]: row for row in agreed if row["worker_id"] == worker_id},
            )
            for worker_id in asked
        }
