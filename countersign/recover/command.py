"""The command: finds what the store lost, takes it back, and says what became of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg

from countersign.configuration import dsn_of, dsn_of_owner, service_of, settings_of
from countersign.operations import ring_of
from countersign.recover.copies import Copy, LedgerCopy, StreamCopy
from countersign.recover.keys import KeysTaken, take_keys
from countersign.recover.missing import Lost, Missing, missing
from countersign.recover.taking_back import TakingBack
from shared.eventstore.cloudevents import Names
from shared.eventstore.commands import Rows
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.leader import leading, worker_of
from shared.eventstore.recovery import Recovered, go_on, make_way
from shared.kernel.actor import Actor
from shared.platform.broker import Broker
from shared.platform.service import Service
from shared.platform.settings import ServiceSettings

PATIENT = (
    "-c transaction_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    " -c lock_timeout=10s -c timezone=UTC"
)
"""It takes as long as it takes; but it doesn't wait for a service that is still running."""
STOPS_WITHIN = 5.0
"""Seconds in which a worker that was stopped has let go of the lead."""


class StillRunning(Exception):
    """A worker of the service leads."""

    def __init__(self, service: str) -> None:
        super().__init__(f"A worker of {service} is running: stop the service first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator asks for."""

    only_list: bool = False
    accept_loss: bool = False
    """Of what can't be taken back."""
    from_ledger: bool = False
    """Go by audit's ledger: the stream is lost as well."""
    without_stream: bool = False
    """Take nothing back: what was written then is not wanted in the store."""
    keys: bool = False
    """Take keys where no event is missing, too."""


@dataclass(slots=True)
class Outcome:
    """What was found and done. `recovered` is None where nothing was changed."""

    lost: list[Lost] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    keys: KeysTaken | None = None
    """None where they weren't looked at."""
    recovered: Recovered | None = None
    common: int = 0
    """The position before the first that was lost."""

    @property
    def left(self) -> list[Lost]:
        """What only the stream and the ledger have."""
        return [each for each in self.lost if each.event_id not in self.taken]


async def recover(name: str, owner_dsn: str | None, operator: str, wish: Wish) -> Outcome:
    """Set a service's store up to go on after its stream."""
    settings, service = settings_of(name), service_of(name)
    database = Database(settings.database_dsn.get_secret_value())
    await database.open()
    try:
        async with _copy(settings, name, wish) as copy:
            keys = DataKeys(database, ring_of(settings), name)
            recovery = Recovery(
                service, service.rows(settings), database, keys, copy,
                lambda: dsn_of_owner(name, owner_dsn),
            )  # fmt: skip
            return await recovery.run(Actor(operator, operator, "operator"), wish)
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Recovery:
    """One service's. `database` is as its run-time role, `owner_dsn` as its tables' owner."""

    service: Service
    rows: Rows
    database: Database
    keys: DataKeys
    copy: Copy
    owner_dsn: Callable[[], str]

    async def run(self, by: Actor, wish: Wish) -> Outcome:
        """All or nothing, but for the keys, which are taken before: events are read with them.

        Raises `StillRunning`, and `CopyBroken` or `CannotTell` for a copy that nothing can be told
        by: then no key was touched.
        """
        async with AsyncExitStack() as alone:
            leads = await self._leads(alone)
            if not (leads or wish.only_list):
                raise StillRunning(self.service.name)
            found = await missing(self.database, self.copy, self.service.name)
            outcome = Outcome(found.lost, common=found.behind.common)
            if leads and (found.lost or wish.keys):  # a worker follows keys by the same name
                outcome.keys = await take_keys(
                    self.database, self.copy, self.service, self._owners(),
                    only_list=wish.only_list,
                )  # fmt: skip
            if found.lost and not wish.only_list:
                await self._change(found, by, wish, outcome)
            return outcome

    async def _leads(self, alone: AsyncExitStack) -> bool:
        """Whether no worker does: it is kept from leading until the end."""
        try:
            async with asyncio.timeout(STOPS_WITHIN):
                await alone.enter_async_context(
                    leading(self.database, worker_of(self.service.name))
                )
        except TimeoutError:
            return False
        return True

    async def _change(self, found: Missing, by: Actor, wish: Wish, outcome: Outcome) -> None:
        """What is done to the store, in one transaction of its owner."""
        mapper = self.service.mapper()
        connection = await psycopg.AsyncConnection.connect(self.owner_dsn(), options=PATIENT)
        try:
            moved = await make_way(connection, found.behind)
            taking = TakingBack(connection, self.service, mapper, self.keys, self.rows)
            if not wish.without_stream:
                places = [each.place for each in found.lost]
                await taking.take(self.copy.forwards(places))
            outcome.refused = taking.refused
            if taking.refused and not wish.accept_loss:
                return
            outcome.taken = taking.taken
            recovered = await go_on(
                connection, mapper, found.behind, by, datetime.now(UTC),
                repositioned=moved, taken_back=len(taking.taken), lost=len(outcome.left),
            )  # fmt: skip
            await connection.commit()
            outcome.recovered = recovered
        finally:
            await connection.close()

    def _owners(self) -> list[str]:
        """Whose keys the service has: its own, and those it is handed."""
        own = [self.service.name] if self.service.owns_keys else []
        return sorted({*self.service.keys_from, *own})


@asynccontextmanager
async def _copy(settings: ServiceSettings, name: str, wish: Wish) -> AsyncIterator[Copy]:
    if wish.from_ledger:
        yield LedgerCopy(dsn_of("audit"), name)
        return
    connection = await Broker.of(settings).connect_once(name)
    try:
        yield StreamCopy(connection, Names(settings.ods_code, name))
    finally:
        await connection.close()
