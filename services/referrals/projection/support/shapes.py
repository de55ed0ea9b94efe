"""How each kind of thing that is kept about a person is shown, and what its row is."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Table

from services.referrals.domain import Carer, Goal, Kept, Plan, SharingPreference, VisitAlert
from services.referrals.projection.support.tables import (
    CARERS,
    GOALS,
    PLANS,
    SHARING_PREFERENCES,
    VISIT_ALERTS,
)
from shared.contracts import referrals as contract
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import RowsInto, Write

Json = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """What is particular to one kind: what it says, which of that is words, at whatever depth, and
    the columns that its rows are found by."""

    table: Table
    says: Callable[[Any], Json]
    words: frozenset[str]
    found_by: tuple[str, ...] = ()


def _plan(plan: Plan) -> Json:
    return {"kind": plan.plan_kind, **plan.terms, "ended": plan.ended, "reviews": plan.reviews}


def _goal(goal: Goal) -> Json:
    return {
        "plan_id": goal.plan_id,
        "goal": goal.goal,
        "need": goal.need,
        "target_on": goal.target_on,
        "status": goal.progress[-1]["progress"] if goal.progress else "not_started",
        "progress": goal.progress,
    }


def _carer(carer: Carer) -> Json:
    nothing: Json = dict.fromkeys(each.name for each in fields(contract.Carer))
    return {
        **(nothing if carer.destroyed else vars(carer.carer)),
        "in_confidence": carer.in_confidence,
        "ended_on": carer.ended_on,
    }


def _sharing_preference(said: SharingPreference) -> Json:
    return {
        "recipient": said.recipient,
        "carer_id": said.carer_id,
        "may_share": said.may_share,
        "own_words": said.own_words,
        "review_due": said.review_due,
        "current": True,
    }


def _visit_alert(alert: VisitAlert) -> Json:
    return {
        "risk": alert.risk,
        "instructions": alert.instructions,
        "review_due": alert.review_due,
        "review_overdue": False,
        "ended": alert.ended,
        "reviews": alert.reviews,
    }


SHAPES: dict[type[Kept], Shape] = {
    Plan: Shape(
        PLANS,
        _plan,
        frozenset({"agreed_with", "own_words", "findings"}),
        ("reference", "valid_from", "valid_to"),
    ),
    Goal: Shape(GOALS, _goal, frozenset({"goal", "own_words", "worker_view"}), ("plan_id",)),
    Carer: Shape(
        CARERS,
        _carer,
        frozenset({"in_confidence", *(each.name for each in fields(contract.Carer))}),
    ),
    SharingPreference: Shape(
        SHARING_PREFERENCES,
        _sharing_preference,
        frozenset({"own_words"}),
        ("recipient", "carer_id"),
    ),
    VisitAlert: Shape(
        VISIT_ALERTS,
        _visit_alert,
        frozenset({"risk", "instructions", "findings"}),
        ("review_due", "ended"),
    ),
}
_ROWS = {kind: RowsInto(shape.table) for kind, shape in SHAPES.items()}


def kept_document(kept: Kept) -> Json:
    """A thing as the API shows it, as a command left it; its words are null once destroyed.

    Whether a preference is still the current one, and whether an alert's review is overdue, is
    told anew whenever it is read.
    """
    return {
        "id": kept.id,
        "version": kept.version,
        "service_user_id": kept.service_user_id,
        "team_id": kept.team,
        **SHAPES[type(kept)].says(kept),
        "recorded_at": kept.created_on,
        "recorded_by": kept.recorded_by,
        "content_state": "destroyed" if kept.destroyed else "shown",
    }


def kept_rows(kept: Kept, seal: Seal) -> list[Write]:
    shape, shown = SHAPES[type(kept)], kept_document(kept)
    return [
        _ROWS[type(kept)].row(
            id=kept.id,
            version=kept.version,
            service_user_id=kept.service_user_id,
            team_id=kept.team,
            recorded_at=kept.created_on,
            **{name: shown[name] for name in shape.found_by},
            metadata=_without(shape.words, shown),
            document=seal(shown),
        )
    ]


def _without(words: frozenset[str], shown: Json) -> Json:
    """What is left for those without the key: no word that anybody wrote."""

    def left(name: str, value: Any) -> Any:
        if name in words:
            return None
        if isinstance(value, list):
            return [_without(words, each) for each in value]
        if isinstance(value, dict):
            return _without(words, value)
        return value

    return {name: left(name, value) for name, value in shown.items()}
