"""Routes of deciding referrals: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.answers import created_referral
from services.referrals.api.application import application
from services.referrals.schemas import (
    AssessmentRequest,
    DecisionRequest,
    InformationRequest,
    ReferralView,
    WithdrawalRequest,
)
from shared.kernel.call import Call
from shared.platform.http import permit

deciding = APIRouter(prefix="/v1/referrals", tags=["decisions"])


@deciding.post("/{id}/decisions", status_code=201, response_model=ReferralView)
async def decide(
    request: Request,
    id: UUID,
    body: DecisionRequest,
    call: Annotated[Call, permit(access.DECIDE)],
) -> Response:
    """Decide a referral, with the reason the referrer will be told. Needs `If-Match`.

    By the routes of the team's policy: the manager; a meeting, which is named; or an STR worker
    who accepts someone for themselves. `more_information` asks the referrer: the clock stands
    still.
    """
    said = {name: getattr(body, name) for name in DecisionRequest.model_fields}
    return created_referral(await application(request).deciding.decide(call, id, **said))


@deciding.post("/{id}/assessments", status_code=201, response_model=ReferralView)
async def assess(
    request: Request,
    id: UUID,
    body: AssessmentRequest,
    call: Annotated[Call, permit(access.ASSESS)],
) -> Response:
    """Ask for an assessment; or, with `findings`, complete it. Needs `If-Match`.

    Findings that nobody asked for are recorded all the same. For registered staff, managers and
    senior STR workers.
    """
    use = application(request).deciding
    if body.findings is None:
        done = await use.request_assessment(call, id, body.assessor_id, body.due_on, body.reason)
    else:
        done = await use.assess(call, id, body.findings, body.recommends, body.complexity)
    return created_referral(done)


@deciding.post("/{id}/information", status_code=201, response_model=ReferralView)
async def inform(
    request: Request,
    id: UUID,
    body: InformationRequest,
    call: Annotated[Call, permit(access.INFORM)],
) -> Response:
    """Answer what was asked: the referral has its place again, and the clock goes on. Needs
    `If-Match`."""
    return created_referral(await application(request).deciding.inform(call, id, body.information))


@deciding.post("/{id}/withdrawals", status_code=201, response_model=ReferralView)
async def withdraw(
    request: Request,
    id: UUID,
    body: WithdrawalRequest,
    call: Annotated[Call, permit(access.WITHDRAW)],
) -> Response:
    """Take a referral back, before anyone supports the person. Needs `If-Match`."""
    return created_referral(
        await application(request).deciding.withdraw(call, id, body.reason_code, body.reason)
    )
