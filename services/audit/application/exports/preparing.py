"""Everything of an export that people read, written into sealed parts; and what is stated of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import from_json, to_json

from services.audit.application.exports.citing import policies
from services.audit.application.exports.covering import Covered, Covering, engagement_ids
from services.audit.application.exports.entries import Entries, Noticed
from services.audit.application.exports.html import html
from services.audit.application.exports.pdf import pdf
from services.audit.application.exports.report import MOST_ENTRIES, Report, report
from services.audit.application.exports.words import entry
from services.audit.application.exports.zipping import lines
from services.audit.domain import Export
from services.audit.projection import Chosen, Engagements, Exporting, File, Parts, Trees
from shared.contracts.audit import (
    ExportStated,
    StatedFile,
    StatedPerson,
    StatedResource,
    StatedTree,
)
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.kernel.call import Call
from shared.kernel.clock import Clock

ENTRIES, POLICIES, HTML, PDF = "entries.jsonl", "policies.json", "report.html", "report.pdf"
README = """\
An export of a Countersign ledger

  report.html, report.pdf   to read
  entries.jsonl             every entry, a line of JSON each
  policies.json             the teams' policies that the entries went by
  statement.json            the ledger's own entry that says what is here, and that it is all
  trees/                    signed checkpoints of the ledger, and what proves that the entries and
                            the statement are in it
  timestamps/               what time-stamping authorities said of them (RFC 3161), if any did
  keys.txt                  keys of the ledger and its witnesses, as the ledger says they are
  manifest.json             the digests of all files

To verify it, get the ledger's key from whoever answers for the ledger, not from here, and run

  countersign verify countersign-export-{id}.zip --key '<key>'

It needs no network and nothing of the system that the record is of.

It holds what is confidential about people. Keep it no longer than you need it.
"""
PASSES = 3
"""How often each entry is gone through: written, told in a report, put into the ZIP."""
Progress = Callable[[int, int], Awaitable[None]]
"""Told how much is done of how much; raises when nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Prepared:
    files: tuple[File, ...]
    statement: ExportStated


class Preparing:
    def __init__(
        self, database: Database, keys: DataKeys, parts: Parts, covering: Covering, clock: Clock
    ) -> None:
        self._parts = parts
        self._covering = covering
        self._clock = clock
        self._trees = Trees(database)
        self._exporting = Exporting(database)
        self._engagements = Engagements(database)
        self._entries = Entries(self._exporting, keys)

    async def prepare(self, export: Export, call: Call, progress: Progress) -> Prepared:
        """Write what there is by now, as far as who asked for it may have it: `call` is theirs.

        Raises what `Covering.covered` raises, and `Unavailable` while a key is not here.
        """
        shards = await self._trees.shards()
        below = shards[-1].first_index + shards[-1].size if shards else 0
        covered = await self._covering.covered(
            call, export.of, export.service_user_id, export.note_id, export.since, export.until
        )
        chosen = await self._chosen(covered, below)
        reader = await self._covering.reader(call.caller.staff_id, covered)
        noticed, total = Noticed(), PASSES * len(chosen.indexes) + 1
        people = [who for who, _ in chosen.counts]
        writing = await self._parts.writing(export.id, ENTRIES)
        done = 0
        await progress(done, total)
        async for some in self._entries.lines(chosen.indexes, people, reader, shards, noticed):
            await writing.write(b"".join(some))
            done += len(some)
            await progress(done, total)
        entries = await writing.finish()
        cited = await policies(self._exporting, noticed.cited)
        written = [
            entries,
            await self._put(export, "README.txt", README.format(id=export.id).encode()),
            await self._put(export, POLICIES, to_json(cited, indent=2) + b"\n"),
        ]
        trees = [
            StatedTree(
                shard=each.id,
                size=each.size,
                root=(await self._trees.root(each.id, each.size)).hex(),
            )
            for each in shards
        ]
        stated = await self._stated(export, covered, chosen, below, tuple(trees), entries.sha256)
        about = report(
            export, stated, self._clock.now(), cited,
            [await self._engagement(each) for each in stated.engagement_ids],
            noticed.particulars, noticed.withheld,
        )  # fmt: skip
        written += [
            await self._page(export, about, entries, progress, total),
            await self._document(export, about, entries),
        ]
        files = tuple(StatedFile(name=each.name, sha256=each.sha256) for each in written[1:])
        return Prepared(tuple(written), replace(stated, files=files))

    async def _chosen(self, covered: Covered, below: int) -> Chosen:
        subject = covered.subject
        if subject.kind == "person":
            return await self._exporting.of_person(subject.same, below)
        if subject.kind == "note":
            return await self._exporting.of_things(subject.things, below)
        assert subject.since
        assert subject.until
        return await self._exporting.of_period(subject.since, subject.until, below)

    async def _stated(
        self,
        export: Export,
        covered: Covered,
        chosen: Chosen,
        below: int,
        trees: tuple[StatedTree, ...],
        digest: str,
    ) -> ExportStated:
        things = await self._exporting.streams(covered.subject.things, below)
        run = chosen.indexes if export.of == "period" else ()
        return ExportStated(
            export_id=export.id,
            kind=export.of,
            purpose=export.purpose,
            requested_by=export.requested_by.staff_id,
            service_user_id=export.service_user_id,
            note_id=export.note_id,
            since=export.since,
            until=export.until,
            people=tuple(StatedPerson(id=who, count=count) for who, count in chosen.counts),
            resources=tuple(StatedResource(**each) for each in things),
            first_index=run[0] if run else None,
            last_index=run[-1] if run else None,
            trees=trees,
            entries=len(chosen.indexes),
            unread=await self._exporting.unread(below),
            entries_sha256=digest,
            files=(),
            engagement_ids=engagement_ids(covered.seen.terms),
        )

    async def _engagement(self, id: Any) -> dict[str, Any]:
        found = await self._engagements.one(id)
        assert found, "it was in force"
        document: dict[str, Any] = found["document"]
        return document

    async def _page(
        self, export: Export, about: Report, entries: File, progress: Progress, total: int
    ) -> File:
        writing = await self._parts.writing(export.id, HTML)
        told = 0

        async def telling() -> AsyncIterator[dict[str, Any]]:
            nonlocal told
            async for each in self._told(entries, MOST_ENTRIES[HTML]):
                told += 1
                if told % 100 == 0:
                    await progress(about.entries + told, total)
                yield each

        async for piece in html(about, telling()):
            await writing.write(piece)
        await progress(2 * about.entries, total)
        return await writing.finish()

    async def _document(self, export: Export, about: Report, entries: File) -> File:
        told = self._told(entries, MOST_ENTRIES[PDF])
        return await self._put(export, PDF, await pdf(about, told, self._clock.now()))

    async def _told(self, entries: File, most: int) -> AsyncIterator[dict[str, Any]]:
        number = 0
        async for line in lines(self._parts.read(entries)):
            number += 1
            if number > most:
                return
            yield entry(number, from_json(line))
            await asyncio.sleep(0)  # a report is work that nothing else would interrupt

    async def _put(self, export: Export, name: str, data: bytes) -> File:
        writing = await self._parts.writing(export.id, name)
        await writing.write(data)
        return await writing.finish()
