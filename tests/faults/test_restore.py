"""Restore drills: base backup and archived WAL to a point in time, into a new cluster.

All four databases are in one local cluster; of the restored one only the database of the service
that is tried is used, as where each has a cluster of its own.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from countersign.cli import app
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
    before: dict[str, Json]
    """What referrals said of the newcomer and the caseload."""
    report: Path

    def countersign(self, service: str, *arguments: str) -> Result:
        """A command on a service whose database was restored."""
        postgres = self.stack.postgres
        environment = {
            **self.stack.environment(service),
            **self.stack.environment("audit"),
            "COUNTERSIGN_SECRETS_DIR": str(self.stack.layout.secrets_of(service)),
            "COUNTERSIGN_OWNER_DSN": self.restored.here(postgres.owner_dsn(service)),
        }
        return CliRunner().invoke(app, arguments, env=environment)

    def move(self, service: str) -> None:
        """Stop a service, and have it use its restored database from its next start."""
        self.stack.hold(service)
        self.restored.serve(self.stack, service)

    def recover(self, service: str, *arguments: str) -> str:
        done = self.countersign(service, "recover", service, *arguments)
        assert done.exit_code == 0, done.output
        self.stack.release(service)
        return done.output

    def fit(self, service: str) -> str:
        """What `backup-check` says of the restored copy, which is fit to go on from."""
        postgres = self.stack.postgres
        dsn = self.restored.here(postgres.run_time_dsn(service))
        compared = ("--ledger-dsn", postgres.run_time_dsn("audit"))
        done = self.countersign(service, "backup-check", service, "--dsn", dsn, *compared)
        assert done.exit_code == 0, done.output
        return done.output

    def differences(self, service: str, *arguments: str) -> tuple[list[Json], list[str]]:
        """What `reconcile` finds wrong of a service, and what it can't prove."""
        secrets = self.stack.layout.secrets_of("audit")
        environment = {
            **self.stack.environment("audit"),
            "COUNTERSIGN_SECRETS_DIR": str(secrets),
            f"{service.upper()}_DATABASE_DSN": self.restored.here(
                self.stack.postgres.run_time_dsn(service)
            ),
        }
        done = CliRunner().invoke(
            app, ["reconcile", service, "--json", *arguments], env=environment
        )
        found = json.loads(done.stdout)
        wrong = [each for each in found["wrong"] if each["where"].startswith(service)]
        return wrong, found["not_proved"]

    def ready(self, service: str) -> Json:
        try:
            checks: Json = self.client.get(service, "/health/ready").body["checks"]
        except httpx.TransportError:
            return {}
        return checks


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
            hired = client.put_worker("str-worker-8", job_title="Peer worker")
            assert client.put_worker("str-worker-8", if_match=hired.etag).status == 200
            assert client.get("audit", "/v1/audit/events?limit=1", "auditor-1").status == 200
            complete(client)
            archive.flush()
            yield Drill(
                stack, client, archive.restore(backup, moment), person, newcomer, erased,
                client.seen(signed, "nurse-1").body, client.seen(lost, "str-worker-1").body,
                concern.body, of_referrals(client, newcomer), data / "report.jsonl",
            )  # fmt: skip


def of_referrals(client: Client, newcomer: str) -> dict[str, Json]:
    paths = (f"/v1/service-users/{newcomer}", "/v1/caseloads/str-worker-1")
    return {path: client.get("referrals", path, "manager-1").body for path in paths}


def complete(client: Client) -> None:
    def is_complete() -> bool:
        answer = client.get("audit", "/v1/audit/completeness", "auditor-1")
        return answer.status == 200 and bool(answer.body["complete"])

    wait_until(is_complete, 60, "the record is complete")


async def _destroy(stack: Stack, subject: str) -> None:
    await destroyed(Database(stack.postgres.run_time_dsn("referrals")), "referrals", subject)


