"""Routes of merging: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.schemas import MergeRequest, SeparationRequest, ServiceUserView
from shared.kernel.call import Call
from shared.platform.http import created, permit

merging = APIRouter(prefix="/v1/service-users", tags=["service users"])


@merging.post("/{id}/merges", status_code=201, response_model=ServiceUserView)
async def merge(
    request: Request,
    id: UUID,
    body: MergeRequest,
    call: Annotated[Call, permit(access.MERGE)],
) -> Response:
    """Merge this registration into another of the same person. Needs `If-Match`, with its ETag.

    Both histories are kept, and whoever asks for either gets both. The answer is the registration
    that stands for the person: what this address shows from now on, also its ETag.
    """
    app = application(request)
    outcome = await app.merging.merge(
        call, id, body.into, body.reason, nhs_number_superseded=body.nhs_number_superseded
    )
    return created(outcome, await app.service_users.answer(call, outcome), "/v1/service-users")


@merging.post("/{id}/separations", status_code=201, response_model=ServiceUserView)
async def separate(
    request: Request,
    id: UUID,
    body: SeparationRequest,
    call: Annotated[Call, permit(access.SEPARATE)],
) -> Response:
    """Undo the merge of this registration. Needs `If-Match`, with the ETag that its address shows.

    The answer is this registration, by itself again, with what was merged into it before.
    """
    app = application(request)
    outcome = await app.merging.separate(call, id, body.reason)
    return created(outcome, await app.service_users.answer(call, outcome), "/v1/service-users")
