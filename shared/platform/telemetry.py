"""OpenTelemetry for one process: traces, metrics in Prometheus' form, and JSON logs.

Nothing personal is ever put in: no bodies, names, NHS numbers or tokens (design, section 7).
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterable

import structlog
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.platform.settings import ServiceSettings

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
    reader = PrometheusMetricReader(disable_target_info=True)
    metrics.set_meter_provider(MeterProvider([reader], resource=resource))
    _configure_logs(service, settings.log_level)


def gauge(
    name: str, description: str, read: Callable[[], Iterable[tuple[float, dict[str, str]]]]
) -> None:
    """A metric read when scraped. `read` gives values with their attributes."""

    def observe(options: CallbackOptions) -> Iterable[Observation]:
        return [Observation(value, dict(attributes)) for value, attributes in read()]

    metrics.get_meter("countersign").create_observable_gauge(
        name, callbacks=[observe], description=description
    )


def linked(traceparents: Iterable[str | None]) -> list[Link]:
    """Links to the sampled traces among `traceparents`."""
    return [
        Link(context)
        for traceparent in traceparents
        if traceparent and traceparent.endswith("01") and (context := span_context(traceparent))
    ]


def span_context(traceparent: str) -> SpanContext | None:
    context = _PROPAGATOR.extract({"traceparent": traceparent})
    found = trace.get_current_span(context).get_span_context()
    return found if found.is_valid else None


def _configure_logs(service: str, level: str) -> None:
    shared = [
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


def _places(logger: object, name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """An exception as its type and where it came from: never its message, which may quote people."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__qualname__
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _trace_ids(
    logger: object, name: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event
