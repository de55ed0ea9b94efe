"""Rotation and destruction on a running stack: nothing else is lost, and nothing comes back."""

import asyncio
import base64
import os
import secrets
import subprocess
import sys

import pytest

from deploy.local.processes import wait_until
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES
from shared.eventstore.database import Database
from tests.support.client import Client, Json
from tests.support.keeping import destroyed

Faulty = tuple[Stack, Client]


def _restart(stack: Stack) -> None:
    stack.hold(*SERVICES)
    for name in SERVICES:
        stack.release(name)
    for name in SERVICES:
        wait_until(lambda each=name: stack.is_ready(each), 60, name)  # type: ignore[misc]


def _give_ring(stack: Stack, *lines: str) -> None:
    for name in SERVICES:
        path = stack.layout.secrets_of(name) / f"{name}_key_encryption_keys"
        path.write_text("\n".join(lines))
    _restart(stack)


def _rotate(stack: Stack, name: str) -> str:
    environment = {
        **os.environ,
        "COUNTERSIGN_DATA_DIR": str(stack.layout.data),
        "COUNTERSIGN_PORT_BASE": str(stack.layout.port_base),
    }
    command = [sys.executable, "-m", "countersign", "rotate-key", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def _events(client: Client, path: str) -> list[Json]:
    return client.every("audit", f"/v1/audit/events?{path}", "auditor-1")


def test_after_a_rotation_the_old_key_encryption_key_can_go(faulty: Faulty) -> None:
    stack, client = faulty
    person = client.service_user()
    made = client.note(person).body
    old = stack.layout.key_ring()
    new = f"local-2 {base64.b64encode(secrets.token_bytes(32)).decode()}"
    _give_ring(stack, new, old)
    for name in ("referrals", "supervision", "notes", "audit"):
        assert "all are under local-2" in _rotate(stack, name)
    assert _rotate(stack, "referrals").startswith("0 keys")
    _give_ring(stack, new)

    read = client.get("notes", f"/v1/notes/{made['id']}", "str-worker-1")
    assert (read.status, read.body["narrative"]) == (200, made["narrative"])
    assert client.note(person).status == 201
    wait_until(
        lambda: "referrals" in {each["service"] for each in _events(client, "type=key-rotated")},
        30,
        "the rotation is on record",
    )


def test_a_destroyed_person_reads_destroyed_in_every_service(faulty: Faulty) -> None:
    stack, client = faulty
    person = client.service_user()
    referral, made = client.referral(person), client.note(person).body

    def recorded() -> list[Json]:
        found = [e for e in _events(client, f"service_user_id={person}") if e["content"]]
        return [e for e in found if e["type"] in ("note-recorded", "referral-received")]

    wait_until(lambda: len(recorded()) == 2, 30, "both are in the ledger")
    before = recorded()
    assert {each["content_state"] for each in before} == {"shown"}
    before_note = client.get("notes", f"/v1/notes/{made['id']}", "str-worker-1").body
    assert before_note["content_state"] == "shown"

    asyncio.run(_destroy(stack, f"service-user:{person}"))

    reads = {
        "notes": f"/v1/notes/{made['id']}",
        "referrals": f"/v1/service-users/{person}",
    }
    for name, path in reads.items():
        wait_until(
            lambda s=name, p=path: (  # type: ignore[misc]
                client.get(s, p, "str-worker-1").body["content_state"] == "destroyed"
            ),
            60,
            f"{name} shows it destroyed",
        )
    _restart(stack)
    note = client.get("notes", reads["notes"], "str-worker-1").body
    assert note["narrative"] is None
    assert note["digest"] == made["digest"]
    assert client.get("referrals", reads["referrals"], "manager-1").body["name"] is None
    shown = client.get("referrals", f"/v1/referrals/{referral.body['id']}", "manager-1").body
    assert (shown["reason"], shown["content_state"]) == (None, "destroyed")
    after = recorded()
    assert {each["content_state"] for each in after} == {"destroyed"}
    assert [each["digest"] for each in after] == [each["digest"] for each in before]
    [listed] = client.get("notes", f"/v1/notes?service_user_id={person}", "auditor-1").body["items"]
    assert listed["content_state"] == "destroyed"
    refused = client.note(person)
    assert (refused.status, refused.code) == (409, "content_destroyed")
    assert client.get("audit", "/v1/audit/completeness", "auditor-1").body["complete"]


async def _destroy(stack: Stack, subject: str) -> None:
    database = Database(stack.postgres.run_time_dsn("referrals"))
    await destroyed(database, "referrals", subject)


@pytest.mark.parametrize("ring", ["", "not a ring"])
def test_a_service_does_not_start_with_a_ring_it_can_not_read(faulty: Faulty, ring: str) -> None:
    stack, _ = faulty
    environment = {
        **os.environ,
        **stack.environment("notes"),
        "NOTES_KEY_ENCRYPTION_KEYS": ring,
    }
    command = [sys.executable, "-m", "countersign", "serve", "notes", "--port", "1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("NOTES_KEY_ENCRYPTION_KEYS: key ring")
    assert "Traceback" not in done.stderr
