"""Liveness, readiness and metrics (api, section 0)."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from shared.eventstore.relay import STOPPED, WAITING
from shared.kernel.errors import Unavailable

if TYPE_CHECKING:
    from shared.platform.service import Runtime


def router(made: "Runtime") -> APIRouter:
    routes = APIRouter(tags=["running"])
    own = CollectorRegistry()
    own.register(WorkerMetrics(made))

    @routes.get("/health/live", summary="The process answers")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/health/ready", summary="What this service depends on, and how it is")
    async def ready() -> JSONResponse:
        return await _readiness(made)

    @routes.get("/metrics", summary="Prometheus text", include_in_schema=False)
    async def metrics() -> Response:
        return Response(
            generate_latest(REGISTRY) + generate_latest(own), media_type=CONTENT_TYPE_LATEST
        )

    return routes


async def _readiness(made: "Runtime") -> JSONResponse:
    """503 when nothing can be recorded, or no longer here; 200 `degraded` without the broker, since
    writes go on."""
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
    if made.role != "api":
        checks["relay"] = made.worker.relay.state.value
        own = made.service.checks(made.application)
    fit = (
        checks["database"] == checks["migrations"] == "ok"
        and made.worker.relay.state not in STOPPED
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
        or made.worker.relay.state in WAITING
        or made.worker.parked > 0
        or "keys_not_handed_over" in checks
        or any(state != "ok" for state in own.values())
    )
    status = "unavailable" if not fit else "degraded" if waits else "ok"
    body = {"status": status, "service": made.service.name, "checks": {**checks, **own}}
    return JSONResponse(body, 200 if fit else 503)


class WorkerMetrics(Collector):
    """What the worker knows of itself, read when scraped."""

    def __init__(self, made: "Runtime") -> None:
        self._worker = made.worker
        self._service = made.service.name

    def collect(self) -> Iterator[Metric]:
        worker, relay = self._worker, self._worker.relay
        waiting = worker.handover.waiting if worker.handover else 0
        for name, text, value in (
            ("worker_leads", "1 in the process that leads", worker.leads),
            ("relay_position", "Last position published", relay.position),
            ("parked_events", "Events that wait to be applied again", worker.parked),
            ("relay_refusals", "Batches the broker refused in a row", relay.refusals),
            ("keys_waiting", "Data keys not handed over yet", waiting),
            ("relay_stopped", "1 while the relay waits for an operator", relay.state in STOPPED),
        ):
            gauge = GaugeMetricFamily(f"countersign_{name}", text, labels=["service"])
            gauge.add_metric([self._service], float(value))
            yield gauge
        for name, text in (
            ("pending", "Messages not yet consumed"),
            ("gaps", "Gaps seen in a producer's stream"),
            ("position", "Last position consumed"),
        ):
            gauge = GaugeMetricFamily(
                f"countersign_consumer_{name}", text, labels=["service", "producer"]
            )
            for consumer in worker.consumers:
                gauge.add_metric([self._service, consumer.producer], getattr(consumer, name))
            yield gauge