def test_notes_takes_back_what_it_lost(drill: Drill) -> None:
    client, stack = drill.client, drill.stack
    assert "takes them back from the stream" in drill.fit("notes")
    drill.move("notes")
    stack.release("notes")
    wait_until(lambda: drill.ready("notes").get("relay") == "store_behind_stream", 60, "it says so")
    assert client.get("notes", "/health/ready").status == 503
    behind = client.seen(drill.signed, "nurse-1")
    assert behind.body["status"] == "awaiting_countersignature", "the store is as it was then"
    assert client.seen(drill.lost, "str-worker-1").status == 404
    refused = drill.countersign("notes", "recover", "notes")
    assert (refused.exit_code, "stop the service first" in refused.output) == (1, True)
    stack.hold("notes")

    said = drill.recover("notes", "--operator", "operator-1", "--report", str(drill.report))
    assert "0 are lost" in said
    wait_until(lambda: stack.is_ready("notes"), 60, "notes is ready again")
    assert client.seen(drill.signed, "nurse-1").body == drill.signed
    assert client.seen(drill.lost, "str-worker-1").body == drill.lost
    concerns = client.every("notes", "/v1/concerns?team_id=north-cmht", "coordinator-1")
    assert drill.concern["id"] in [each["id"] for each in concerns]
    assert drill.signed["id"] not in client.worklist()
    assert client.note(drill.person).status == 201
    complete(client)

    report = drill.report.read_text()
    events = [json.loads(line) for line in report.splitlines()]
    assert {each["became"] for each in events} == {"taken_back"}
    signed = [each["id"] for each in events if "note-countersigned" in each["type"]]
    assert signed == [drill.signed["id"]]
    assert WORDS not in report
    [restored] = client.every("audit", "/v1/audit/events?type=store-restored", "auditor-1")
    assert restored["actor"]["staff_id"] == "operator-1"
    content = restored["content"]
    assert (content["taken_back"], content["lost"]) == (len(events), 0)
    assert content["repositioned"] >= 1, "looks while it was behind are published too"
    assert drill.differences("notes")[0] == []


def test_referrals_takes_back_keys_and_caseloads_and_destroys_again(drill: Drill) -> None:
    client = drill.client
    path = f"/v1/service-users/{drill.erased}"
    assert f"service-user:{drill.erased}" in drill.fit("referrals"), "its key was destroyed since"
    drill.move("referrals")
    said = drill.recover("referrals")
    assert "0 are lost" in said
    assert "1 that had been destroyed since" in said
    wait_until(lambda: drill.stack.is_ready("referrals"), 60, "referrals is ready again")
    assert of_referrals(client, drill.newcomer) == drill.before
    assert client.get("referrals", path, "manager-1").body["content_state"] == "destroyed"
    assert client.note(drill.newcomer).status == 201
    complete(client)


def test_what_is_given_up_is_named_and_others_keep_it(drill: Drill) -> None:
    """Without the stream, or where it was lost too: then people enter it again."""
    client = drill.client
    drill.move("supervision")
    said = drill.recover("supervision", "--without-stream")
    assert "worker-registered  worker/str-worker-8 version 1  by manager-1" in said
    assert "worker-updated  worker/str-worker-8 version 2  by manager-1" in said
    wait_until(lambda: drill.stack.is_ready("supervision"), 60, "supervision is ready again")
    assert client.get("supervision", "/v1/workers/str-worker-8", "manager-1").status == 404
    told = client.every("audit", "/v1/audit/events?type=worker-updated", "auditor-1")
    assert "str-worker-8" in [each["resource"]["id"] for each in told], "the ledger keeps it"
    complete(client)

    wrong, _ = drill.differences("supervision")
    assert [each["where"] for each in wrong] == ["supervision"], "it is not believed of itself"
    wrong, not_proved = drill.differences("supervision", "--restored", "supervision")
    assert wrong == []
    assert any("its store was set back" in each for each in not_proved)


def test_audit_publishes_nothing_that_its_witness_contradicts(drill: Drill) -> None:
    """Its own events come back; its ledger is made anew of the streams, which is another tree."""
    stack = drill.stack
    drill.move("audit")
    assert "0 are lost" in drill.recover("audit")
    wait_until(
        lambda: drill.ready("audit").get("witnesses", "").startswith("contradicts"),
        60,
        "the witness contradicts",
    )
    complete(drill.client)
    stack.hold("witness")
    for note in (stack.layout.data / "witness" / "latest").iterdir():
        note.rename(stack.layout.data / f"{note.name}.before-the-restore")
    stack.release("witness")
    wait_until(lambda: stack.is_ready("audit"), 60, "the witness cosigns again")
    assert drill.differences("audit")[0] == []
