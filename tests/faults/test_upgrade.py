"""Two releases side by side on one database while notes are written, there and back (ADR 22)."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest

from deploy.local.layout import Layout
from deploy.local.processes import Process, wait_until
from deploy.local.stack import READY_WITHIN, Stack
from shared.platform.http import encode_cursor
from tests.support.client import Answer, Client, note_body
from tests.support.ports import free_port_base, free_ports, own_directory
from tests.support.releases import (
    BEYOND,
    LAST,
    NOW,
    THIS,
    Release,
    next_release,
    one_after,
)
from tests.support.stack import introduce_team

BESIDE = ("referrals", "supervision", "audit")
WRITERS = 2


@dataclass
class Running:
    """A process of notes."""

    release: Release
    role: str
    url: str
    process: Process
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=40, verify=False))  # noqa: S501
    ready: bool = False

    def readiness(self, http: httpx.Client) -> tuple[int, Any]:
        answer = http.get(f"{self.url}/health/ready")
        return answer.status_code, answer.json()

    def look(self, http: httpx.Client) -> None:
        try:
            self.ready = self.readiness(http)[0] == 200
        except httpx.HTTPError:
            self.ready = False


class Fleet(Client):
    """The processes of notes, and a client that calls those in turn that are ready, over
    connections that it keeps, as what stands before them does."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.layout)
        self.stack = stack
        self.running: list[Running] = []
        self._ports = free_ports()
        self._turn = itertools.count()
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look)

    def start(self, release: Release, role: str) -> Running:
        port = next(self._ports)
        process = release.process(self.stack, "notes", role, port)
        made = Running(release, role, f"http://127.0.0.1:{port}", process)
        self.running.append(made)
        return made

    def started(self, release: Release, *roles: str) -> list[Running]:
        made = [self.start(release, role) for role in roles]
        for each in made:
            wait_until(partial(lambda one: one.ready, each), READY_WITHIN, each.process.name)
        return made

    def stop(self, one: Running) -> None:
        """Asked to, as Kubernetes does."""
        one.process.stop()
        one.http.close()
        self.running.remove(one)

    def of(self, release: Release, role: str) -> list[Running]:
        return [each for each in self.running if (each.release, each.role) == (release, role)]

    def call(
        self, method: str, service: str, path: str, persona: str | None = None,
        json: Any = None, **more: Any,
    ) -> Answer:  # fmt: skip
        if service != "notes":
            return super().call(method, service, path, persona, json, **more)
        ready = [each for each in self.running if each.role == "api" and each.ready]
        return self.call_one(
            ready[next(self._turn) % len(ready)], method, path, persona, json, **more
        )

    def call_one(
        self, one: Running, method: str, path: str, persona: str | None = None,
        json: Any = None, if_match: str | None = None, **more: Any,
    ) -> Answer:  # fmt: skip
        headers = {"If-Match": if_match} if if_match else {}
        if persona:
            headers["Authorization"] = f"Bearer {self.token(persona)}"
        answer = one.http.request(method, f"{one.url}{path}", headers=headers, json=json)
        return Answer(answer.status_code, answer.json(), answer.headers)

    @contextmanager
    def looked_after(self) -> Iterator["Fleet"]:
        self._looking.start()
        try:
            yield self
        finally:
            self._over.set()
            self._looking.join()
            for each in self.running:
                each.process.kill()
                each.http.close()
            self.http.close()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            for each in [*self.running]:
                each.look(self.http)


class Writing:
    """Writers who record notes, change them and read them; whatever isn't answered with 2xx is a
    failure."""

    def __init__(self, fleet: Fleet, person: str) -> None:
        self._fleet = fleet
        self._person = person
        self.done: list[str] = []
        self.failures: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def _write(self) -> None:
        while not self._over.wait(0.05):
            with suppress(AssertionError):
                made = self._tried("POST", "", note_body(self._person))
                amended = self._on(
                    made, "amendments", {"reason": "Said better.", "duration_minutes": 30}
                )
                added = self._on(amended, "addenda", {"text": "And it went well."})
                assert self._tried("GET", f"/{made.body['id']}").body["version"] == 3
                self._tried("GET", f"?service_user_id={self._person}&limit=5")
                self.done.append(added.body["id"])

    def _on(self, note: Answer, command: str, body: dict[str, Any]) -> Answer:
        return self._tried("POST", f"/{note.body['id']}/{command}", body, note.etag)

    def _tried(
        self, method: str, path: str, json: Any = None, if_match: str | None = None
    ) -> Answer:
        try:
            answer = self._fleet.call(
                method, "notes", f"/v1/notes{path}", "str-worker-1", json, if_match=if_match
            )
        except httpx.HTTPError as error:
            self.failures.append(f"{method} {path}: {error!r}")
            raise AssertionError from error
        if not 200 <= answer.status < 300:
            self.failures.append(f"{method} {path}: {answer.status} {answer.body}")
            raise AssertionError
        return answer

    @contextmanager
    def going_on(self) -> Iterator["Writing"]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        """Until so many more have gone all their way."""
        target = len(self.done) + more
        wait_until(lambda: len(self.done) >= target or bool(self.failures), 60, "notes are written")
        assert self.failures == []


