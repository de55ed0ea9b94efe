"""Routes of visit alerts: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.support.kept import (
    Order,
    after,
    created_kept,
    history_is_read,
    one_is_read,
    paged,
    router_of,
    support,
)
from services.referrals.schemas.support import (
    AlertReviewRequest,
    VisitAlertRequest,
    VisitAlertView,
)
from shared.kernel.call import Call
from shared.platform.http import Cursor, Limit, Page, permit

alerts = router_of("visit-alerts")
one_is_read(
    alerts, "alert_id", access.READ_VISIT_ALERTS, lambda of: of.visit_alerts, VisitAlertView
)
history_is_read(alerts, "alert_id", access.READ_VISIT_ALERTS, lambda of: of.visit_alerts)


@alerts.get("", response_model=Page[VisitAlertView])
async def list_alerts(
    request: Request,
    id: UUID,
    call: Annotated[Call, permit(access.READ_VISIT_ALERTS)],
    ended: Annotated[bool, Query(description="Those that were ended instead")] = False,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The alerts in force, newest first."""
    found = await support(request).visit_alerts.listed(
        call, id, ended=ended, order=order, limit=limit, after=after(cursor)
    )
    return paged(found)


@alerts.post("", status_code=201, response_model=VisitAlertView)
async def set_alert(
    request: Request,
    id: UUID,
    body: VisitAlertRequest,
    call: Annotated[Call, permit(access.SET_VISIT_ALERT)],
) -> Response:
    """Warn whoever visits alone."""
    outcome = await support(request).visit_alerts.record(call, id, body.said())
    return created_kept(outcome, "visit-alerts")


@alerts.post("/{alert_id}/reviews", status_code=201, response_model=VisitAlertView)
async def review(
    request: Request,
    id: UUID,
    alert_id: UUID,
    body: AlertReviewRequest,
    call: Annotated[Call, permit(access.REVIEW_VISIT_ALERT)],
) -> Response:
    """Keep an alert until another day, or end it. Needs `If-Match`."""
    outcome = await support(request).visit_alerts.review(call, id, alert_id, **body.said())
    return created_kept(outcome, "visit-alerts")
