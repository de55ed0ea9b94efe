"""Releases side by side: this tree, and copies of it with what a later release would bring."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Process
from deploy.local.stack import Stack
from shared.platform.migrations import revisions
from tests.support.histories import following, write

ROOT = Path(__file__).parents[2]
PACKAGES = ("services", "shared", "deploy", "countersign")
NOW, NEXT, LAST, BEYOND = revisions("notes")[-1], *(following("notes", n) for n in (1, 2, 3))
"""This tree's revision of notes; the two that the next release brings; and one that contracts."""

NEW_EVENT = '''
@published("notes", "note", "note-heeded")
@dataclass(frozen=True, kw_only=True)
class NoteHeeded:
    """A test's: someone has taken it to heart."""

    heeded_by: str


@published("notes", "note", "late-reason-given")'''
EDITS = {
    "shared/contracts/notes/notes.py": [
        ("    text: Annotated[Narrative, PERSONAL]\n",
         "    text: Annotated[Narrative, PERSONAL]\n    heeded_by: str | None = None\n"),
        ('\n@published("notes", "note", "late-reason-given")', NEW_EVENT),
    ],
    "services/notes/domain/note/putting_right.py": [
        ("    class LateReasonTold(",
         "    class Heeded(NoteHeeded, Aggregate.Event):\n        pass\n\n"
         "    class LateReasonTold("),
        ("from shared.contracts.notes import (",
         "from shared.contracts.notes.notes import NoteHeeded\n"
         "from shared.contracts.notes import ("),
        ("kind: AddendumKind, text: str) -> None:\n        \"\"\"Put",
         "kind: AddendumKind, text: str, heeded: bool = False) -> None:\n        \"\"\"Put"),
        ("        self._added(actor=by, timestamp=at, kind=kind, text=text)\n",
         "        who = by.staff_id if heeded else None\n"
         "        self._added(actor=by, timestamp=at, kind=kind, text=text, heeded_by=who)\n"
         "        if who:\n"
         "            self._heeded(actor=by, timestamp=at, heeded_by=who)\n"),
        ("    def _added(self, actor: Actor, timestamp: datetime, kind: AddendumKind, text: str)"
         " -> None:\n",
         "    def _added(self, actor, timestamp, kind, text, heeded_by) -> None:\n"),
        ("    @event(AddendumAdded)\n",
         "    @event(Heeded)\n    def _heeded(self, actor, timestamp, heeded_by) -> None:\n"
         "        self.heeded_by = heeded_by\n\n    @event(AddendumAdded)\n"),
    ],
    "services/notes/schemas/commands.py": [
        ('    kind: AddendumKind = "addendum"\n',
         '    kind: AddendumKind = "addendum"\n    heeded: bool = False\n'),
    ],
    "services/notes/api/corrections.py": [
        ("body.kind, body.text)", "body.kind, body.text, body.heeded)"),
    ],
    "services/notes/application/corrections.py": [
        ("kind: AddendumKind, text: str) ->", "kind: AddendumKind, text: str, heeded: bool) ->"),
        ("note.add(by, call.at, kind, text)", "note.add(by, call.at, kind, text, heeded)"),
    ],
    "services/notes/projection/tables.py": [
        ('    Column("group_session_id", Uuid),\n',
         '    Column("group_session_id", Uuid),\n    Column("heeded_by", Text),\n'),
    ],
    "services/notes/projection/notes.py": [
        ("            group_session_id=note.group_session_id,\n",
         "            group_session_id=note.group_session_id,\n"
         "            heeded_by=getattr(note, 'heeded_by', None),\n"),
    ],
}  # fmt: skip
"""The next release: a nullable column, a new optional field of an event, and a new event type."""


@dataclass(frozen=True, slots=True)
class Release:
    """Where the code of a release is."""

    name: str
    code: Path

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        # Without the directory one is in, which is this tree's.
        return {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": str(self.code), **more}

    def process(
        self, stack: Stack, service: str, role: str, port: int, drain: float = 1
    ) -> Process:
        """A process of it, started."""
        environment = self._environment(
            {"COUNTERSIGN_DATA_DIR": str(stack.layout.data), **stack.environment(service)}
        )
        command = [sys.executable, "-m", "countersign", "serve", service, "--role", role]
        command += ["--port", str(port), *(["--drain", str(drain)] if role == "api" else [])]
        log = stack.layout.logs / f"{service}-{role}-{self.name}-{port}.log"
        made = Process(f"{service}-{role}-{self.name}", command, log, environment)
        made.start()
        return made

    def migrate(self, stack: Stack, *options: str) -> "subprocess.CompletedProcess[str]":
        """Its migration of notes, as its job runs it."""
        return subprocess.run(
            [sys.executable, "-m", "countersign", "migrate", "notes", *options],
            env=self._environment({"COUNTERSIGN_OWNER_DSN": stack.postgres.owner_dsn("notes")}),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.code,
        )


THIS = Release("this", ROOT)


def next_release(into: Path) -> Release:
    """It expands: what it adds, this release's code can do without."""
    made = _copied("next", into)
    for path, changes in EDITS.items():
        text = (made.code / path).read_text()
        for before, after in changes:
            assert text.count(before) >= 1, f"{path} no longer has {before!r}"
            text = text.replace(before, after, 1)
        (made.code / path).write_text(text)
    add = "apply('ALTER TABLE notes ADD COLUMN heeded_by text')"
    index = "index_beside_users('ix_notes_heeded', 'notes (heeded_by)')"
    write(_versions(made), NEXT, add, serves_from=NOW)
    write(_versions(made), LAST, index, serves_from=NOW)
    return made


def one_after(following: Release, into: Path) -> Release:
    """It contracts: what this release's code needs, and the next one's doesn't, goes."""
    made = _copied("beyond", into, following.code)
    drop = "apply('ALTER TABLE notes DROP COLUMN IF EXISTS never_there')"
    write(_versions(made), BEYOND, drop, serves_from=LAST)
    return made


def _versions(release: Release) -> Path:
    return release.code / "services" / "notes" / "migrations" / "versions"


def _copied(name: str, into: Path, of: Path = ROOT) -> Release:
    for package in PACKAGES:
        shutil.copytree(of / package, into / package)
    return Release(name, into)
