"""What one process tells of itself: OpenTelemetry traces, Prometheus metrics, JSON logs.

Nothing personal is ever put in: no bodies, names, NHS numbers or tokens (design, section 7).
"""

import logging
import sys
import traceback
from time import perf_counter

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.types import EventDict, Processor

from shared.eventstore.traces import span
from shared.platform.settings import ServiceSettings

REQUESTS = Histogram(
    "http_server_request_duration_seconds",
    "How long requests took",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
PROBES = ("/health", "/metrics")
_configured = False
_PROPAGATOR = TraceContextTextMapPropagator()


def configure(service: str, settings: ServiceSettings) -> None:
    """Set this process's providers and log format. A second call changes nothing."""
    global _configured
    if _configured:
        return
    _configured = True
    resource = Resource.create({"service.name": f"countersign-{service}"})
    # Without anywhere to send spans, they are not recorded; trace ids still go through.
    ratio = TraceIdRatioBased(settings.trace_sample_ratio)
    sampler = ParentBased(ratio) if settings.otlp_endpoint else ALWAYS_OFF
    tracing = TracerProvider(sampler=sampler, resource=resource)
    if settings.otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
        tracing.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(tracing)
    _configure_logs(service, settings.log_level)


class RequestTelemetry:
    """A server span and a duration for every request, by method, route's pattern and status.

    FastAPI's own telemetry does the same, and cost more than all else it does (ADR 6).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(PROBES):
            await self._app(scope, receive, send)
            return
        status, started, method = 500, perf_counter(), scope["method"]

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with span(method, context=_parent(scope), kind=SpanKind.SERVER) as current:
            try:
                await self._app(scope, receive, noting_status)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                if current.is_recording():
                    current.update_name(f"{method} {route}")
                    current.set_attributes(
                        {"http.route": route, "http.response.status_code": status}
                    )
                REQUESTS.labels(method, route, str(status)).observe(perf_counter() - started)


def _parent(scope: Scope) -> Context | None:
    for name, value in scope["headers"]:
        if name == b"traceparent":
            return _PROPAGATOR.extract({"traceparent": value.decode("latin-1")})
    return None


def _configure_logs(service: str, level: str) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace_ids,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _places,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # nats-py and httpx log addresses and stack traces of every reconnect; we log the state.
    for noisy in ("httpx", "nats", "nats.aio.client"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _places(logger: object, name: str, event: EventDict) -> EventDict:
    """An exception as its type and places: never its message, which may quote people."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__qualname__
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _trace_ids(logger: object, name: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event
