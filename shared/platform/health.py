"""Liveness, readiness and metrics (api, section 0)."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from shared.eventstore.relay import STOPPED, WAITING
from shared.kernel.errors import Unavailable
from shared.platform.metrics import Exposition

if TYPE_CHECKING:
    from shared.platform.service import Runtime


def router(made: "Runtime") -> APIRouter:
    routes = APIRouter(tags=["running"])
    exposition = Exposition(made)

    @routes.get("/health/live", summary="The process answers")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/health/ready", summary="What this service depends on, and how it is")
    async def ready() -> JSONResponse:
        return await _readiness(made)

    @routes.get("/metrics", summary="Prometheus text", include_in_schema=False)
    async def metrics() -> Response:
        return Response(await exposition.text(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _readiness(made: "Runtime") -> JSONResponse:
    """503 when nothing can be recorded, or no longer here, and before the issuer's keys were ever
    read, since nobody could be let in; 200 `degraded` without the broker, since writes go on."""
    checks = {
        "database": "ok",
        "migrations": "ok",
        "broker": "ok" if made.messaging.connected else "unavailable",
    }
    try:
        checks["migrations"] = await made.schema_state()
    except Unavailable:
        checks["database"] = checks["migrations"] = "unavailable"
    own: Mapping[str, str] = {}
    relay = made.worker.relay.state
    if made.role != "api" or relay in STOPPED:
        checks["relay"] = relay.value
    if made.role != "api":
        own = made.service.checks(made.application)
    if made.role != "worker":
        checks["issuer"] = "unavailable" if math.isinf(made.tokens.keys_age) else "ok"
    fit = (
        checks.get("issuer", "ok") == "ok"
        and checks["database"] == checks["migrations"] == "ok"
        and relay not in STOPPED
        and not made.stopping.begun
    )
    if made.stopping.begun:
        checks["process"] = "stopping"
    if made.worker.parked:
        checks["parked_events"] = str(made.worker.parked)
    handover = made.worker.handover
    if handover and handover.failing:
        checks["keys_not_handed_over"] = str(handover.waiting)
    waits = (
        checks["broker"] != "ok"
        or relay in WAITING
        or made.worker.parked > 0
        or "keys_not_handed_over" in checks
        or any(state != "ok" for state in own.values())
    )
    status = "unavailable" if not fit else "degraded" if waits else "ok"
    body = {"status": status, "service": made.service.name, "checks": {**checks, **own}}
    return JSONResponse(body, 200 if fit else 503)
