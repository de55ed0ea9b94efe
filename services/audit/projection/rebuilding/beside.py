"""Tables of the same shape in a schema of their own, and putting them into the place of those that
serve: with their constraints, indexes and triggers as they are called, and who may do what.

All as the owner of the tables. The catalogue is asked, so that whatever migrations made of a table
is made here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from shared.platform.projecting import Connection

SCHEMA = "rebuilding"
PLACES = 10
"""How many places of a table are named that differs."""

_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'x') ORDER BY conname
"""
_INDEXES = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1
"""
_TRIGGERS = """
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY tgname
"""
_GRANTS = """
SELECT privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
FROM pg_class, aclexplode(relacl)
WHERE pg_class.oid = %s::regclass AND grantee <> relowner ORDER BY 1, 2
"""
_OWNER = "SELECT relowner::regrole::text FROM pg_class WHERE oid = %s::regclass"
_OPTIONS = "SELECT unnest(reloptions) FROM pg_class WHERE oid = %s::regclass"
_KEY = """
SELECT attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid
WHERE conrelid = %s::regclass AND contype = 'p' AND (attname = 'index' OR attnum = ANY(conkey))
ORDER BY attname <> 'index', attnum LIMIT 1
"""
_DIFFERENT = """
WITH live AS (SELECT {place}::text AS place, live::text AS said FROM public.{table} AS live),
rebuilt AS (SELECT {place}::text AS place, rebuilt::text AS said FROM {schema}.{table} AS rebuilt),
differing AS (
  (TABLE live EXCEPT TABLE rebuilt) UNION ALL (TABLE rebuilt EXCEPT TABLE live)
)
SELECT place, count(*) OVER () FROM differing GROUP BY place
ORDER BY length(place), place LIMIT {places}
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A table whose rows aren't what the ledger says: `places` are the first of `count` values of
    its column `by`, the ledger's index where it has that."""

    table: str
    by: str
    count: int
    places: tuple[str, ...]


class Beside:
    """The tables named, once more. `connection` is in autocommit."""

    def __init__(self, connection: Connection, tables: Sequence[str]) -> None:
        self._connection = connection
        self._tables = sorted(tables)

    async def make(self) -> None:
        """Empty ones, with keys and no other indexes yet. What an earlier attempt left goes."""
        await self.drop()
        await self._run("CREATE SCHEMA {schema}")
        for table in self._tables:
            await self._run(
                "CREATE TABLE {schema}.{table}"
                " (LIKE public.{table} INCLUDING ALL EXCLUDING INDEXES)",
                table,
            )
            for name, definition in await self._found(_CONSTRAINTS, table):
                await self._run(
                    "ALTER TABLE {schema}.{table} ADD CONSTRAINT {name} {definition}",
                    table, name=sql.Identifier(name), definition=sql.SQL(definition),
                )  # fmt: skip
            for (option,) in await self._found(_OPTIONS, table):
                await self._run(
                    "ALTER TABLE {schema}.{table} SET ({option})", table, option=sql.SQL(option)
                )
            [(owner,)] = await self._found(_OWNER, table)
            await self._run(
                "ALTER TABLE {schema}.{table} OWNER TO {owner}", table, owner=sql.SQL(owner)
            )
            for privilege, grantee in await self._found(_GRANTS, table):
                await self._run(
                    "GRANT {privilege} ON {schema}.{table} TO {grantee}",
                    table, privilege=sql.SQL(privilege), grantee=sql.SQL(grantee),
                )  # fmt: skip
        # What is written to a table by its name goes to the one beside.
        await self._run("SET search_path = {schema}, public")

    async def finish(self) -> None:
        """The other indexes, made at once over all that is there, triggers, and statistics."""
        for table in self._tables:
            for query in (_INDEXES, _TRIGGERS):
                for (definition,) in await self._found(query, table):
                    there = sql.SQL(" ON {}.").format(sql.Identifier(SCHEMA))
                    head, _, tail = definition.partition(" ON public.")
                    await self._connection.execute(sql.SQL(head) + there + sql.SQL(tail))
            await self._run("ANALYZE {schema}.{table}", table)

    async def swap(self) -> None:
        """Put them into the others' place, in a transaction that has been begun. Waits for who
        reads, as long as `lock_timeout` says."""
        tables = sql.SQL(", ").join(sql.Identifier("public", each) for each in self._tables)
        await self._connection.execute(
            sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables)
        )
        await self._connection.execute(sql.SQL("DROP TABLE {}").format(tables))
        for table in self._tables:
            await self._run("ALTER TABLE {schema}.{table} SET SCHEMA public", table)
        await self._run("DROP SCHEMA {schema}")

    async def drop(self) -> None:
        await self._run("DROP SCHEMA IF EXISTS {schema} CASCADE")

    async def differences(self) -> list[Difference]:
        """Where the tables that serve hold other rows, both as they are in one snapshot."""
        found = []
        for table in self._tables:
            [(by,)] = await self._found(_KEY, table)
            rows = await self._run(
                _DIFFERENT, table, place=sql.Identifier(by), places=sql.Literal(PLACES)
            )
            if rows:
                places = tuple(place for place, _ in rows)
                found.append(Difference(table, by, rows[0][1], places))
        return found

    async def _found(self, query: LiteralString, table: str) -> list[tuple[Any, ...]]:
        cursor = await self._connection.execute(query, (f"public.{table}",))
        return await cursor.fetchall()

    async def _run(
        self, statement: LiteralString, table: str = "", **parts: sql.Composable
    ) -> list[tuple[Any, ...]]:
        composed = sql.SQL(statement).format(
            schema=sql.Identifier(SCHEMA), table=sql.Identifier(table or SCHEMA), **parts
        )
        cursor = await self._connection.execute(composed)
        return await cursor.fetchall() if cursor.description else []
