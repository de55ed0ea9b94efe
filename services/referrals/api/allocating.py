"""Routes of allocation, hand-over and the end of support: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.answers import created_referral
from services.referrals.api.application import application
from services.referrals.schemas import (
    AllocationRequest,
    ClosureRequest,
    HandoverRequest,
    ReferralView,
    TransferRequest,
)
from shared.kernel.call import Call
from shared.platform.http import permit

allocating = APIRouter(prefix="/v1/referrals", tags=["caseloads"])


@allocating.post("/{id}/allocations", status_code=201, response_model=ReferralView)
async def allocate(
    request: Request,
    id: UUID,
    body: AllocationRequest,
    call: Annotated[Call, permit(access.ALLOCATE)],
) -> Response:
    """Put the person on a worker's caseload. Needs `If-Match`.

    For a team manager; an STR worker takes on whom they accepted for themselves.
    """
    return created_referral(
        await application(request).caseloads.allocate(
            call, id, body.worker_id, body.override_reason
        )
    )


@allocating.post("/{id}/transfers", status_code=201, response_model=ReferralView)
async def transfer(
    request: Request,
    id: UUID,
    body: TransferRequest,
    call: Annotated[Call, permit(access.TRANSFER)],
) -> Response:
    """Move the person to another worker's caseload, with a hand-over. Needs `If-Match`."""
    return created_referral(
        await application(request).caseloads.transfer(
            call, id, body.worker_id, body.handover, body.override_reason
        )
    )


@allocating.post("/{id}/handovers", status_code=201, response_model=ReferralView)
async def answer_handover(
    request: Request,
    id: UUID,
    body: HandoverRequest,
    call: Annotated[Call, permit(access.ANSWER_HANDOVER)],
) -> Response:
    """Accept a hand-over, or decline it with a reason. Needs `If-Match`.

    For the worker on whose caseload the person is now; a declined one stays there until a manager
    transfers it.
    """
    return created_referral(
        await application(request).caseloads.answer_handover(call, id, body.reason)
    )


@allocating.post("/{id}/closures", status_code=201, response_model=ReferralView)
async def close(
    request: Request,
    id: UUID,
    body: ClosureRequest,
    call: Annotated[Call, permit(access.CLOSE)],
) -> Response:
    """End the support with its outcome; the person leaves the caseload. Needs `If-Match`.

    For a team manager, the person's care co-ordinator, and the worker whose caseload it is.
    """
    return created_referral(
        await application(request).caseloads.close(
            call, id, body.outcome, body.summary, body.disengagement_plan
        )
    )
