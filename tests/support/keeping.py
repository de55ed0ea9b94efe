"""Keys on their way: commands that need them, an owner that hands over, a service that follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from functools import partial
from uuid import UUID

import psycopg
from psycopg import sql

from deploy.local.stack import service
from services.referrals.access import REGISTER_SERVICE_USER
from services.referrals.domain import ServiceUser
from services.referrals.projection import REFUSALS, NhsNumbers, rows
from shared.contracts.referrals import PersonName
from shared.eventstore.commands import Commands, Rows
from shared.eventstore.database import Database
from shared.eventstore.documents import clear
from shared.eventstore.handover import KeyHandover
from shared.eventstore.keys import destroy
from shared.eventstore.stream import LOST, StreamRefused
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.platform.key_follower import KeyFollower
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines, Fresh, Opened

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
CALLER = Caller("manager-1", "Manager 1", frozenset(), frozenset())
CALL = Call(REGISTER_SERVICE_USER, CALLER, "team_manager", NOW)
SUBJECT = f"service-user:{SERVICE_USER}"
FAMILY_NAME, NHS_NUMBER = "Featherstonehaugh", "9990000018"
PEOPLE = partial(rows, NhsNumbers(b"a secret"))


def commands(opened: Opened, rows: Rows) -> Commands:
    """A service's commands; what the database refuses is said in the words of referrals."""
    return Commands(
        opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows,
        REFUSALS,
    )  # fmt: skip


def service_user(id: UUID = SERVICE_USER, nhs_number: str | None = NHS_NUMBER) -> ServiceUser:
    """A person as just registered, with a name that nothing else is called."""
    return ServiceUser.register(
        MANAGER,
        NOW,
        id,
        nhs_number=nhs_number,
        local_ids=(),
        name=PersonName(given=("Someone",), family=FAMILY_NAME),
        date_of_birth=date(1985, 4, 12),
        team_id="north-cmht",
        care_coordinator_id=None,
    )


@asynccontextmanager
async def handing_over(engines: Engines, opened: Opened, owner: str) -> AsyncIterator[KeyHandover]:
    async with engines.connected(owner, opened.database) as messaging:
        handover = KeyHandover(opened.database, messaging.connection, messaging.names())
        running = asyncio.create_task(handover.run())
        try:
            yield handover
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def following(
    engines: Engines, opened: Opened, name: str, owner: str = "referrals"
) -> AsyncIterator[KeyFollower]:
    async with engines.connected(name, opened.database) as messaging:
        tables = service(name).read_models
        follower = KeyFollower(opened.database, messaging, name, owner, opened.keys, tables)
        running = asyncio.create_task(_kept(follower))
        try:
            yield follower
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def _kept(follower: KeyFollower) -> None:
    """As the worker keeps it: what stumbles starts again."""
    while True:
        with suppress(StreamRefused, *LOST):
            await follower.run()
        await asyncio.sleep(0.05)


async def destroyed(database: Database, owner: str, subject: str) -> None:
    """What the owner does when a destruction was decided."""
    connection = await database.connect()
    try:
        async with connection.transaction():
            await destroy(connection, owner, subject, NOW)
            await clear(connection, service(owner).read_models, subject)
    finally:
        await connection.close()


def everything(fresh: Fresh) -> str:
    """Every row of every table of a database, as text; bytes in hexadecimal."""
    with psycopg.connect(fresh.superuser_dsn) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        rows = [
            row
            for table in tables
            for row in connection.execute(
                sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(*table))
            ).fetchall()
        ]
    return "\n".join(row[0] for row in rows)


def is_in(words: str, held: str) -> bool:
    """Whether words are there in clear, as text or as bytes."""
    return words in held or words.encode().hex() in held
