"""Restore drills: base backup and archived WAL to a point in time, into a new cluster.

All four databases are in one local cluster; of the restored one only the database of the service
that is tried is used, as where each has a cluster of its own.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.layout import Layout
from deploy.local.processes import wait_until
from deploy.local.stack import Stack, running
from shared.eventstore.database import Database
from tests.support.client import Client, Json
from tests.support.keeping import destroyed
from tests.support.ports import free_port_base, own_directory
from tests.support.restoring import Restored, archived
from tests.support.stack import introduce_team

WORDS = "Went through the rent letter together."


@dataclass
class Drill:
    """What was recorded before the moment that is restored, what after it, and how it stood."""

    stack: Stack
    client: Client
    restored: Restored
    person: str
    newcomer: str
    erased: str
    signed: Json
    lost: Json
    concern: Json
    report: Path

    def countersign(self, *arguments: str, service: str) -> "subprocess.CompletedProcess[str]":
        owner = self.stack.postgres.owner_dsn(service)
        environment = {
            **os.environ,
            "COUNTERSIGN_DATA_DIR": str(self.stack.layout.data),
            "COUNTERSIGN_PORT_BASE": str(self.stack.layout.port_base),
            "COUNTERSIGN_OWNER_DSN": self.restored.here(owner),
        }
        command = [sys.executable, "-m", "countersign", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def set_back(self, service: str) -> None:
        """Start a service on what was restored; it says that it must not go on."""
        self.stack.hold(service)
        self.restored.serve(self.stack, service)
        self.stack.release(service)
        wait_until(lambda: self._is_behind(service), 60, f"{service} says store_behind_stream")

    def recover(self, service: str, *arguments: str) -> str:
        self.stack.hold(service)
        done = self.countersign("recover", service, *arguments, service=service)
        assert done.returncode == 0, done.stdout + done.stderr
        self.stack.release(service)
        wait_until(lambda: self.stack.is_ready(service), 60, f"{service} is ready again")
        return done.stdout

    def _is_behind(self, service: str) -> bool:
        try:
            ready = self.client.get(service, "/health/ready")
        except httpx.TransportError:
            return False
        return ready.status == 503 and ready.body["checks"]["relay"] == "store_behind_stream"


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    with own_directory() as data:
        layout = Layout(data, free_port_base())
        with archived(layout) as archive, running(layout) as stack:
            threading.Thread(target=stack.watch, daemon=True).start()
            client = Client(layout)
            introduce_team(client)
            backup = archive.back_up()
            person, erased = client.service_user(), client.service_user()
            kept = client.note(person)
            complete(client)
            moment = archive.now()

            amended = client.amended(kept, narrative="Read the rent letter together.")
            signed = client.countersign(amended)
            assert signed.status == 201, signed.body
            newcomer = client.service_user()
            allocated = client.allocated(newcomer, "str-worker-1")
            assert allocated.status == 201, allocated.body
            lost, concern = client.note(newcomer), client.concern(person)
            assert (lost.status, concern.status) == (201, 201)
            asyncio.run(_destroy(stack, f"service-user:{erased}"))
            complete(client)
            archive.flush()
            yield Drill(
                stack, client, archive.restore(backup, moment), person, newcomer, erased,
                client.seen(signed, "nurse-1").body, client.seen(lost, "str-worker-1").body,
                concern.body, data / "report.jsonl",
            )  # fmt: skip


def complete(client: Client) -> None:
    def is_complete() -> bool:
        answer = client.get("audit", "/v1/audit/completeness", "auditor-1")
        return answer.status == 200 and bool(answer.body["complete"])

    wait_until(is_complete, 60, "the record is complete")


async def _destroy(stack: Stack, subject: str) -> None:
    await destroyed(Database(stack.postgres.run_time_dsn("referrals")), "referrals", subject)


def reconciled(drill: Drill, *arguments: str, service: str) -> Json:
    dsn = drill.restored.here(drill.stack.postgres.run_time_dsn(service))
    os.environ[f"{service.upper()}_DATABASE_DSN"] = dsn
    try:
        done = drill.countersign("reconcile", service, "--json", *arguments, service=service)
    finally:
        del os.environ[f"{service.upper()}_DATABASE_DSN"]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_notes_takes_back_what_it_lost(drill: Drill) -> None:
    client = drill.client
    drill.set_back("notes")
    behind = client.seen(drill.signed, "nurse-1")
    assert behind.body["status"] == "awaiting_countersignature", "the store is as it was then"
    assert client.seen(drill.lost, "str-worker-1").status == 404

    listed = drill.countersign("recover", "notes", "--list", service="notes")
    assert listed.returncode == 1
    assert f"concern-raised  concern/{drill.concern['id']} version 1  by str-worker-1" in (
        listed.stdout
    )
    said = drill.recover("notes", "--operator", "operator-1", "--report", str(drill.report))
    assert "0 are lost" in said

    signed, lost = client.seen(drill.signed, "nurse-1"), client.seen(drill.lost, "str-worker-1")
    assert signed.body == drill.signed
    assert lost.body == drill.lost
    path = "/v1/concerns?team_id=north-cmht"
    concerns = client.every("notes", path, "coordinator-1")
    assert drill.concern["id"] in [each["id"] for each in concerns]
    assert drill.signed["id"] not in client.worklist()
    after = client.note(drill.person)
    assert after.status == 201
    complete(client)

    report = drill.report.read_text()
    events = [json.loads(line) for line in report.splitlines()]
    assert {each["became"] for each in events} == {"taken_back"}
    assert {
        each["id"] for each in events if each["type"].split(".")[2] == "note-countersigned"
    } == {drill.signed["id"]}
    assert WORDS not in report
    [restored] = client.every("audit", "/v1/audit/events?type=store-restored", "auditor-1")
    assert restored["actor"]["staff_id"] == "operator-1"
    content = restored["content"]
    assert (content["taken_back"], content["lost"]) == (len(events), 0)
    assert content["repositioned"] >= 1, "looks while it was behind are published too"
    found = reconciled(drill, service="notes")
    assert not [each for each in found["wrong"] if each["where"].startswith("notes")], found
    again = drill.countersign("recover", "notes", service="notes")
    assert (again.returncode, "nothing to recover" in again.stdout) == (0, True)
