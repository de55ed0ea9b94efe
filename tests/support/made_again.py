"""A service's store made again of nothing but its stream, beside the one that runs."""

import contextlib
import os
from dataclasses import dataclass
from typing import Any
from unittest import mock
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from pydantic_core import from_json
from sqlalchemy import Table

from countersign.configuration import service_of, settings_of
from countersign.operations import ring_of
from countersign.recover.command import Outcome, Recovery, Wish
from countersign.recover.copies import StreamCopy
from deploy.local.layout import ODS_CODE, Layout
from deploy.local.stack import Stack
from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.sealing import CannotOpen, Keys, key_of_document, open_document
from shared.eventstore.stream import StreamRefused
from shared.kernel.actor import Actor
from shared.platform.migrations import migrate

OPERATOR = Actor("operator-1", "Operator 1", "operator")
EVENTS = "SELECT position, event_id, stream_id, version, type, body FROM events ORDER BY position"


@dataclass
class Made:
    """What became of it, and what each table holds of those that the service reads from: as it is
    in the store that runs, and as it was made again."""

    outcome: Outcome
    events: tuple[list[Any], list[Any]]
    tables: dict[str, tuple[list[str], list[str]]]


async def made_again(layout: Layout, name: str) -> Made:
    """Take a service's stream, as far as it goes now, into an empty database."""
    stack = Stack(layout)
    dsn, owner_dsn = stack.postgres.run_time_dsn(name), stack.postgres.owner_dsn(name)
    first, other = f"dbname=countersign_{name} ", f"dbname=countersign_{name}_again "
    with psycopg.connect(stack.postgres.superuser_dsn(), autocommit=True) as connection:
        names = (f"countersign_{name}_again", f"countersign_{name}_owner")
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, names))
        )
    migrate(name, owner_dsn.replace(first, other))
    with mock.patch.dict(os.environ, stack.environment(name)):
        settings = settings_of(name)
    service = service_of(name)
    database = Database(dsn.replace(first, other))
    await database.open()
    nats = await stack.nats.connect()
    try:
        keys = DataKeys(database, ring_of(settings), name)
        recovery = Recovery(
            service, service.rows(settings), database, keys,
            StreamCopy(nats, Names(ODS_CODE, name)),
            lambda: owner_dsn.replace(first, other),
        )  # fmt: skip
        outcome = await _run(recovery)
        tables = {
            table.name: (
                await _rows(dsn, table, keys),
                await _rows(dsn.replace(first, other), table, keys),
            )
            for table in service.read_models.sorted_tables
        }
        return Made(outcome, (_events(dsn), _events(dsn.replace(first, other))), tables)
    finally:
        await nats.close()
        await database.close()


async def _run(recovery: Recovery) -> Outcome:
    """The service runs on its own database, and follows keys by the same name at the broker."""
    while True:
        with contextlib.suppress(StreamRefused):
            return await recovery.run(OPERATOR, Wish())


def _events(dsn: str) -> list[Any]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(EVENTS).fetchall()


async def _rows(dsn: str, table: Table, keys: DataKeys) -> list[str]:
    """A table's rows as text, its documents opened: each is sealed anew when it is written."""
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        found = connection.execute(
            sql.SQL("SELECT * FROM {}").format(sql.Identifier(table.name))
        ).fetchall()
        bodies = [from_json(row["body"]) for row in connection.execute(EVENTS).fetchall()]
    streams: dict[str, set[UUID]] = {}
    for body in bodies:
        of = body["resource"]
        streams.setdefault(of["id"], set()).add(UUID(of["stream"]))
    sealed = [row["document"] for row in found if isinstance(row.get("document"), bytes)]
    opening = await keys.opening({key_of_document(each) for each in sealed})
    return sorted(str(_opened(row, streams, opening)) for row in found)


def _opened(row: dict[str, Any], streams: dict[str, set[UUID]], keys: Keys) -> dict[str, Any]:
    """A row with its document in clear, which is sealed for the aggregate that it belongs to."""
    document = row.get("document")
    if not isinstance(document, bytes):
        return row
    key = keys[key_of_document(document)]
    assert key
    for stream in (of for each in row.values() for of in streams.get(str(each), ())):
        with contextlib.suppress(CannotOpen):
            return {**row, "document": from_json(open_document(document, stream, key))}
    raise CannotOpen(str(row.keys()))
