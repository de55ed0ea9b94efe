"""Statements: built with SQLAlchemy Core, compiled once, run by psycopg (which can pipeline them)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import ARRAY

DIALECT = psycopg.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
Row = Mapping[str, Any]


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
    """A Core statement with its text made once. Use it for every query that runs often."""

    def __init__(self, statement: ClauseElement, name: str = "") -> None:
        compiled = statement.compile(dialect=DIALECT)
        self.sql = str(compiled)
        self.defaults = {k: v for k, v in compiled.params.items() if v is not None}
        self.name = name or self.sql

    def bind(self, params: Row) -> Row:
        return {**self.defaults, **params}

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        return ((self.sql, self.bind(row)) for row in rows)

    def write(self, **params: Any) -> Write:
        return Write(self, params)


class RowsInto:
    """Writes any number of whole rows of one table with one statement.

    With `replace`, a row of the same key is replaced, and of several in a batch the last counts.
    Without it, a second row of the same key is refused by the database. No array columns.
    """

    def __init__(self, table: Table, *, replace: bool = True) -> None:
        self.name = table.name
        self._key = [column.name for column in table.primary_key]
        self._columns = [column.name for column in table.columns]
        self._replace = replace
        quote = DIALECT.identifier_preparer.quote
        names = ", ".join(quote(name) for name in self._columns)
        arrays = []
        for column in table.columns:
            if isinstance(column.type, ARRAY):
                raise TypeError(f"{table.name}.{column.name} is an array")
            arrays.append(f"%({column.name})s::{column.type.compile(DIALECT)}[]")
        conflict = ""
        if replace:
            others = [quote(name) for name in self._columns if name not in self._key]
            updates = ", ".join(f"{name} = excluded.{name}" for name in others)
            keys = ", ".join(quote(name) for name in self._key)
            conflict = f" ON CONFLICT ({keys}) DO UPDATE SET {updates}"
        self.sql = (
            f"INSERT INTO {quote(table.name)} ({names})"
            f" SELECT * FROM unnest({', '.join(arrays)}){conflict}"
        )

    def row(self, **values: Any) -> Write:
        return Write(self, values)

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        if self._replace and len(rows) > 1:
            latest = {tuple(row[key] for key in self._key): row for row in rows}
            rows = [latest[key] for key in sorted(latest)]
        yield self.sql, {name: [row[name] for row in rows] for name in self._columns}


def grouped(writes: Iterable[Write]) -> Iterable[tuple[str, Row]]:
    """The fewest statements that do `writes`, in an order every process shares."""
    by_statement: dict[Statement, list[Row]] = {}
    for write in writes:
        by_statement.setdefault(write.statement, []).append(write.params)
    for statement in sorted(by_statement, key=lambda each: each.name):
        yield from statement.batch(by_statement[statement])
