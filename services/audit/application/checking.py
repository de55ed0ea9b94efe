"""Comparing what services hold with the ledger, range by range, round after round.

A range is first compared by one digest; only where that differs are its events told one by one.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.audit.application.filling import Appending
from services.audit.policy import AT_ONCE, Difference, Known, differences, ranges_at_once
from services.audit.projection import (
    Check,
    Compared,
    Disagreements,
    Gaps,
    disagreement,
    known,
    settled,
)
from shared.contracts.system import SERVICES
from shared.eventstore.database import Database
from shared.eventstore.ranges import Held
from shared.eventstore.sql import Write
from shared.kernel.call import Call
from shared.platform.messaging import Messaging
from shared.platform.projecting import run

AGAIN_EVERY = timedelta(seconds=10)
MOST_AGAIN = 50
"""How often, and how many at once, open disagreements of a service are looked at again."""
log = logging.getLogger(__name__)


class Checking:
    """`every`: the time between the beginnings of two rounds."""

    def __init__(
        self, database: Database, messaging: Messaging, appending: Appending, every: timedelta
    ) -> None:
        self._database = database
        self._asking = messaging.asking
        self._appending = appending
        self._every = every
        self._compared = Compared(database)
        self._disagreements = Disagreements(database)
        self._gaps = Gaps(database)
        self._looked: datetime | None = None
        self._next: dict[str, int] = {}

    async def check(self, call: Call) -> int:
        """Compare a little more of each service. Always 0: once a look is how fast it goes."""
        size = await self._compared.size()
        ranges = ranges_at_once(size, self._every.total_seconds())
        for service in SERVICES:
            await self._go_on(call, service, ranges)
        return 0

    async def check_again(self, call: Call) -> int:
        """Look again at what differed, every ten seconds."""
        if self._looked and call.at - self._looked < AGAIN_EVERY:
            return 0
        self._looked = call.at
        for service in SERVICES:
            after = self._next.get(service, -1)
            positions = await self._disagreements.next_open(service, after, MOST_AGAIN)
            for position in positions:
                await self._compare(call, service, position - 1, position)
            self._next[service] = positions[-1] if len(positions) == MOST_AGAIN else -1
        return 0

    async def _go_on(self, call: Call, service: str, ranges: int) -> None:
        check = await self._compared.check(service) or Check(service, 0, call.at)
        if not check.goes_on and call.at - check.began_at >= self._every:
            check = replace(check, checked_to=0, began_at=call.at)
        for _ in range(ranges):
            through = await self._compared.through(service, check.checked_to, AT_ONCE)
            if through is None:
                if check.goes_on:
                    await self._write([replace(check, ended_at=call.at).kept])
                return
            reached = await self._compare(call, service, check.checked_to, through)
            if reached is None:
                return  # it doesn't answer: the round goes on from here when it does
            check = replace(check, checked_to=reached)
            await self._write([check.kept])

    async def _compare(self, call: Call, service: str, after: int, through: int) -> int | None:
        """Compare the events after a position, up to and with another. Returns how far that went;
        None when the service doesn't answer."""
        total = await self._asking.sum(service, after, through + 1)
        if total is None or total.more:
            return None
        if (total.count, total.digest) == await self._compared.sum(service, after, through + 1):
            await self._write([settled(service, after, through + 1, call.at)])
            return through
        return await self._narrow(call, service, after, through)

    async def _narrow(self, call: Call, service: str, after: int, through: int) -> int | None:
        said = await self._asking.lines(service, after, through + 1)
        if said is None or (said.more and not said.lines):
            return None
        if said.more:
            through = said.lines[-1].position
        theirs = {line.position: Known(line.event_id, line.digest) for line in said.lines}
        # Open gaps before what is held: what fills one meanwhile is then held.
        gaps = await self._gaps.open_of(service)
        held = {
            row["position"]: row for row in await self._compared.lines(service, after, through + 1)
        }
        lost = await self._compared.lost(service)
        found = differences(theirs, known(held.values()), gaps, lost)
        events: dict[int, Held] = {}
        for each in found:
            if each.position in theirs:
                part = await self._asking.events(service, each.position - 1, each.position + 1)
                if part is None or not part.events:
                    return None
                events[each.position] = part.events[0]
        writes = [settled(service, after, through + 1, call.at)]
        writes += (_written(call.at, service, each, events, held) for each in found)
        await self._write(writes)
        for each in found:
            log.error("%s disagrees with the ledger at %s: %s", service, each.position, each.kind)
        late = [events[each.position] for each in found if each.kind == "unpublished"]
        for event in late:
            await self._appending.append(service, [event])
        return through

    async def _write(self, writes: Iterable[Write]) -> None:
        async with self._database.connection() as connection, connection.transaction():
            await run(connection, writes)


def _written(
    at: datetime, service: str, each: Difference, events: dict[int, Held], held: dict[int, Any]
) -> Write:
    said = events.get(each.position)
    if said is None:
        row = held[each.position]
        return disagreement(
            service, each.position, each.kind, at, event_id=row["event_id"], type=row["type"]
        )
    return disagreement(
        service, each.position, each.kind, at, event_id=said.event_id, type=said.type,
        digest=said.digest, body=said.body,
    )  # fmt: skip
