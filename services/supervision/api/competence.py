"""Routes of training and competence: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import StaffId, application
from services.supervision.domain import Worker
from services.supervision.projection import document
from services.supervision.schemas import (
    CompetenceRequest,
    RevocationRequest,
    Slug,
    TrainingRequest,
    WithdrawalRequest,
    WorkerView,
)
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.platform.http import created, permit

competence = APIRouter(prefix="/v1/workers/{staff_id}", tags=["training and competence"])
Activity = Annotated[Slug, Path(description="`record_keeping`, or a delegated task")]

Course = Annotated[Slug, Path(description="`record_keeping`, or another of the trust's courses")]


@competence.post("/training", status_code=201, response_model=WorkerView)
async def record_training(
    request: Request,
    staff_id: StaffId,
    body: TrainingRequest,
    call: Annotated[Call, permit(access.RECORD_TRAINING)],
) -> Response:
    """Training that a worker of your team completed. Needs `If-Match`.

    `record_keeping` is the course that notes looks for; the rest are the trust's to name.
    """
    return _created(
        await application(request).competence.record_training(call, staff_id, **body.facts())
    )


@competence.post("/training/{course}/withdrawals", status_code=201, response_model=WorkerView)
async def withdraw_training(
    request: Request,
    staff_id: StaffId,
    course: Course,
    body: WithdrawalRequest,
    call: Annotated[Call, permit(access.WITHDRAW_TRAINING)],
) -> Response:
    """The completion of a course that counts was recorded in error. Needs `If-Match`.

    The one before it counts again, if there was one.
    """
    return _created(
        await application(request).competence.withdraw_training(call, staff_id, course, body.reason)
    )


@competence.post("/competences", status_code=201, response_model=WorkerView)
async def sign_off(
    request: Request,
    staff_id: StaffId,
    body: CompetenceRequest,
    call: Annotated[Call, permit(access.SIGN_OFF)],
) -> Response:
    """You, a registered practitioner, found a worker of your team competent. Needs `If-Match`.

    Notes looks for `record_keeping`, and for each delegated task by its name there (`prompt`). Of
    several for one activity the newest counts.
    """
    return _created(await application(request).competence.sign_off(call, staff_id, **body.facts()))


@competence.post("/competences/{activity}/revocations", status_code=201, response_model=WorkerView)
async def revoke(
    request: Request,
    staff_id: StaffId,
    activity: Activity,
    body: RevocationRequest,
    call: Annotated[Call, permit(access.REVOKE)],
) -> Response:
    """Take back the sign-off that is in force. A manager may too. Needs `If-Match`."""
    return _created(
        await application(request).competence.revoke(call, staff_id, activity, body.reason)
    )


def _created(outcome: Outcome[Worker]) -> Response:
    return created(outcome, document(outcome.aggregate), "/v1/workers")
