"""Governance: alerts, break-glass by week, and whether the record is complete."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.audit import access
from services.audit.api.application import application
from services.audit.policy import Alert, Disagreement
from services.audit.schemas import (
    AlertView,
    BreakGlassMeasure,
    Completeness,
    DisagreementView,
)
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    decode_cursor,
    moment,
    page,
    permit,
    whole,
    word,
)

router = APIRouter(prefix="/v1/audit", tags=["governance"])


@router.get("/alerts", response_model=Page[AlertView])
async def alerts(
    request: Request,
    call: Annotated[Call, permit(access.READ_ALERTS)],
    kind: Annotated[Alert | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Broken glass, and who looked at a restricted record or was refused; newest first."""
    found = await application(request).governance.alerts(
        call,
        kind=kind,
        since=since,
        until=until,
        limit=limit,
        after=decode_cursor(cursor, whole),
    )
    return page(found, lambda last: [last["index"]])


@router.get("/governance/break-glass", response_model=BreakGlassMeasure)
async def break_glass(
    request: Request,
    call: Annotated[Call, permit(access.READ_BREAK_GLASS)],
    team_id: Annotated[Name | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
) -> Response:
    """How often the glass was broken, week by week, with the limits of ordinary variation."""
    found = await application(request).governance.break_glass(call, team_id, since, until)
    control = asdict(found.limits) if found.limits else dict.fromkeys(("centre", "lower", "upper"))
    body = {"measure": "break-glass", "unit": "overrides", **control, "items": found.weeks}
    return Response(to_json(body), media_type="application/json")


@router.get("/completeness", response_model=Completeness)
async def completeness(
    request: Request, call: Annotated[Call, permit(access.READ_COMPLETENESS)]
) -> Response:
    """Whether the ledger holds all that every service says it has recorded."""
    standings = await application(request).completeness.standings(call)
    body = {
        "complete": all(each.complete for each in standings),
        "services": [asdict(each) for each in standings],
    }
    return Response(to_json(body), media_type="application/json")


@router.get("/completeness/disagreements", response_model=Page[DisagreementView])
async def disagreements(
    request: Request,
    call: Annotated[Call, permit(access.READ_DISAGREEMENTS)],
    service: Annotated[
        Literal["notes", "referrals", "supervision", "audit"] | None, Query()
    ] = None,
    kind: Annotated[Disagreement | None, Query()] = None,
    open: Annotated[bool | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Where services and the ledger say, or once said, different things; last found first."""
    found = await application(request).completeness.disagreements(
        call, open=open, service=service, kind=kind, limit=limit,
        after=decode_cursor(cursor, moment, word, whole, word, bytes.fromhex),
    )  # fmt: skip
    return page(
        found,
        lambda last: [
            last["seen_at"], last["service"], last["position"], last["kind"], last["digest"].hex()
        ],
    )  # fmt: skip
