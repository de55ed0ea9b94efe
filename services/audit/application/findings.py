"""Putting on record that a service and the ledger disagree: each gap and each disagreement once.

The event comes to the ledger like any other, where the IG lead is alerted by it, and nobody can
take it away again.
"""

import time
from collections.abc import Iterator, Mapping

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from services.audit.domain import Finding
from services.audit.projection import Disagreements, Gaps, announced
from shared.contracts.system import SERVICES
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.sql import Write
from shared.kernel.call import Call
from shared.platform.projecting import run

MOST_AT_ONCE = 50
COUNTED_FOR = 30.0
"""Seconds after which a process that leads no more has nothing to say of it."""


class Findings:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._database = database
        self._commands = commands
        self._gaps = Gaps(database)
        self._disagreements = Disagreements(database)
        self._gaps_of, self._disagreements_of = dict[str, int](), dict[str, int]()
        self._counted_at: float | None = None

    async def announce(self, call: Call) -> int:
        """Record what was found since; returns how much that was."""
        gaps = await self._gaps.unannounced(MOST_AT_ONCE)
        for gap in gaps:
            found = Finding.found(call.actor(), call.at, gap.service, gap.before, "gap")
            await self._record(call, found, gap.announced(call.at))
        disagreements = await self._disagreements.unannounced(MOST_AT_ONCE)
        for row in disagreements:
            where = row["service"], row["position"], row["kind"], row["digest"].hex()
            found = Finding.found(call.actor(), call.at, *where)
            await self._record(call, found, announced(row, call.at))
        await self._count()
        return len(gaps) + len(disagreements)

    def checks(self) -> Mapping[str, str]:
        """What readiness says: `ok`, or how much is open, as the leading worker last saw it."""
        stale = self._counted_at is None or time.monotonic() - self._counted_at > COUNTED_FOR
        gaps = 0 if stale else sum(self._gaps_of.values())
        disagreements = 0 if stale else sum(self._disagreements_of.values())
        said = f"gaps: {gaps}, disagreements: {disagreements}"
        return {"record": said if gaps or disagreements else "ok"}

    def measures(self) -> Iterator[Metric]:
        """What is open, as the worker that leads last counted it."""
        if self._counted_at is None:
            return
        for name, text, found in (
            ("gaps", "Gaps not filled yet", self._gaps_of),
            ("disagreements", "Where a service and the ledger differ now", self._disagreements_of),
        ):
            gauge = GaugeMetricFamily(f"countersign_audit_open_{name}", text, labels=["service"])
            for service in SERVICES:
                gauge.add_metric([service], found.get(service, 0))
            yield gauge

    async def _record(self, call: Call, found: Finding, done: Write) -> None:
        if not await self._commands.append(call, found, done):
            async with self._database.connection() as connection:
                await run(connection, [done])

    async def _count(self) -> None:
        gaps, open_now = await self._gaps.how_many(), await self._disagreements.how_many()
        self._gaps_of = {service: still for service, (still, _) in gaps.items()}
        self._disagreements_of = {service: still for service, (still, _) in open_now.items()}
        self._counted_at = time.monotonic()
