"""What a process tells Prometheus, all of it read when it is scraped (ADR 6, ADR 21).

Three kinds: of the process itself; of the service, which any of its processes reads in the
database and says the same; and of the work, which only the worker that leads knows. What isn't
known is left out and never 0: a standby has nothing to say of the relay, nor anybody of the
database while it is away.
"""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import SummaryMetricFamily as Summary
from prometheus_client.registry import Collector, CollectorRegistry

from shared.eventstore.backlog import Backlog, Horizon
from shared.eventstore.relay import RelayState
from shared.kernel.errors import Unavailable
from shared.platform.migrations.schema import OK

if TYPE_CHECKING:
    from shared.platform.service import Runtime

PATIENCE = 2.0
"""Seconds the database may take; what it would have said is left out then."""


class Exposition:
    """The text of one process's metrics."""

    def __init__(self, made: "Runtime") -> None:
        self._made = made
        self._horizon = Horizon()
        self._build = _build()

    async def text(self) -> bytes:
        own = CollectorRegistry()
        own.register(_Collected([*self._of_process(), *await self._of_service(), *self._of_work()]))
        return generate_latest(REGISTRY) + generate_latest(own)

    def _of_process(self) -> Iterator[Metric]:
        made = self._made
        build = Gauge(
            "countersign_build_info", "What runs, and in which role",
            labels=["service", "role", "version", "revision"],
        )  # fmt: skip
        build.add_metric([made.service.name, made.role, *self._build], 1)
        yield build
        yield self._gauge(
            "broker_connected", "1 while the broker is there", made.messaging.connected
        )
        if made.role != "worker":
            age = made.tokens.keys_age
            yield self._gauge(
                "issuer_keys_age_seconds", "Since the issuer's keys were last read", age
            )
        if made.role != "api":
            yield self._gauge("worker_leads", "1 in the process that leads", made.worker.leads)
            yield self._of_each_consumer("gaps", "Gaps seen in a producer's stream", Counter)
        pool, writer = made.database.pool, made.unit_of_work
        for name, text, found in (
            ("connections", "Connections for reading that are open", "pool_size"),
            ("idle", "Connections for reading that nobody uses", "pool_available"),
            ("waiting", "Requests that wait for a connection", "requests_waiting"),
        ):
            yield self._gauge(f"database_pool_{name}", text, pool.get(found, 0))
        yield self._counter(
            "database_pool_timeouts", "Requests that got no connection in time",
            pool.get("requests_errors", 0),
        )  # fmt: skip
        yield self._counter("events_appended", "Events recorded by this process", writer.events)
        commits = Summary(
            "countersign_commit_duration_seconds",
            "Turns of the writer, which commits whatever waits", labels=["service"],
        )  # fmt: skip
        commits.add_metric([made.service.name], writer.batches, writer.seconds)
        yield commits

    async def _of_service(self) -> list[Metric]:
        """What the database tells; without it only that it is not there."""
        made, own = self._made, list[Metric]()
        current: bool | None = None
        try:
            async with asyncio.timeout(PATIENCE):
                current = await made.schema_state() == OK
                if current:
                    own += self._of_backlog(await made.worker.backlogs.read())
                    if made.service.measures:
                        own += await made.service.measures(made.application)
        except (Unavailable, TimeoutError):
            own.clear()
        reachable = current is not None
        own.append(self._gauge("database_reachable", "1 while the database answers", reachable))
        if current is not None:
            text = "1 if the database serves this process's release"
            own.append(self._gauge("migrations_current", text, current))
        return own

    def _of_backlog(self, backlog: Backlog) -> Iterator[Metric]:
        now = self._made.clock.now()
        for name, text, count in (
            ("outbox_events", "Events not published yet, counted to 10,000", backlog.unpublished),
            ("parked_events", "Events that wait to be applied again", backlog.parked),
        ):
            yield self._gauge(name, text, count)
        for name, text, since in (
            ("outbox_age_seconds", "Of the oldest event not published", backlog.unpublished_since),
            ("parked_age_seconds", "Of the event that was parked first", backlog.parked_since),
        ):
            yield self._gauge(name, text, (now - since).total_seconds() if since else 0)
        yield self._gauge(
            "horizon_age_seconds", "For which an open transaction holds back what is published",
            self._horizon.age(backlog, time.monotonic()),
        )  # fmt: skip
        yield self._gauge(
            "clock_offset_seconds", "By which the database's clock is ahead of this process's",
            (backlog.now - now).total_seconds(),
        )  # fmt: skip
        if self._made.service.owns_keys:
            text = "Data keys not handed over yet"
            yield self._gauge("keys_waiting", text, backlog.keys_waiting)

    def _of_work(self) -> Iterator[Metric]:
        made, worker, relay = self._made, self._made.worker, self._made.worker.relay
        if not worker.leads:
            return
        state = Gauge(
            "countersign_relay_state", "1 for the state the relay is in",
            labels=["service", "state"],
        )  # fmt: skip
        for each in RelayState:
            state.add_metric([made.service.name, each.value], float(relay.state is each))
        yield state
        yield self._gauge("relay_position", "Last position published", relay.position)
        yield self._gauge("relay_refusals", "Batches the broker refused in a row", relay.refusals)
        looked = Gauge(
            "countersign_look_age_seconds",
            "Since a look for what the clock does was last completed", labels=["service", "look"],
        )  # fmt: skip
        for look in worker.looks:
            for name, age in look.ages.items():
                looked.add_metric([made.service.name, name], age)
        yield looked
        yield from self._of_consumers()
        yield from made.service.leader_measures(made.application)

    def _of_consumers(self) -> Iterator[Metric]:
        yield self._of_each_consumer("position", "Last position consumed")
        yield self._of_each_consumer(
            "behind_seconds", "Since the stream was last known to hold nothing new"
        )
        if self._made.messaging.connected:
            yield self._of_each_consumer("pending", "Messages not yet consumed")

    def _of_each_consumer(
        self, name: str, text: str, kind: type[Gauge] | type[Counter] = Gauge
    ) -> Metric:
        made = self._made
        metric = kind(f"countersign_consumer_{name}", text, labels=["service", "producer"])
        for consumer in made.worker.consumers:
            value = getattr(consumer, name.removesuffix("_seconds"))
            metric.add_metric([made.service.name, consumer.producer], value)
        return metric

    def _gauge(self, name: str, text: str, value: float) -> Metric:
        gauge = Gauge(f"countersign_{name}", text, labels=["service"])
        gauge.add_metric([self._made.service.name], float(value))
        return gauge

    def _counter(self, name: str, text: str, value: float) -> Metric:
        counter = Counter(f"countersign_{name}", text, labels=["service"])
        counter.add_metric([self._made.service.name], float(value))
        return counter


class _Collected(Collector):
    """Metrics that have been read already."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _build() -> tuple[str, str]:
    """The version, and the revision that the image was built from, if it says so."""
    try:
        installed = version("countersign")
    except PackageNotFoundError:
        installed = "unknown"
    return installed, os.environ.get("COUNTERSIGN_REVISION", "unknown")
