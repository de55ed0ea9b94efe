"""Read model of development plans: whose, and when the next review is, in clear; words sealed."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Date, Integer, LargeBinary, Table, Text, Uuid

from services.supervision.domain import DevelopmentPlan
from services.supervision.projection.tables import METADATA
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import RowsInto, Write, time_column

DEVELOPMENT_PLANS = Table(
    "development_plans",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("worker_id", Text, nullable=False, info=subject_of("worker")),
    Column("team_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("review_on", Date),
    time_column("agreed_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
_ROWS = RowsInto(DEVELOPMENT_PLANS)


def plan_document(plan: DevelopmentPlan) -> dict[str, Any]:
    """A plan as those are shown it who take part in it, but for what other records add."""
    if plan.destroyed:
        return {**plan_outline(plan), "content_state": "destroyed"}
    return {
        **plan_outline(plan),
        "objectives": [
            {
                **vars(each),
                "status": _status(plan, each.id),
                "progress": plan.progress.get(each.id, []),
            }
            for each in plan.objectives
        ],
        "reviews": plan.reviews,
        "content_state": "shown",
    }


def plan_outline(plan: DevelopmentPlan) -> dict[str, Any]:
    """What others may know: that there is one, and when it is reviewed."""
    return {
        "id": plan.id,
        "version": plan.version,
        "worker_id": plan.worker_id,
        "team_id": plan.team,
        "status": plan.status,
        "review_on": plan.review_on,
        "agreed_at": plan.created_on,
        "agreed_by": plan.agreed_by,
        "objectives": None,
        "reviews": [{**each, "findings": None} for each in plan.reviews],
        "content_state": "confidential",
    }


def _status(plan: DevelopmentPlan, objective_id: UUID) -> str:
    told = plan.progress.get(objective_id)
    return str(told[-1]["status"]) if told else "open"


def plan_rows(plan: DevelopmentPlan, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=plan.id,
            version=plan.version,
            worker_id=plan.worker_id,
            team_id=plan.team,
            status=plan.status,
            review_on=plan.review_on,
            agreed_at=plan.created_on,
            metadata=plan_outline(plan),
            document=seal(plan_document(plan)),
        )
    ]