@dataclass
class Ground:
    fleet: Fleet
    following: Release
    beyond: Release
    beside: dict[str, Process]

    def mixed(self) -> tuple[Running, Running]:
        """An API of this release and one of the next, and workers of both."""
        if self.following.migrate(self.fleet.stack).returncode:
            raise AssertionError("the next release can't be migrated to")
        for release in (THIS, self.following):
            roles = [each for each in ("api", "worker") if not self.fleet.of(release, each)]
            self.fleet.started(release, *roles)
        return self.fleet.of(THIS, "api")[0], self.fleet.of(self.following, "api")[0]

    def take_over(self, service: str, release: Release) -> None:
        """Another service, of a release, in the place of its process."""
        if service in self.beside:
            self.beside[service].stop()
        layout = self.fleet.stack.layout
        stack = self.fleet.stack
        self.beside[service] = release.process(stack, service, "all", layout.ports[service])


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Notes as in production, with two APIs; the other services a process each."""
    with own_directory() as data, own_directory() as later:
        stack = Stack(Layout(data, free_port_base()))
        following = next_release(later / "next")
        with Fleet(stack).looked_after() as fleet:
            made = Ground(fleet, following, one_after(following, later / "beyond"), {})
            try:
                stack.start_ground()
                for name in BESIDE:
                    made.take_over(name, THIS)
                fleet.started(THIS, "api", "api", "worker")
                for name in BESIDE:
                    wait_until(partial(stack.is_ready, name), READY_WITHIN, name)
                stack.agree_engagement()
                introduce_team(fleet)
                yield made
            finally:
                for process in (*made.beside.values(), *(each.process for each in fleet.running)):
                    process.kill()
                stack.stop()


def rows(fleet: Fleet, service: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(fleet.stack.postgres.owner_dsn(service)) as connection:
        return connection.execute(sql.encode()).fetchall()


def rolled(fleet: Fleet, before: Release, after: Release, writing: Writing) -> None:
    """One process after the other, the workers first; somebody waits for news of each API."""
    for role in ("worker", "api"):
        for one in fleet.of(before, role):
            fleet.started(after, role)
            waiting = waits_for_news(fleet, one) if role == "api" else None
            fleet.stop(one)
            if waiting:
                assert waiting() == 200
            writing.wait_for(3)


def waits_for_news(fleet: Fleet, one: Running) -> Callable[[], int]:
    """A request for news that doesn't come, which may wait longer than the process will. Gives what
    waits for the answer's status."""
    answers: list[Answer] = []
    path = f"/v1/feeds/notes?wait=30&types=note-retracted&after={encode_cursor([0])}"
    asking = threading.Thread(
        target=lambda: answers.append(fleet.call_one(one, "GET", path, "ehr-1"))
    )
    asking.start()

    def status() -> int:
        asking.join()
        return answers[0].status

    return status


def nothing_missing(fleet: Fleet) -> None:
    """What the store holds the ledger holds, and the read model is at its last version."""
    ours = "SELECT position FROM events ORDER BY position"
    theirs = "SELECT position FROM ledger WHERE service = 'notes' ORDER BY position"
    wait_until(
        lambda: rows(fleet, "notes", ours) == rows(fleet, "audit", theirs), 60, "all in the ledger"
    )
    assert rows(fleet, "notes", DIFFERS) == []


DIFFERS = """
SELECT FROM notes FULL JOIN (
  SELECT stream_id, max(version) AS version FROM events
  WHERE stream_id IN (SELECT stream_id FROM events WHERE type LIKE '%.note-recorded.%')
  GROUP BY stream_id
) AS said ON stream_id = id WHERE notes.version IS DISTINCT FROM said.version
"""


