"""`countersign backup-check`: what is wrong with a restored copy is found, and said in words."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from countersign.backup_check.command import Usable, check
from services.notes.domain import Note
from services.notes.projection import rows
from shared.eventstore.sealing import sealer
from shared.eventstore.unit_of_work import Unit
from tests.support.build import NOW, WORKER, note
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keys import ring_file

pytestmark = pytest.mark.anyio
ONE = "(SELECT position FROM events ORDER BY position LIMIT 1)"
SPOILT = f"overlay(body PLACING '\\x41' FROM octet_length(body) - 8) WHERE position = {ONE}"
WRONG = {
    "follows": f"DELETE FROM events WHERE position = {ONE}",
    "`notes` says otherwise in status": "UPDATE notes SET status = 'countersigned'",
    "`notes` has no row of it": "DELETE FROM notes",
    "what is sealed in `notes` is otherwise": "UPDATE notes SET document = document || '\\x00'",
    "events_append_only of events doesn't refuse": (
        "ALTER TABLE events DISABLE TRIGGER events_append_only"
    ),
    "may not INSERT events": "REVOKE INSERT ON events FROM countersign_notes",
    "may UPDATE events": "GRANT UPDATE ON events TO countersign_notes",
    "this release needs": (
        "WITH gone AS (DELETE FROM schema_serves) UPDATE alembic_version SET version_num = '0001'"
    ),
    "the key that it is sealed under is not there": "DELETE FROM keys.data_keys",
    "which the ring doesn't open": "UPDATE keys.data_keys SET kek = 'another'",
    "its key doesn't open it": f"UPDATE events SET body = {SPOILT}",
    "this release doesn't know": "UPDATE events SET type = 'countersign.notes.sung.v1'",
    "but it says": "UPDATE events SET event_id = gen_random_uuid()",
    "placed before the version before": "UPDATE events SET position = -position",
    "it holds no event": "DELETE FROM events",
}


@dataclass
class Copy:
    fresh: Fresh
    opened: Opened

    def spoil(self, statement: str) -> None:
        with psycopg.connect(self.fresh.superuser_dsn) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)

    async def checked(self, ledger_dsn: str | None = None) -> Usable:
        report = Usable()
        arguments = "notes", self.fresh.dsn, ledger_dsn, 1000, report, lambda *_: None
        await asyncio.to_thread(check, *arguments)
        return report


@pytest.fixture
async def copy(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Copy]:
    """A store of two notes, one of two versions, with what is listed of them."""
    fresh = engines.fresh("notes")
    for name, value in {
        **engines.stack.environment("notes"),
        "NOTES_KEY_ENCRYPTION_KEYS": ring_file("kek-1"),
    }.items():
        monkeypatch.setenv(name, value)
    async with fresh.opened() as opened:
        first, second = note(), note(at=NOW + timedelta(minutes=1))
        for each in (first, second):
            await _commit(opened, each)
        first.add(WORKER, NOW + timedelta(minutes=2), "addendum", "Rang again later.")
        await _commit(opened, first)
        yield Copy(fresh, opened)


async def _commit(opened: Opened, made: Note) -> None:
    key = await opened.key_of(made)
    events = await opened.stored(made)
    await opened.unit_of_work.commit(Unit(events, rows(made, sealer(key, made.id))))


async def test_a_whole_copy_is_usable(copy: Copy) -> None:
    found = await copy.checked()
    assert found.wrong == []
    assert found.code == 0
    assert any("3 events in 2 streams without a gap" in each for each in found.proved)
    assert any("of 2 streams" in each for each in found.proved)
    assert found.about.startswith("notes: 3 events, the last of 2026-11-20T12:02:00")


@pytest.mark.parametrize("words", WRONG)
async def test_what_is_wrong_is_named(copy: Copy, words: str) -> None:
    copy.spoil(WRONG[words])
    found = await copy.checked()
    assert found.code == 1
    assert any(words in f"{where}: {what}" for where, what in found.wrong), found.wrong


async def test_beside_the_ledger(copy: Copy, engines: Engines) -> None:
    """What it lacks, what nobody else has, what came later, and what was destroyed since."""
    audit = engines.fresh("audit")
    first, second, third = await copy.opened.store.read_after(0, 10)
    with (
        psycopg.connect(copy.fresh.superuser_dsn) as there,
        psycopg.connect(audit.superuser_dsn) as ledger,
    ):
        for index, (position, event) in enumerate(
            [(first.position, first), (second.position + 1, second), (third.position, third),
             (third.position + 5, third)]
        ):  # fmt: skip
            ledger.execute(
                "INSERT INTO ledger VALUES (%s, 'notes', %s, 0, %s, %s, sha256(%s), %s, now())",
                (index, position, event.event_id, event.type, event.body, event.body),
            )
        [key] = there.execute("SELECT key_id, subject, owner FROM keys.data_keys").fetchall()
        ledger.execute(
            "INSERT INTO keys.data_keys VALUES (%s, %s, %s, NULL, NULL, now(), now(), true)", key
        )
    found = await copy.checked(audit.dsn)
    assert [what for _, what in found.wrong] == [
        "the copy has it, the ledger has not", "the ledger has it, the copy has not",
    ]  # fmt: skip
    assert any("1 later events" in each for each in found.not_proved)
    assert any("1 keys live in this copy" in each and key[1] in each for each in found.not_proved)
