"""Whether the ledger holds all that every service says it has recorded."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions
from services.audit.policy import Standing
from services.audit.projection import Compared, Disagreements, Gaps, Held
from shared.contracts.system import SERVICES
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.stream import LOST, StreamRefused, ask
from shared.kernel.call import Call
from shared.kernel.errors import Unavailable
from shared.platform.messaging import Messaging
from shared.platform.projecting import parked_of


class Completeness:
    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        engagements: Engagements,
        questions: Questions,
    ) -> None:
        self._database = database
        self._messaging = messaging
        self._engagements = engagements
        self._questions = questions
        self._ledger = Held(database)
        self._gaps = Gaps(database)
        self._disagreements = Disagreements(database)
        self._compared = Compared(database)

    async def standings(self, call: Call) -> list[Standing]:
        """What is held of each service's events, against what the service says it has.

        Waits up to two seconds for what is on its way. An auditor needs an engagement, of any
        scope: it names nobody.
        """
        await self._engagements.sight(call)
        heads = dict(zip(SERVICES, await asyncio.gather(*map(self._head, SERVICES)), strict=True))
        deadline = asyncio.get_running_loop().time() + 2
        held = await self._ledger.positions()
        while asyncio.get_running_loop().time() < deadline and any(
            (heads[service][0] or 0) > held[service] for service in SERVICES
        ):
            await asyncio.sleep(0.05)
            held = await self._ledger.positions()
        lags = dict(zip(SERVICES, await asyncio.gather(*map(self._lag, SERVICES)), strict=True))
        gaps = await self._gaps.how_many()
        disagreements = await self._disagreements.how_many()
        unread = await parked_of(self._database)
        checks = await self._compared.checks()
        return [
            Standing(
                service, held[service], *heads[service], lags[service],
                *gaps.get(service, (0, 0)), *disagreements.get(service, (0, 0)),
                unread=unread.get(service, 0),
                checked_to=checks[service].checked_to if service in checks else 0,
                round_ended_at=checks[service].ended_at if service in checks else None,
            )
            for service in SERVICES
        ]  # fmt: skip

    async def disagreements(self, call: Call, *, open: bool | None, **filters: Any) -> Slice:
        """Where services and the ledger say, or once said, different things; last found first. An
        auditor needs an engagement, of any scope: it names nobody."""
        seen = await self._engagements.sight(call)
        state = {None: {}, True: {"open": True}, False: {"settled": True}}[open]
        found = await self._disagreements.page(**filters, **state)
        asked = {"open": open, **filters}
        await self._questions.record(
            call, seen.engagement_id, "disagreements", asked, len(found.rows)
        )
        return found

    async def _head(self, service: str) -> tuple[int | None, float | None]:
        """How far a service goes: its own answer now, or what it last said and how long ago."""
        try:
            asked = await self._messaging.ask_head(service)
            if asked is not None:
                return asked, 0.0
        except Unavailable:
            pass
        heard = self._messaging.heads.get(service)
        if heard is None:
            return None, None
        return heard.position, (datetime.now(UTC) - heard.time).total_seconds()

    async def _lag(self, service: str) -> int | None:
        stream = self._messaging.names(service).stream
        try:
            state = (await ask(self._messaging.connection, f"STREAM.INFO.{stream}"))["state"]
        except (StreamRefused, *LOST):
            return None
        return max(0, int(state["last_seq"]) - await self._messaging.consumed_sequence(service))