def test_nothing_fails_while_releases_change(ground: Ground) -> None:
    fleet, following = ground.fleet, ground.following
    with Writing(fleet, fleet.service_user()).going_on() as writing:
        writing.wait_for(3)
        migrated = following.migrate(fleet.stack)
        assert migrated.returncode == 0, migrated.stdout + migrated.stderr
        assert f"notes is at {LAST}" in migrated.stdout
        writing.wait_for(3)
        rolled(fleet, THIS, following, writing)
        # And back, as far as one of each: the schema still serves this release.
        back = THIS.migrate(fleet.stack)
        assert (back.returncode, back.stdout.strip()) == (0, f"notes is at {LAST}")
        fleet.stop(fleet.of(following, "api")[0])
        rolled(fleet, following, THIS, writing)
    assert writing.failures == []
    nothing_missing(fleet)


def test_what_an_older_release_cannot_follow_waits_for_the_newer(ground: Ground) -> None:
    fleet, following = ground.fleet, ground.following
    old, new = ground.mixed()
    person = fleet.service_user()
    note = fleet.note(person, by="str-worker-1")
    path = f"/v1/notes/{note.body['id']}"
    plain = {"text": "Both can follow this."}
    both = fleet.call_one(new, "POST", f"{path}/addenda", "str-worker-1", plain, note.etag)
    assert both.status == 201
    both = fleet.call_one(old, "POST", f"{path}/addenda", "str-worker-1", plain, both.etag)
    assert both.status == 201, "a new field that says nothing is no matter"
    heeded = {"text": "Only one can follow this.", "heeded": True}
    only = fleet.call_one(new, "POST", f"{path}/addenda", "str-worker-1", heeded, both.etag)
    assert only.status == 201
    assert rows(fleet, "notes", "SELECT heeded_by FROM notes WHERE heeded_by IS NOT NULL") == [
        ("str-worker-1",)
    ]

    refused = fleet.call_one(old, "POST", f"{path}/addenda", "str-worker-1", plain, only.etag)
    assert (refused.status, refused.code) == (503, "newer_release")
    assert refused.headers["retry-after"]
    again = fleet.call_one(new, "POST", f"{path}/addenda", "str-worker-1", plain, only.etag)
    assert again.status == 201
    assert fleet.call_one(old, "GET", path, "str-worker-1").status == 200

    # Who follows the feed isn't led past it.
    [(place,)] = rows(
        fleet, "notes", "SELECT position FROM events WHERE type LIKE '%.note-heeded.%'"
    )
    path = f"/v1/feeds/notes?limit=1&wait=0&after={encode_cursor([place - 1])}"
    refused = fleet.call_one(old, "GET", path, "ehr-1")
    assert (refused.status, refused.code) == (503, "newer_release")
    [item] = fleet.call_one(new, "GET", path, "ehr-1").body["items"]
    assert item["type"] == "countersign.notes.note-heeded.v1"

    # Who consumes keeps it for the release that will know it.
    letters = "SELECT type, error FROM dead_letters ORDER BY position"
    kept = [
        ("countersign.notes.note-addendum-added.v1", "a newer release published it"),
        ("countersign.notes.note-heeded.v1", "a newer release published it"),
    ]
    wait_until(lambda: rows(fleet, "referrals", letters) == kept, 30, "they are kept")
    ground.take_over("referrals", following)
    wait_until(lambda: rows(fleet, "referrals", letters) == [], 60, "they are applied")
    nothing_missing(fleet)
    metrics = fleet.http.get(f"{fleet.layout.url('audit')}/metrics").text
    assert 'countersign_audit_newer_events_total{producer="notes"} 2.0' in metrics


def test_a_release_is_not_taken_out_of_service_while_it_runs(ground: Ground) -> None:
    fleet, beyond = ground.fleet, ground.beyond
    ground.mixed()
    refused = beyond.migrate(fleet.stack)
    assert refused.returncode == 1
    assert f"no longer serves releases that still run, of {NOW}" in refused.stdout
    for one in (*fleet.of(THIS, "worker"), *fleet.of(THIS, "api")):
        fleet.stop(one)
    migrated = beyond.migrate(fleet.stack)
    assert migrated.returncode == 0, migrated.stdout
    assert fleet.note(fleet.service_user(), by="str-worker-1").status == 201, "the next is served"

    old = fleet.start(THIS, "api")
    said = f"this release ({NOW}) is too old for the database, which is at {BEYOND}"

    def tells() -> bool:
        with suppress(httpx.HTTPError):
            status, body = old.readiness(fleet.http)
            return status == 503 and body["checks"]["migrations"].startswith(said)
        return False

    wait_until(tells, 60, "it says why it isn't ready")
    back = THIS.migrate(fleet.stack)
    assert back.returncode == 1
    assert said in back.stdout
