"""Kill anything while notes are written: each note that got a 201 is there once, and once in the
ledger, and the record says it is complete."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from deploy.local.layout import ODS_CODE
from deploy.local.processes import wait_until
from deploy.local.stack import Stack
from shared.eventstore.cloudevents import Names
from shared.eventstore.stream import ask
from tests.support.client import Client, note_body

Faulty = tuple[Stack, Client]
WRITERS = 4


class Writing:
    """Writers that go on through failures, and remember every note that got a 201."""

    def __init__(self, client: Client, service_user_id: str) -> None:
        self._client = client
        self._person = service_user_id
        self.accepted: list[str] = []
        self.failed = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def _write(self) -> None:
        url = f"{self._client.layout.url('notes')}/v1/notes"
        headers = {"Authorization": f"Bearer {self._client.token('str-worker-1')}"}
        with httpx.Client(headers=headers, timeout=30) as session:
            while not self._stop.is_set():
                try:
                    answer = session.post(url, json=note_body(self._person))
                except httpx.HTTPError:
                    self.failed += 1
                    time.sleep(0.05)
                    continue
                if answer.status_code == 201:
                    self.accepted.append(answer.json()["id"])
                else:
                    assert answer.status_code == 503, answer.text
                    self.failed += 1

    @contextmanager
    def going_on(self) -> Iterator["Writing"]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        """Until `more` further notes have been accepted."""
        target = len(self.accepted) + more
        wait_until(lambda: len(self.accepted) >= target, 60, "notes are accepted")


def _ledger_of(client: Client, person: str) -> list[str]:
    path = f"/v1/audit/events?service_user_id={person}&type=note-recorded&limit=200"
    return [item["resource"]["id"] for item in client.every("audit", path, "auditor-1")]


def _notes_of(client: Client, person: str) -> list[str]:
    path = f"/v1/notes?service_user_id={person}&limit=200"
    return [item["id"] for item in client.every("notes", path, "str-worker-1")]


def _complete(client: Client) -> bool:
    answer = client.get("audit", "/v1/audit/completeness", "auditor-1")
    return answer.status == 200 and answer.body["complete"] is True


def _nothing_lost_or_doubled(client: Client, person: str, accepted: list[str]) -> None:
    wait_until(lambda: _complete(client), 60, "the record is complete")
    notes, ledger = _notes_of(client, person), _ledger_of(client, person)
    assert max(Counter(notes).values()) == 1
    assert max(Counter(ledger).values()) == 1
    assert set(accepted) <= set(notes), "a note that got a 201 is missing"
    assert set(notes) == set(ledger)


@pytest.mark.parametrize("victim", ["notes", "audit", "nats", "postgres", "referrals"])
def test_killed_while_notes_are_written(faulty: Faulty, victim: str) -> None:
    stack, client = faulty
    person = client.service_user()
    with Writing(client, person).going_on() as writing:
        writing.wait_for(30)
        for _ in range(2):
            stack.processes[victim].kill()
            writing.wait_for(30)
    for name in ("notes", "referrals", "supervision", "audit"):
        wait_until(lambda name=name: stack.is_ready(name), 60, f"{name} is ready")  # type: ignore[misc]
    _nothing_lost_or_doubled(client, person, writing.accepted)


def test_without_the_broker_notes_go_on_and_arrive_later(faulty: Faulty) -> None:
    stack, client = faulty
    person = client.service_user()
    client.note(person)
    stack.hold("nats")
    made = [client.note(person) for _ in range(5)]
    assert [each.status for each in made] == [201] * 5

    def degraded() -> bool:
        ready = client.get("notes", "/health/ready")
        return ready.status == 200 and ready.body["status"] == "degraded"

    wait_until(degraded, 30, "readiness says degraded")
    unknown = client.note("01a00000-0000-7000-8000-00000000dead")
    assert (unknown.status, unknown.code) == (503, "unavailable"), "not a false refusal"
    assert unknown.headers["retry-after"]
    answer = client.get("audit", "/v1/audit/completeness", "auditor-1").body
    wait_until(
        lambda: not client.get("audit", "/v1/audit/completeness", "auditor-1").body["complete"],
        30,
        "the record no longer claims to be complete",
    )
    assert {each["service"] for each in answer["services"]} >= {"notes"}

    stack.release("nats")
    for name in ("notes", "audit"):
        wait_until(lambda name=name: stack.is_ready(name), 60, f"{name} is ready")  # type: ignore[misc]
    _nothing_lost_or_doubled(client, person, [each.body["id"] for each in made])


def test_without_the_database_nothing_is_claimed(faulty: Faulty) -> None:
    stack, client = faulty
    person = client.service_user()
    stack.hold("postgres")
    refused = client.note(person)
    assert (refused.status, refused.code) == (503, "unavailable")
    assert client.get("notes", "/health/ready").status == 503
    assert client.get("notes", "/health/live").status == 200
    stack.release("postgres")
    for name in ("notes", "referrals", "supervision", "audit"):
        wait_until(lambda name=name: stack.is_ready(name), 60, f"{name} is ready")  # type: ignore[misc]
    assert client.note(person).status == 201


def test_what_the_broker_lost_comes_late(faulty: Faulty) -> None:
    """Messages are gone from the stream before the ledger has them, and the ledger is killed while
    it asks for them again."""
    stack, client = faulty
    person = client.service_user()
    wait_until(lambda: _complete(client), 60, "the record is complete")
    before = _standing(client, "notes")
    stack.hold("audit")
    made = [client.note(person).body["id"] for _ in range(12)]
    asyncio.run(_begin_again(stack))
    made.append(client.note(person).body["id"])  # the relay notices when it has something to say
    wait_until(lambda: asyncio.run(_lose(stack, 6)), 30, "messages are lost")
    stack.release("audit")
    wait_until(lambda: _gaps(stack) > 0, 60, "a gap is flagged")
    stack.processes["audit"].kill()
    wait_until(lambda: stack.is_ready("audit"), 60, "audit is ready")
    _nothing_lost_or_doubled(client, person, made)
    after = _standing(client, "notes")
    assert after["gaps_filled"] == before["gaps_filled"] + 1
    assert (after["gaps_open"], after["disagreements_open"]) == (0, 0)
    assert _in_ledger(stack) == _in_store(stack)


def _standing(client: Client, service: str) -> dict[str, Any]:
    answer = client.get("audit", "/v1/audit/completeness", "auditor-1").body
    [found] = [each for each in answer["services"] if each["service"] == service]
    return dict(found)


async def _begin_again(stack: Stack) -> None:
    """Make the stream of notes again, as its operator: empty, and one that can lose messages."""
    stream = Names(ODS_CODE, "notes").stream
    connection = await stack.nats.connect()
    try:
        info = await ask(connection, f"STREAM.INFO.{stream}")
        await ask(connection, f"STREAM.DELETE.{stream}")
        config = {**info["config"], "deny_delete": False}
        await ask(connection, f"STREAM.CREATE.{stream}", config)
    finally:
        await connection.close()


async def _lose(stack: Stack, count: int) -> bool:
    """Delete some messages in the midst of the stream. False while it isn't filled again."""
    stream = Names(ODS_CODE, "notes").stream
    connection = await stack.nats.connect()
    try:
        info = await ask(connection, f"STREAM.INFO.{stream}")
        last = info["state"]["last_seq"]
        if last < len(_in_store(stack)):
            return False
        for sequence in range(last - 3 - count, last - 3):
            await ask(connection, f"STREAM.MSG.DELETE.{stream}", {"seq": sequence})
        return True
    finally:
        await connection.close()


def _rows(stack: Stack, service: str, query: LiteralString) -> list[int]:
    dsn = stack.postgres.superuser_dsn().replace("dbname=postgres", f"dbname=countersign_{service}")
    with psycopg.connect(dsn) as connection:
        return [row[0] for row in connection.execute(query).fetchall()]


def _gaps(stack: Stack) -> int:
    return _rows(stack, "audit", "SELECT count(*) FROM gaps")[0]


def _in_ledger(stack: Stack) -> list[int]:
    query: LiteralString = "SELECT position FROM ledger WHERE service = 'notes' ORDER BY position"
    return _rows(stack, "audit", query)


def _in_store(stack: Stack) -> list[int]:
    return _rows(stack, "notes", "SELECT position FROM events ORDER BY position")
