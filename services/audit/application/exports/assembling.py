"""The ZIP of an export, out of what was written, what the ledger states of it, and the proofs."""

import base64
from collections.abc import AsyncIterator
from typing import Any

from pydantic_core import from_json, to_json

from services.audit.application.exports.preparing import ENTRIES, Progress
from services.audit.application.exports.proving import Proven, Proving, canonical
from services.audit.application.exports.zipping import Zip, lines
from services.audit.domain import Export
from services.audit.projection import File, Parts, PartsLost

CONTENT = "content.zip"
"""What the file is called that can be fetched, among those that are kept of an export."""
FORMAT = "countersign-export/1"


class Assembling:
    def __init__(self, parts: Parts, proving: Proving, origin: str) -> None:
        self._parts = parts
        self._proving = proving
        self._origin = origin

    async def assemble(self, export: Export, proven: Proven, progress: Progress) -> File:
        """Write the ZIP. Raises `PartsLost` when what was stated is no longer there."""
        written = await self._parts.files(export.id)
        if ENTRIES not in written or export.statement is None:
            raise PartsLost()
        statement = await self._proving.statement(proven)
        event = from_json(base64.b64decode(statement["body"]))
        name = f"countersign-export-{export.id}"
        made = Zip(await self._parts.writing(export.id, CONTENT), name, export.created_on)
        await made.add(ENTRIES, self._entries(written[ENTRIES], export, proven, progress))
        await made.put("statement.json", to_json(statement) + b"\n")
        for each in export.statement["files"]:
            await made.add(each.name, self._parts.read(written[each.name]))
        for shard, signed in proven.trees:
            nodes = self._proving.tree(shard, signed, proven, export.statement["trees"])
            await made.add(f"trees/{shard.id}.json", nodes)
            await made.put(f"trees/{shard.id}.checkpoint", signed.note.encode())
            for stamp, token in await self._proving.stamps(signed):
                await made.put(stamp, token)
        await made.put("keys.txt", await self._proving.keys())
        manifest = {
            "format": FORMAT,
            "export_id": str(export.id),
            "kind": export.of,
            "about": _about(event["data"]),
            "made_at": event["time"],
            "made_by": event["actor"]["staff_id"],
            "origin": self._origin,
            "files": made.files,
        }
        await made.put("manifest.json", canonical(manifest))
        return await made.finish()

    async def _entries(
        self, file: File, export: Export, proven: Proven, progress: Progress
    ) -> AsyncIterator[bytes]:
        """The entries as they were written; which they are is noticed on the way."""
        assert export.statement
        count, done = export.statement["entries"], 0
        pending = bytearray()
        async for line in lines(self._parts.read(file)):
            proven.took(int(line[len(b'{"index":') : line.index(b",")]))
            pending += line
            done += 1
            if len(pending) >= 1 << 16:
                yield bytes(pending)
                pending.clear()
                await progress(2 * count + done, 3 * count + 1)
        yield bytes(pending)


def _about(said: dict[str, Any]) -> dict[str, Any]:
    if said["kind"] == "period":
        return {"from": said["since"], "to": said["until"]}
    name = "note_id" if said["kind"] == "note" else "service_user_id"
    return {name: said[name]}
