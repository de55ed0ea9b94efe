"""Routes of sharing preferences: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.support.kept import (
    all_are_read,
    created_kept,
    one_is_read,
    router_of,
    support,
)
from services.referrals.schemas.support import SharingPreferenceRequest, SharingPreferenceView
from shared.kernel.call import Call
from shared.platform.http import Page, permit

sharing = router_of("sharing-preferences")
all_are_read(
    sharing, access.READ_SHARING, lambda of: of.sharing_preferences, Page[SharingPreferenceView]
)
one_is_read(
    sharing,
    "preference_id",
    access.READ_SHARING,
    lambda of: of.sharing_preferences,
    SharingPreferenceView,
)


@sharing.post("", status_code=201, response_model=SharingPreferenceView)
async def record(
    request: Request,
    id: UUID,
    body: SharingPreferenceRequest,
    call: Annotated[Call, permit(access.RECORD_SHARING)],
) -> Response:
    """Record what the person lets be told to whom. The newest of a recipient counts."""
    outcome = await support(request).sharing_preferences.record(call, id, body.said())
    return created_kept(outcome, "sharing-preferences")
