"""Routes of the referrals service: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.application import Referrals
from services.referrals.domain import Referral
from services.referrals.projection import (
    referral_document,
    service_user_document,
    without_particulars,
)
from services.referrals.schemas import (
    AllocationRequest,
    CaseloadView,
    ClosureRequest,
    DecisionRequest,
    Found,
    History,
    ReferralRequest,
    ReferralView,
    RestrictionRequest,
    RestrictionView,
    SearchRequest,
    ServiceUserRequest,
    ServiceUserView,
    TransferRequest,
)
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.kernel.relationship import Restriction
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)
from shared.platform.service import runtime

service_users = APIRouter(prefix="/v1/service-users", tags=["service users"])
referrals = APIRouter(prefix="/v1/referrals", tags=["referrals"])
caseloads = APIRouter(prefix="/v1/caseloads", tags=["caseloads"])
ROUTERS = (service_users, referrals, caseloads)


def application(request: Request) -> Referrals:
    found: Referrals = runtime(request.app).application
    return found


@service_users.post("", status_code=201, response_model=ServiceUserView)
async def register(
    request: Request,
    body: ServiceUserRequest,
    call: Annotated[Call, permit(access.REGISTER_SERVICE_USER)],
) -> Response:
    """Register a service user. A known NHS number is refused with `already_registered`."""
    particulars = {name: getattr(body, name) for name in ServiceUserRequest.model_fields}
    outcome = await application(request).register(call, **particulars)
    return created(outcome, service_user_document(outcome.aggregate), "/v1/service-users")


@service_users.get("/{id}", response_model=ServiceUserView)
async def get_service_user(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_SERVICE_USER)]
) -> Response:
    found = await application(request).service_user(call, id)
    return representation(found["document"], found["version"])


@service_users.post("/searches", response_model=Found)
async def search(
    request: Request,
    body: SearchRequest,
    call: Annotated[Call, permit(access.SEARCH_SERVICE_USERS)],
) -> Response:
    """Find a service user by NHS number. Staff find only people they are related to."""
    items = await application(request).search(call, body.nhs_number)
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
    outcome = await application(request).restrict(call, id, restriction, body.reason)
    return created(outcome, without_particulars(outcome.aggregate), "/v1/service-users")


@service_users.get("/{id}/restrictions", response_model=RestrictionView)
async def get_restriction(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_RESTRICTION)]
) -> Response:
    """Who may see a record, and the ETag with which to change it. Staff ids only."""
    restriction, version = await application(request).restriction(call, id)
    shown = {
        "restricted": restriction.restricted,
        "named_staff": sorted(restriction.named),
        "excluded_staff": sorted(restriction.excluded),
    }
    return representation(shown, version)


@referrals.post("", status_code=201, response_model=ReferralView)
async def receive(
    request: Request, body: ReferralRequest, call: Annotated[Call, permit(access.REFER)]
) -> Response:
    """Record a referral to the STR workers of the person's team."""
    particulars = {name: getattr(body, name) for name in ReferralRequest.model_fields}
    return _created(await application(request).receive(call, **particulars))


@referrals.get("", response_model=Page[ReferralView])
async def list_referrals(
    request: Request,
    call: Annotated[Call, permit(access.LIST_REFERRALS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    worker_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Name | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Referrals by when they were recorded. `from` and `to` mean when they were received."""
    found = await application(request).referrals(
        call,
        service_user_id,
        team_id,
        worker_id=worker_id,
        status=status,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@referrals.get("/{id}", response_model=ReferralView)
async def get_referral(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_REFERRAL)]
) -> Response:
    found = await application(request).referral(call, id)
    return representation(found["document"], found["version"])


@referrals.get("/{id}/history", response_model=History)
async def get_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_HISTORY)]
) -> Response:
    """Everything that happened to a referral, oldest first."""
    items = await application(request).history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")


@referrals.post("/{id}/decisions", status_code=201, response_model=ReferralView)
async def decide(
    request: Request,
    id: UUID,
    body: DecisionRequest,
    call: Annotated[Call, permit(access.DECIDE)],
) -> Response:
    """Decide a referral, with the reason the referrer will be told. Needs `If-Match`."""
    return _created(
        await application(request).decide(call, id, body.outcome, body.rationale, body.reason_code)
    )


@referrals.post("/{id}/allocations", status_code=201, response_model=ReferralView)
async def allocate(
    request: Request,
    id: UUID,
    body: AllocationRequest,
    call: Annotated[Call, permit(access.ALLOCATE)],
) -> Response:
    """Put the person on a worker's caseload. Needs `If-Match`."""
    return _created(
        await application(request).allocate(call, id, body.worker_id, body.override_reason)
    )


@referrals.post("/{id}/transfers", status_code=201, response_model=ReferralView)
async def transfer(
    request: Request,
    id: UUID,
    body: TransferRequest,
    call: Annotated[Call, permit(access.TRANSFER)],
) -> Response:
    """Move the person to another worker's caseload, with a hand-over. Needs `If-Match`."""
    return _created(
        await application(request).transfer(
            call, id, body.worker_id, body.handover, body.override_reason
        )
    )


@referrals.post("/{id}/closures", status_code=201, response_model=ReferralView)
async def close(
    request: Request,
    id: UUID,
    body: ClosureRequest,
    call: Annotated[Call, permit(access.CLOSE)],
) -> Response:
    """End the support with its outcome; the person leaves the caseload. Needs `If-Match`.

    For a team manager, the person's care co-ordinator, and the worker whose caseload it is.
    """
    return _created(await application(request).close(call, id, body.outcome, body.summary))


@caseloads.get("/{worker_id}", response_model=CaseloadView)
async def get_caseload(
    request: Request,
    worker_id: Annotated[Name, Path(description="The worker's id in the register")],
    call: Annotated[Call, permit(access.READ_CASELOAD)],
) -> Response:
    """Who is on a worker's caseload, longest first. For the worker, managers and supervisors."""
    found = await application(request).caseload(call, worker_id)
    return Response(to_json(found), media_type="application/json")


def _created(outcome: Outcome[Referral]) -> Response:
    return created(outcome, referral_document(outcome.aggregate), "/v1/referrals")
