"""Spans as a collector receives them, and what ours lets through."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

COLLECTOR = Path("deploy/k8s/components/collector/config.yaml")


@dataclass(frozen=True)
class Sent:
    """A span. `links` are the traces it links to."""

    service: str
    name: str
    trace: bytes
    span: bytes
    parent: bytes
    links: frozenset[bytes]
    attributes: dict[str, Any]
    resource: frozenset[str]
    bare: bool
    """Whether it has no event, no status message and no attribute of a link or scope."""


def sent(received: bytes) -> list[Sent]:
    """All spans of some OTLP requests, one after another (which to protobuf is one request)."""
    return list(_spans(ExportTraceServiceRequest.FromString(received)))


def _spans(request: Any) -> Iterator[Sent]:
    for of in request.resource_spans:
        resource = {each.key: each.value.string_value for each in of.resource.attributes}
        for scope in of.scope_spans:
            for span in scope.spans:
                yield Sent(
                    service=resource["service.name"],
                    name=span.name,
                    trace=span.trace_id,
                    span=span.span_id,
                    parent=span.parent_span_id,
                    links=frozenset(link.trace_id for link in span.links),
                    attributes={each.key: each.value for each in span.attributes},
                    resource=frozenset(resource),
                    bare=not (
                        span.events
                        or span.status.message
                        or span.trace_state
                        or scope.scope.attributes
                        or any(link.attributes for link in span.links)
                    ),
                )


def allowed(context: str) -> set[str]:
    """What the collector lets through of a resource, a span, …"""
    configuration = yaml.safe_load(COLLECTOR.read_text())
    for each in configuration["processors"]["transform/allowed"]["trace_statements"]:
        if each["context"] == context:
            return set(re.findall(r'"([^"]+)"', each["statements"][0]))
    raise KeyError(context)
