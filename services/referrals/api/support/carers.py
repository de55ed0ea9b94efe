"""Routes of carers: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.support.kept import (
    all_are_read,
    created_kept,
    history_is_read,
    one_is_read,
    router_of,
    support,
)
from services.referrals.projection import kept_document
from services.referrals.schemas.support import CarerRequest, CarerUpdate, CarerView
from shared.kernel.call import Call
from shared.platform.http import Page, permit, representation

carers = router_of("carers")
all_are_read(carers, access.READ_CARERS, lambda of: of.carers, Page[CarerView])
one_is_read(carers, "carer_id", access.READ_CARERS, lambda of: of.carers, CarerView)
history_is_read(carers, "carer_id", access.READ_CARERS, lambda of: of.carers)


@carers.post("", status_code=201, response_model=CarerView)
async def record(
    request: Request,
    id: UUID,
    body: CarerRequest,
    call: Annotated[Call, permit(access.RECORD_CARER)],
) -> Response:
    """Record a carer. What they say in confidence is kept from the service user's copy."""
    outcome = await support(request).carers.record(call, id, body.particulars())
    return created_kept(outcome, "carers")


@carers.patch("/{carer_id}", response_model=CarerView)
async def update(
    request: Request,
    id: UUID,
    carer_id: UUID,
    body: CarerUpdate,
    call: Annotated[Call, permit(access.UPDATE_CARER)],
) -> Response:
    """Replace the fields that are given. Needs `If-Match`.

    What changes nothing is answered with what there is, and the version stays.
    """
    outcome = await support(request).carers.update(call, id, carer_id, body.changes())
    return representation(kept_document(outcome.aggregate), outcome.aggregate.version)
