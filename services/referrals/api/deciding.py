"""Routes of deciding referrals: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.answers import created_referral
from services.referrals.api.application import application
from services.referrals.schemas import (
    DecisionRequest,
    ReferralView,
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
    """Decide a referral, with the reason the referrer will be told. Needs `If-Match`."""
    return created_referral(
        await application(request).deciding.decide(
            call, id, body.outcome, body.rationale, body.reason_code
        )
    )
