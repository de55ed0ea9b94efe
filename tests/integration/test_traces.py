"""One trace from the request to the event's consumers: by links, since they work in batches."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.audit.consumer import LedgerWriter
from shared.eventstore.unit_of_work import Unit
from tests.integration.test_consumer import consuming, registered, relaying
from tests.support.engines import Engines
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TRACE = 0x4BF92F3577B34DA6A3CE929D0E0E4736
SAMPLED = f"00-{TRACE:032x}-00f067aa0ba902b7-01"
NOT_SAMPLED = f"00-{TRACE + 1:032x}-00f067aa0ba902b7-00"


async def test_relay_and_consumer_link_to_the_request(engines: Engines) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    audit = engines.fresh("audit")
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
        relaying(referrals, connection, names),
        consuming(engines, audit, "audit", LedgerWriter("referrals")) as consumer,
    ):
        for traceparent in (SAMPLED, NOT_SAMPLED):
            unit = await registered(referrals, traceparent)
            await referrals.unit_of_work.commit(Unit(unit.events))
        head = await referrals.store.head()
        await until(lambda: consumer.position == head)

        def linked_from(name: str) -> set[int]:
            return {
                link.context.trace_id
                for span in spans.get_finished_spans()
                if span.name == name
                for link in span.links
            }

        await until(lambda: linked_from("consume referrals") == {TRACE})
        assert linked_from("relay referrals") == {TRACE}
