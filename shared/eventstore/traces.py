"""Trace context that travels with an event, from the request that caused it to who consumed it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("countersign")


def span(name: str, **options: Any) -> AbstractContextManager[Span]:
    """A span that is the current one for a block.

    What is raised in it is not recorded: messages, and a database's above all, may quote people.
    """
    return _TRACER.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False, **options
    )


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
