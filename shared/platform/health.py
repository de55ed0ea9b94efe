"""Liveness, readiness and metrics (api, section 0)."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.eventstore.relay import STOPPED
from shared.kernel.errors import Unavailable
from shared.platform import telemetry

if TYPE_CHECKING:
    from shared.platform.service import Runtime


def router(runtime: Callable[[], "Runtime"]) -> APIRouter:
    routes = APIRouter(tags=["running"])

    @routes.get("/health/live", summary="The process answers")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/health/ready", summary="What this service depends on, and how it is")
    async def ready() -> JSONResponse:
        return await _readiness(runtime())

    @routes.get("/metrics", summary="Prometheus text", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _readiness(made: "Runtime") -> JSONResponse:
    """503 when nothing can be recorded; 200 `degraded` without the broker, since writes go on."""
    checks = {
        "database": "ok",
        "migrations": "ok",
        "broker": "ok" if made.messaging.connected else "unavailable",
    }
    try:
        revision = await made.revision()
        if revision != made.expected_revision:
            checks["migrations"] = f"expected {made.expected_revision}, found {revision}"
    except Unavailable:
        checks["database"] = checks["migrations"] = "unavailable"
    if made.role != "api":
        checks["relay"] = made.worker.relay.state.value
    fit = (
        checks["database"] == checks["migrations"] == "ok"
        and made.worker.relay.state not in STOPPED
    )
    status = "unavailable" if not fit else "degraded" if checks["broker"] != "ok" else "ok"
    body = {"status": status, "service": made.service.name, "checks": checks}
    return JSONResponse(body, 200 if fit else 503)


def gauges(made: "Runtime") -> None:
    """What the worker knows of itself, read when scraped."""
    worker, service = made.worker, {"service": made.service.name}

    def consumers(attribute: str) -> Callable[[], Iterable[tuple[float, dict[str, str]]]]:
        return lambda: [
            (getattr(each, attribute), {**service, "producer": each.producer})
            for each in worker.consumers
        ]

    telemetry.gauge(
        "countersign_worker_leads", "1 in the process that leads", lambda: [(worker.leads, service)]
    )
    telemetry.gauge(
        "countersign_relay_position",
        "Position of the last event the relay has published",
        lambda: [(worker.relay.position, service)],
    )
    telemetry.gauge(
        "countersign_relay_stopped",
        "1 when the relay waits for an operator",
        lambda: [(worker.relay.state in STOPPED, service)],
    )
    telemetry.gauge(
        "countersign_consumer_pending", "Messages not yet consumed", consumers("pending")
    )
    telemetry.gauge(
        "countersign_consumer_gaps", "Gaps seen in a producer's stream", consumers("gaps")
    )
    telemetry.gauge(
        "countersign_consumer_position", "Position consumed so far", consumers("position")
    )
