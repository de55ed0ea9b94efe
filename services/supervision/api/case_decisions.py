"""Routes of case decisions: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.answers import answered
from services.supervision.api.application import application
from services.supervision.projection import decision_document
from services.supervision.schemas import (
    CaseDecisionRequest,
    CaseDecisionView,
    RetractionRequest,
    SessionView,
)
from shared.eventstore.listing import Order
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

COLLECTION = "/v1/supervision/case-decisions"
case_decisions = APIRouter(prefix="/v1/supervision", tags=["supervision: case decisions"])


@case_decisions.post("/sessions/{id}/case-decisions", status_code=201, response_model=SessionView)
async def decide(
    request: Request,
    id: UUID,
    body: CaseDecisionRequest,
    call: Annotated[Call, permit(access.DECIDE_CASE)],
) -> Response:
    """Put a decision about a service user into that person's record. Needs the session's
    `If-Match`; answers with the session, which only says that there is one."""
    outcome = await application(request).case_decisions.decide(
        call, id, body.service_user_id, body.decision
    )
    return await answered(request, call, outcome)


@case_decisions.get("/case-decisions", response_model=Page[CaseDecisionView])
async def list_case_decisions(
    request: Request,
    call: Annotated[Call, permit(access.LIST_CASE_DECISIONS)],
    service_user_id: Annotated[UUID, Query()],
    recorded_by: Annotated[Name | None, Query()] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What was decided about a service user in supervision, newest first; what you recorded, with
    your `recorded_by`. Auditors see that it was, without the words."""
    found = await application(request).case_decisions.decisions(
        call,
        service_user_id,
        recorded_by,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@case_decisions.get("/case-decisions/{id}", response_model=CaseDecisionView)
async def get_case_decision(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_CASE_DECISION)]
) -> Response:
    """One decision."""
    found = await application(request).case_decisions.decision(call, id)
    return representation(found["document"], found["version"])


@case_decisions.post(
    "/case-decisions/{id}/retractions", status_code=201, response_model=CaseDecisionView
)
async def retract(
    request: Request,
    id: UUID,
    body: RetractionRequest,
    call: Annotated[Call, permit(access.RETRACT_CASE_DECISION)],
) -> Response:
    """Take back what you recorded: struck through, or hidden where it is about somebody else.
    Needs `If-Match`."""
    outcome = await application(request).case_decisions.retract(call, id, body.kind, body.reason)
    return created(outcome, decision_document(outcome.aggregate), COLLECTION)
