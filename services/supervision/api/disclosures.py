"""Routes of disclosures: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.domain import Disclosure
from services.supervision.schemas import (
    DisclosureRequest,
    DisclosureReviewRequest,
    DisclosureView,
    SessionView,
)
from shared.eventstore.commands import Outcome
from shared.eventstore.listing import Order
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

COLLECTION = "/v1/supervision/disclosures"
disclosures = APIRouter(prefix="/v1/supervision", tags=["supervision: disclosures"])


@disclosures.post("/sessions/{id}/disclosures", status_code=201, response_model=SessionView)
async def disclose(
    request: Request,
    id: UUID,
    body: DisclosureRequest,
    call: Annotated[Call, permit(access.DISCLOSE)],
) -> Response:
    """Open a session's record to one member of staff, for a reason; `Location` is the disclosure's.

    One of the two may on any basis; whoever is on safeguarding duty now, for risk or safeguarding,
    for 72 hours or less; an IG lead for these, an investigation or the law, but not to themselves.
    Answers with the session: in full for the two.
    """
    outcome, session = await application(request).disclosures.disclose(call, id, **body.facts())
    return representation(
        await application(request).reading.answer(call, session),
        session.version,
        status=201,
        location=f"{COLLECTION}/{outcome.aggregate.id}",
        replayed=outcome.replayed,
    )


@disclosures.get("/disclosures", response_model=Page[DisclosureView])
async def list_disclosures(
    request: Request,
    call: Annotated[Call, permit(access.READ_DISCLOSURES)],
    session_id: Annotated[UUID | None, Query()] = None,
    for_review: Annotated[bool | None, Query()] = None,
    reviewed: Annotated[bool | None, Query()] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Those that you made, received or were told of, newest first; for an IG lead all: what waits
    for review with `for_review=true&reviewed=false`."""
    found = await application(request).disclosures.disclosures(
        call,
        session_id=session_id,
        for_review=for_review,
        reviewed=reviewed,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["disclosed_at"], last["id"]])


@disclosures.get("/disclosures/{id}", response_model=DisclosureView)
async def get_disclosure(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_DISCLOSURES)]
) -> Response:
    """One of them, with why, and its review."""
    found = await application(request).disclosures.disclosure(call, id)
    return representation(found["document"], found["version"])


@disclosures.post("/disclosures/{id}/tellings", status_code=201, response_model=DisclosureView)
async def tell(
    request: Request, id: UUID, call: Annotated[Call, permit(access.TELL_OF_DISCLOSURE)]
) -> Response:
    """It has become safe to tell of it: those whom it concerns see it from now on. For whoever
    disclosed it, or an IG lead. Needs `If-Match`."""
    return _created(request, call, await application(request).disclosures.tell(call, id))


@disclosures.post("/disclosures/{id}/reviews", status_code=201, response_model=DisclosureView)
async def review(
    request: Request,
    id: UUID,
    body: DisclosureReviewRequest,
    call: Annotated[Call, permit(access.REVIEW_DISCLOSURE)],
) -> Response:
    """Say whether it was justified; what wasn't ends at once, and those whom it concerns see it
    from now on. Never of what one did, received, or said in that session. Needs `If-Match`."""
    outcome = await application(request).disclosures.review(call, id, body.outcome, body.reason)
    return _created(request, call, outcome)


def _created(request: Request, call: Call, outcome: Outcome[Disclosure]) -> Response:
    shown = application(request).disclosures.answer(call, outcome.aggregate)
    return created(outcome, shown, COLLECTION)
