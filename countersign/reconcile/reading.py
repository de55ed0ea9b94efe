"""Reading whole tables of a database, a few thousand rows at a time, as they are at one moment."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row

from countersign.verify import Report

AT_ONCE = 2000
Row = Mapping[str, Any]


class Reading:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._names = itertools.count(1)

    def rows(self, query: str, params: Any = None) -> Iterator[Row]:
        """The rows of a query. Several can be read side by side."""
        name = f"reading_{next(self._names)}"
        with self._connection.cursor(name, row_factory=dict_row) as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query, params)
            yield from cursor

    def all(self, query: str, params: Any = None) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return [*cursor.execute(query, params)]

    def one(self, query: str, params: Any = None) -> Any:
        """The one value that a query gives."""
        row = self._connection.execute(query, params).fetchone()
        assert row is not None
        return row[0]


class Beside:
    """Rows of a table that belong to entries, read along with these: both in the entries' order."""

    def __init__(self, reading: Reading, table: str, columns: str, order: str = "") -> None:
        self.table = table
        rows = reading.rows(f"SELECT index, {columns} FROM {table} ORDER BY index{order}")
        self._groups = itertools.groupby(rows, lambda row: int(row["index"]))
        self._next = next(self._groups, None)

    def note_strays(self, index: int | None, report: Report) -> None:
        """Note the entries before one that have rows here, but were passed already: there are
        none such."""
        while self._next is not None and (index is None or self._next[0] < index):
            what = "it has rows, but there is no such entry"
            report.add_wrong(f"{self.table}, entry {self._next[0]}", what)
            self._next = next(self._groups, None)

    def of(self, index: int) -> list[Row]:
        if self._next is None or self._next[0] != index:
            return []
        found = [*self._next[1]]
        self._next = next(self._groups, None)
        return found
