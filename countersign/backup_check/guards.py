"""Whether the copy's server is up and whole, this release runs on it, and what was recorded is
still guarded."""

import asyncio

import psycopg

from countersign.doctor.database.looking import DatabaseAway, connect, look
from countersign.doctor.database.needing import KEYS, append_only, lacking
from countersign.doctor.database.rights import attributes, guarding, tables
from countersign.doctor.database.rights import triggers as guards
from countersign.verify import Report
from shared.eventstore.database import Database
from shared.platform.migrations import expected_revision, revisions, schema_of
from shared.platform.migrations.schema import OK


def check_guards(service: str, dsn: str, report: Report) -> bool:
    """False when the rest can't be looked at."""
    try:
        connection = connect(dsn)
    except DatabaseAway as away:
        raise OSError(str(away)) from None
    with connection:
        seen = look(connection, [*append_only(service), KEYS], [*guarding(service)])
    where = "the server"
    if seen.server["standby"]:
        report.add_wrong(where, "it is still recovering: wait until it is promoted")
    if seen.settings["data_checksums"] != "on":
        report.add_wrong(where, "data checksums are off: what a disk spoils isn't noticed")
    served = asyncio.run(_served(service, dsn))
    if served != OK:
        report.add_wrong("the schema", served)
        return False
    before = report.wrong_count
    may = (*attributes(seen), *tables(service, seen), *lacking(service, seen))
    for found in (*may, *guards(service, seen)):
        report.add_wrong("what guards it", found.what)
    if report.wrong_count == before:
        report.proved.append(
            "its server is up with checksums, this release runs on it, and what was recorded can't"
            " be changed or deleted by the service's role"
        )
    return True


async def _served(service: str, dsn: str) -> str:
    database = Database(dsn, pool_size=1)
    await database.open()
    try:
        schema = await schema_of(database)
        return schema.said_to(expected_revision(service), revisions(service))
    except psycopg.Error as error:
        return str(error)
    finally:
        await database.close()
