"""Statements: built with SQLAlchemy Core, compiled once, run (and pipelined) by psycopg."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic_core import to_json
from sqlalchemy import Column, DateTime, LargeBinary, Table
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql import ClauseElement

DIALECT = psycopg.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
Row = Mapping[str, Any]


def time_column(name: str, *, nullable: bool = False, key: bool = False) -> Column[Any]:
    """A column of moments."""
    return Column(name, DateTime(timezone=True), nullable=nullable, primary_key=key)


class Statement(Protocol):
    """Something a unit of work can run for many rows. `name` orders statements against deadlock."""

    name: str

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        """The SQL and parameters that write `rows`, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Write:
    """One row's worth of a statement, to be committed with the events that caused it."""

    statement: Statement
    params: Row


class Prepared:
    """A Core statement with its text made once. Use it for every query that runs often.

    Unless `reuse_plan`, the server plans each execution for its values: for a statement whose
    filters find now a handful, now half of a table.
    """

    def __init__(
        self, statement: ClauseElement, name: str = "", *, reuse_plan: bool = True
    ) -> None:
        # A list of values (`IN`) is written out: nothing would do it at execution.
        compiled = statement.compile(dialect=DIALECT)
        self.sql = str(compiled)
        if "POSTCOMPILE" in self.sql:
            raise ValueError("IN is written out only at execution; compare with any_ or or_")
        self.defaults = {k: v for k, v in compiled.params.items() if v is not None}
        self.name = name or self.sql
        self.reuse_plan = reuse_plan

    def bind(self, params: Row) -> Row:
        return {**self.defaults, **params}

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        return ((self.sql, self.bind(row)) for row in rows)

    def write(self, **params: Any) -> Write:
        return Write(self, params)


class RowsInto:
    """Writes any number of whole rows of one table with one statement and one parameter.

    With `replace`, a row of the same key is replaced, and of several in a batch the last counts;
    `newest_by` names a column in which a row must not be less than what it replaces, in the table
    or in the batch.
    Without it, a second row of the same key is refused by the database. Values may be anything
    that pydantic turns into JSON; the rows travel as one JSON array, which costs the client far
    less than an array for each column (ADR 3).
    """

    def __init__(self, table: Table, *, replace: bool = True, newest_by: str | None = None) -> None:
        self.name = table.fullname
        self._key = [column.name for column in table.primary_key]
        self._binary = [c.name for c in table.columns if isinstance(c.type, LargeBinary)]
        self._replace = replace
        self._newest_by = newest_by
        quote = DIALECT.identifier_preparer.quote
        columns = [quote(column.name) for column in table.columns]
        conflict = ""
        if replace:
            keys = [quote(name) for name in self._key]
            updates = ", ".join(f"{n} = excluded.{n}" for n in columns if n not in keys)
            conflict = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}"
        name, into = DIALECT.identifier_preparer.format_table(table), ", ".join(columns)
        if newest_by:
            conflict += f" WHERE {name}.{quote(newest_by)} <= excluded.{quote(newest_by)}"
        self.sql = (
            f"INSERT INTO {name} ({into}) SELECT {into}"
            f" FROM json_populate_recordset(NULL::{name}, %({{}})s::json){conflict}"
        )

    def row(self, **values: Any) -> Write:
        for name in self._binary:
            if values[name] is not None:
                values[name] = f"\\x{values[name].hex()}"
        return Write(self, values)

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        yield self.sql.format("rows"), {"rows": self.json(rows)}

    def json(self, rows: Sequence[Row]) -> str:
        """The rows as the statement's one parameter."""
        if self._replace and len(rows) > 1:
            latest: dict[tuple[Any, ...], Row] = {}
            for row in rows:
                key = tuple(row[name] for name in self._key)
                before, by = latest.get(key), self._newest_by
                if before is None or by is None or before[by] <= row[by]:
                    latest[key] = row
            rows = [latest[key] for key in sorted(latest)]
        return to_json(rows).decode()


def grouped(writes: Iterable[Write]) -> Iterable[tuple[str, Row]]:
    """The fewest statements that do `writes`, in an order every process shares."""
    for statement, rows in _by_statement(writes):
        yield from statement.batch(rows)


def at_once(writes: Iterable[Write]) -> tuple[str, Row] | None:
    """`writes` as parts of a `WITH` that another statement begins; None if some can't be.

    Each table's rows are one part, `, rows_<n> AS (INSERT …)`, with one parameter of that name.
    """
    parts, params = [], {}
    for number, (statement, rows) in enumerate(_by_statement(writes)):
        if not isinstance(statement, RowsInto):
            return None
        name = f"rows_{number}"
        parts.append(f", {name} AS ({statement.sql.format(name)})")
        params[name] = statement.json(rows)
    return "".join(parts), params


def _by_statement(writes: Iterable[Write]) -> list[tuple[Statement, list[Row]]]:
    rows: dict[Statement, list[Row]] = {}
    for write in writes:
        rows.setdefault(write.statement, []).append(write.params)
    return sorted(rows.items(), key=lambda each: each[0].name)
