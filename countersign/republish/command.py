"""The command: as the operator at the broker, and as the run-time role in the store."""

import asyncio

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from countersign.configuration import operator_settings, service_of, settings_of
from countersign.operations import ring_of
from countersign.republish.replaying import (
    KEPT_FOR,
    CannotReplay,
    Progress,
    Replayed,
    Replaying,
    remove,
)
from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.stream import StreamRefused
from shared.platform.broker import Broker
from shared.platform.nats_config import OPERATOR

DONE, REFUSED = 0, 1
WRONG_LAST_SEQUENCE = 10071
COLUMNS = (TextColumn("Publishing again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


def run(out: Console, name: str, after: int, until: int | None) -> int:
    """Publish a service's events again. Returns the exit code, having said what was done."""
    with Bar(*COLUMNS, console=out, transient=True) as shown:
        task = shown.add_task("events", total=None)
        try:
            found = asyncio.run(
                _replay(name, after, until, lambda n, of: shown.update(task, completed=n, total=of))
            )
        except CannotReplay as refused:
            out.print(str(refused))
            return REFUSED
        except StreamRefused as refused:
            if refused.code != WRONG_LAST_SEQUENCE:
                raise
            out.print("Another is publishing into this stream; run it again when that has ended.")
            return REFUSED
    out.print(
        f"{found.published:,} events published into {found.stream}, which now goes up to position"
        f" {found.position}. Each stays {KEPT_FOR.days} days; --remove takes all away at once."
    )
    return DONE


def take_away(out: Console, name: str) -> int:
    there = asyncio.run(_remove(name))
    out.print("The replay stream is gone." if there else "There is no replay stream.")
    return DONE


async def _replay(name: str, after: int, until: int | None, progress: Progress) -> Replayed:
    settings = settings_of(name)
    database = Database(settings.database_dsn.get_secret_value())
    store = PostgresEventStore(
        database, service_of(name).mapper(), DataKeys(database, ring_of(settings), name)
    )
    connection = await Broker.of(operator_settings()).connect_once(OPERATOR)
    try:
        await database.open()
        names = Names(settings.ods_code, name)
        return await Replaying(database, store, connection, names).run(after, until, progress)
    finally:
        await database.close()
        await connection.close()


async def _remove(name: str) -> bool:
    settings = operator_settings()
    connection = await Broker.of(settings).connect_once(OPERATOR)
    try:
        return await remove(connection, Names(settings.ods_code, name))
    finally:
        await connection.close()
