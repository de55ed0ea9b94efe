"""What a service answers from (lists, worklists), against what its events say: of some streams."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json
from sqlalchemy import Table

from countersign.reconcile.reading import Reading
from countersign.verify import Report
from shared.eventstore.documents import PERSONAL
from shared.eventstore.mapper import Body, keys_of
from shared.eventstore.sealing import CannotOpen, DataKey, key_of_document, open_document
from shared.eventstore.sql import RowsInto, Write
from shared.kernel.aggregate import Aggregate
from shared.platform.service import Service
from shared.platform.settings import ServiceSettings

if TYPE_CHECKING:
    from countersign.backup_check.events import Opened

DOCUMENT = "document"
SAID = """
SELECT to_jsonb(json_populate_record(NULL::{table}, %(row)s::json)) - %(without)s::text[] AS said,
  to_jsonb(held) - %(without)s::text[] AS held{document}
FROM (SELECT) AS once LEFT JOIN {table} AS held ON {key}
"""


class Answers:
    """Looks at every so many streams, that there are about `sample` of them."""

    def __init__(
        self,
        service: Service,
        settings: ServiceSettings,
        copy: Reading,
        opened: "Opened",
        sample: int,
        report: Report,
    ) -> None:
        self._service = service
        self._mapper = service.mapper()
        self._rows = service.rows(settings)
        self._copy = copy
        self._opened = opened
        self._report = report
        self._wrong_before = report.wrong_count
        streams = int(copy.one("SELECT count(*) FROM events WHERE version = 1"))
        self._every = max(1, streams // sample) if sample else 0
        self._tables = {table.name: table for table in service.read_models.sorted_tables}
        self._number = self._looked = 0

    def of(self, stream: str, bodies: Sequence[Body]) -> None:
        """The rows of what a stream makes, as its service would write them now."""
        kind = next((k for k in self._service.aggregates if self._begins(k, bodies)), None)
        if kind is None:
            return
        self._number += 1
        if not self._every or self._number % self._every:
            return
        where = f"{self._service.name}, stream {stream}"
        keys = {each: self._opened.keys.get(each) for each in keys_of(bodies)}
        try:
            aggregate = self._mapper.replayed(kind, bodies, keys)
            key = self._opened.sealing(aggregate.data_subject or "")
            writes = self._rows(aggregate, _as_it_is)
        except Exception as error:  # whatever it is, the others are still looked at
            self._report.add_wrong(where, f"it makes no {kind.kind} ({type(error).__name__})")
            return
        self._looked += 1
        for write in writes:
            if isinstance(write.statement, RowsInto) and write.statement.name in self._tables:
                self._compare(where, write, aggregate, key)

    def end(self) -> None:
        if self._report.wrong_count == self._wrong_before:
            self._report.proved.append(
                f"what is answered from is what the events say, of {self._looked} streams"
            )

    def _begins(self, kind: type[Aggregate], bodies: Sequence[Body]) -> bool:
        return self._mapper.begins(kind, bodies[0]["type"])

    def _compare(self, where: str, write: Write, aggregate: Aggregate, key: DataKey | None) -> None:
        table = self._tables[write.statement.name]
        sealed = DOCUMENT in table.columns and bool(table.columns[DOCUMENT].info.get("personal"))
        gone = aggregate.destroyed or (sealed and key is None)
        without = [column.name for column in table.columns if gone and column.info == PERSONAL]
        row = dict(write.params)
        document = row.pop(DOCUMENT, None) if sealed else None
        query = SAID.format(
            table=table.name,
            key=" AND ".join(
                f"held.{column.name} = (json_populate_record(NULL::{table.name}, %(row)s::json))"
                f".{column.name}"
                for column in table.primary_key
            ),
            document=f", held.{DOCUMENT} AS document" if sealed else "",
        )
        params = {"row": to_json(row).decode(), "without": [*without, *([DOCUMENT] * sealed)]}
        [found] = self._copy.all(query, params)
        if found["held"] is None:
            self._report.add_wrong(where, f"`{table.name}` has no row of it")
        elif found["said"] != found["held"]:
            at = sorted(n for n, each in found["said"].items() if found["held"].get(n) != each)
            self._report.add_wrong(where, f"`{table.name}` says otherwise in {', '.join(at)}")
        elif sealed and not gone and key:
            self._open(where, table, found["document"], aggregate, document)

    def _open(
        self, where: str, table: Table, held: bytes | None, aggregate: Aggregate, said: Any
    ) -> None:
        """Compare what is sealed, in clear; `said` is as a row has bytes, in hexadecimal."""
        key = self._opened.keys.get(key_of_document(held)) if held else None
        shown = None
        with suppress(CannotOpen):
            shown = from_json(open_document(held, aggregate.id, key)) if held and key else None
        if shown != (said and from_json(bytes.fromhex(said.removeprefix("\\x")))):
            self._report.add_wrong(where, f"what is sealed in `{table.name}` is otherwise")


def _as_it_is(value: Any) -> bytes:
    return to_json(value)
