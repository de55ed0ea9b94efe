"""Exports of a test's ledger: made a step at a time, on a clock that stands still."""

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.audit.application.exports import (
    Assembling,
    Covering,
    Exports,
    Making,
    Preparing,
    Proving,
)
from services.audit.application.published import Published
from services.audit.projection import Checkpoints, Exporting, Parts, Trees
from shared.eventstore.wrapping import KeyWrapper
from shared.kernel.call import Call
from shared.platform.deadlines import clock_call
from tests.support.checkpoints import look
from tests.support.clocks import Standing
from tests.support.keys import ring
from tests.support.ledger import IG_LEAD, KEYS, AuditService

KEPT_FOR = timedelta(hours=24)


@dataclass
class Exported:
    """An export's ZIP, unpacked."""

    files: dict[str, bytes]
    content: bytes

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [from_json(line) for line in self.files["entries.jsonl"].splitlines()]

    @property
    def stated(self) -> Any:
        return from_json(self.body(from_json(self.files["statement.json"])["body"]))["data"]

    @property
    def manifest(self) -> Any:
        return from_json(self.files["manifest.json"])

    @staticmethod
    def body(encoded: str) -> bytes:
        return base64.b64decode(encoded)

    def told(self, type: str) -> list[dict[str, Any]]:
        """The entries of a type, known by its bare name."""
        return [each for each in self.entries if f".{type}." in each["type"]]


class Exportings:
    """The use cases and the job, as a worker has them that has just begun to lead."""

    def __init__(self, audit: AuditService, wrapper: KeyWrapper | None = None) -> None:
        self.audit = audit
        self.clock = Standing()
        app, database = audit.application, audit.database
        self.parts = Parts(database, wrapper or ring())
        covering = Covering(database, app.engagements, app.people)
        proving = Proving(
            Exporting(database), Trees(database), Checkpoints(database),
            Published(database, KEYS), KEYS,
        )  # fmt: skip
        self.exports = Exports(
            database, audit.commands, app.engagements, covering, self.parts, self.clock
        )
        self.preparing = Preparing(database, audit.opened.keys, self.parts, covering, self.clock)
        self.making = Making(
            database, audit.opened.store, audit.commands, self.parts, self.preparing, proving,
            Assembling(self.parts, proving, KEYS.origin), self.clock, KEPT_FOR,
        )  # fmt: skip

    async def asked(self, call: Call = IG_LEAD, **asked: Any) -> UUID:
        """Ask for an export of a kind; of a person unless it is said."""
        kinds: dict[str, Any] = {
            "kind": "person", "service_user_id": None, "note_id": None, "since": None,
            "until": None, "purpose": "audit",
        }  # fmt: skip
        outcome = await self.exports.request(call, **{**kinds, **asked})
        return outcome.aggregate.id

    async def look(self) -> int:
        """What the job does at one look."""
        return await self.making.look(clock_call(self.clock.now()))

    async def stated(self, id: UUID) -> None:
        """Take it to its statement, and that to a checkpoint."""
        await self.look()
        assert (await self.shown(id))["state"] == "running", await self.shown(id)
        await self.covered()

    async def covered(self) -> None:
        await self.audit.relayed()
        await look(self.audit, self.clock.now())

    async def made(self, call: Call = IG_LEAD, **asked: Any) -> UUID:
        """An export that can be fetched."""
        export = await self.asked(call, **asked)
        await self.stated(export)
        await self.look()
        assert (await self.shown(export))["state"] == "ready", await self.shown(export)
        return export

    async def shown(self, id: UUID) -> dict[str, Any]:
        found = await self.exports.export(IG_LEAD, id)
        document: dict[str, Any] = found["document"]
        return document

    async def fetched(self, id: UUID, call: Call = IG_LEAD) -> Exported:
        document, chunks = await self.exports.content(call, id)
        content = b"".join([each async for each in chunks])
        assert hashlib.sha256(content).hexdigest() == document["sha256"]
        return unpacked(content)

    async def exported(self, call: Call = IG_LEAD, **asked: Any) -> Exported:
        return await self.fetched(await self.made(call, **asked), call)


def unpacked(content: bytes) -> Exported:
    """The files of a ZIP, which lie below one folder and are those that its manifest lists."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        [folder] = {name.partition("/")[0] for name in archive.namelist()}
    found = Exported(names, content)
    assert folder == f"countersign-export-{found.manifest['export_id']}"
    listed = found.manifest["files"]
    assert set(listed) == set(names) - {"manifest.json"}
    for name, said in listed.items():
        assert (hashlib.sha256(names[name]).hexdigest(), len(names[name])) == (
            said["sha256"], said["bytes"],
        ), name  # fmt: skip
    return found
