"""Routes of the directory of agencies: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.projection import agency_document
from services.referrals.schemas import AgencyRequest, AgencyView
from shared.contracts.referrals import AgencyKind, AgencyStatus
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Page,
    decode_cursor,
    page,
    permit,
    representation,
    word,
)

agencies = APIRouter(prefix="/v1/agencies", tags=["agencies"])
AgencyId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=80,
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="The agency's name for machines",
    ),
]


@agencies.put("/{agency_id}", response_model=AgencyView, responses={201: {"model": AgencyView}})
async def put_agency(
    request: Request,
    agency_id: AgencyId,
    body: AgencyRequest,
    call: Annotated[Call, permit(access.PUT_AGENCY)],
) -> Response:
    """Enter an agency (201), or replace its entry (200, with `If-Match`)."""
    outcome, new = await application(request).elsewhere.agencies.put(
        call, agency_id, body.details()
    )
    return representation(
        agency_document(outcome.aggregate),
        outcome.aggregate.version,
        status=201 if new else 200,
        location=f"/v1/agencies/{agency_id}" if new else None,
    )


@agencies.get("/{agency_id}", response_model=AgencyView)
async def get_agency(
    request: Request,
    agency_id: AgencyId,
    call: Annotated[Call, permit(access.READ_AGENCY)],
    version: Annotated[int | None, Query(ge=1, lt=1 << 31)] = None,
) -> Response:
    """An agency as it is now, or as its entry was at a version."""
    found = await application(request).elsewhere.agencies.agency(agency_id, version)
    return representation(found, found["version"])


@agencies.get("", response_model=Page[AgencyView])
async def list_agencies(
    request: Request,
    call: Annotated[Call, permit(access.LIST_AGENCIES)],
    kind: Annotated[AgencyKind | None, Query()] = None,
    status: Annotated[AgencyStatus | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The directory, by the agencies' ids."""
    found = await application(request).elsewhere.agencies.agencies(
        kind=kind, status=status, limit=limit, after=decode_cursor(cursor, word)
    )
    return page(found, lambda last: [last["agency_id"]])
