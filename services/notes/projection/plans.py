"""Which delegated tasks people's plans authorise, as the referrals service says."""

from collections.abc import Iterable

from services.notes.projection.tables import PLANS
from shared.contracts.referrals import PlanRegistered, PlanReviewed
from shared.eventstore.sql import RowsInto, Write
from shared.platform.projecting import Published

_PLANS = RowsInto(PLANS, newest_by="version")


def of_plans(event: Published) -> Iterable[Write]:
    match event.payload:
        case PlanRegistered() | PlanReviewed() as plan:
            yield _PLANS.row(
                id=event.resource_id,
                service_user_id=plan.service_user_id,
                reference=plan.reference,
                tasks=[[each.boundary, each.task] for each in plan.tasks],
                valid_from=plan.valid_from,
                valid_to=plan.valid_to,
                version=event.version,
            )
