"""Trace context that travels with an event, from the request that caused it to who consumed it."""

from collections.abc import Iterable

from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


def linked(traceparents: Iterable[str | None]) -> list[Link]:
    """Links to the sampled traces among `traceparents` (W3C Trace Context)."""
    return [
        Link(context)
        for traceparent in traceparents
        if traceparent and traceparent.endswith("01") and (context := _context(traceparent))
    ]


def _context(traceparent: str) -> SpanContext | None:
    context = _PROPAGATOR.extract({"traceparent": traceparent})
    found = trace.get_current_span(context).get_span_context()
    return found if found.is_valid else None
