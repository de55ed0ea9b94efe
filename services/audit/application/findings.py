"""Putting on record that a service and the ledger disagree: each gap and each disagreement once.

The event comes to the ledger like any other, where the IG lead is alerted by it, and nobody can
take it away again.
"""

import time
from collections.abc import Mapping

from prometheus_client import Gauge

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
GAPS = Gauge("countersign_audit_open_gaps", "Gaps not filled yet", ["service"])
OPEN = Gauge(
    "countersign_audit_open_disagreements", "Where a service and the ledger differ now", ["service"]
)


class Findings:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._database = database
        self._commands = commands
        self._gaps = Gaps(database)
        self._disagreements = Disagreements(database)
        self._open, self._counted_at = (0, 0), 0.0

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
        stale = time.monotonic() - self._counted_at > COUNTED_FOR
        gaps, disagreements = (0, 0) if stale else self._open
        said = f"gaps: {gaps}, disagreements: {disagreements}"
        return {"record": said if gaps or disagreements else "ok"}

    async def _record(self, call: Call, found: Finding, done: Write) -> None:
        if not await self._commands.append(call, found, done):
            async with self._database.connection() as connection:
                await run(connection, [done])

    async def _count(self) -> None:
        gaps, open_now = await self._gaps.how_many(), await self._disagreements.how_many()
        for service in SERVICES:
            GAPS.labels(service).set(gaps.get(service, (0, 0))[0])
            OPEN.labels(service).set(open_now.get(service, (0, 0))[0])
        self._counted_at = time.monotonic()
        self._open = (
            sum(each[0] for each in gaps.values()),
            sum(each[0] for each in open_now.values()),
        )
