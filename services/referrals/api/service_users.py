"""Routes of service users: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.projection import service_user_document, without_particulars
from services.referrals.schemas import (
    Found,
    History,
    RestrictionRequest,
    RestrictionView,
    SearchRequest,
    ServiceUserPatch,
    ServiceUserRequest,
    ServiceUserView,
)
from shared.kernel.call import Call
from shared.kernel.relationship import Restriction
from shared.platform.http import created, permit, representation

service_users = APIRouter(prefix="/v1/service-users", tags=["service users"])


@service_users.post("", status_code=201, response_model=ServiceUserView)
async def register(
    request: Request,
    body: ServiceUserRequest,
    call: Annotated[Call, permit(access.REGISTER_SERVICE_USER)],
) -> Response:
    """Register a service user. A known NHS number is refused with `already_registered`."""
    outcome = await application(request).service_users.register(call, **body.particulars())
    return created(outcome, service_user_document(outcome.aggregate), "/v1/service-users")


@service_users.get("/{id}", response_model=ServiceUserView)
async def get_service_user(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_SERVICE_USER)]
) -> Response:
    found = await application(request).service_users.service_user(call, id)
    return representation(found["document"], found["version"])


@service_users.patch("/{id}", response_model=ServiceUserView)
async def update(
    request: Request,
    id: UUID,
    body: ServiceUserPatch,
    call: Annotated[Call, permit(access.UPDATE_SERVICE_USER)],
) -> Response:
    """Change what is given, and nothing else. Needs `If-Match`.

    Null clears what may be empty. With a new team, their open referrals go along. What changes
    nothing is answered with what there is, and the version stays.
    """
    people = application(request).service_users
    outcome = await people.update(call, id, body.given(), body.reason)
    return representation(await people.answer(call, outcome), outcome.aggregate.version)


@service_users.get("/{id}/history", response_model=History)
async def get_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_SERVICE_USER_HISTORY)]
) -> Response:
    """Everything that happened to a person's entry, oldest first: who changed which fields."""
    items = await application(request).service_users.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")


@service_users.post("/searches", response_model=Found)
async def search(
    request: Request,
    body: SearchRequest,
    call: Annotated[Call, permit(access.SEARCH_SERVICE_USERS)],
) -> Response:
    """Find a service user by NHS number. Staff find only people they are related to."""
    items = await application(request).service_users.search(call, body.nhs_number)
    return Response(to_json({"items": items}), media_type="application/json")


@service_users.post("/{id}/restrictions", status_code=201, response_model=ServiceUserView)
async def restrict(
    request: Request,
    id: UUID,
    body: RestrictionRequest,
    call: Annotated[Call, permit(access.RESTRICT)],
) -> Response:
    """Set who may see a record: named staff only, and never the excluded. Needs `If-Match`.

    The answer has no particulars of the person: restricting a record lets nobody into it.

    An IG lead can't name themselves, nor change the restriction of a record they are kept from.
    """
    restriction = Restriction(
        body.restricted, frozenset(body.named_staff), frozenset(body.excluded_staff)
    )
    outcome = await application(request).service_users.restrict(call, id, restriction, body.reason)
    return created(outcome, without_particulars(outcome.aggregate), "/v1/service-users")


@service_users.get("/{id}/restrictions", response_model=RestrictionView)
async def get_restriction(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_RESTRICTION)]
) -> Response:
    """Who may see a record, and the ETag with which to change it. Staff ids only."""
    restriction, version = await application(request).service_users.restriction(call, id)
    shown = {
        "restricted": restriction.restricted,
        "named_staff": sorted(restriction.named),
        "excluded_staff": sorted(restriction.excluded),
    }
    return representation(shown, version)
