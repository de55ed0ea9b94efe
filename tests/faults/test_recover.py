"""A store set back behind its stream: the service says so, and `countersign recover` goes on."""

import json
import os
import subprocess
import sys
from typing import Any

import psycopg

from deploy.local.processes import wait_until
from deploy.local.stack import Stack
from tests.support.client import Client

Faulty = tuple[Stack, Client]
DATABASE = "dbname=countersign_notes"


def test_restore_to_an_earlier_time(faulty: Faulty) -> None:
    stack, client = faulty
    person = client.service_user()
    kept = client.note(person).body["id"]
    lost = client.note(person).body["id"]

    def complete() -> bool:
        answer = client.get("audit", "/v1/audit/completeness", "auditor-1")
        return answer.status == 200 and bool(answer.body["complete"])

    wait_until(complete, 30, "the record is complete")
    stack.hold("notes")
    superuser = stack.postgres.superuser_dsn().replace("dbname=postgres", DATABASE)
    with psycopg.connect(superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM events WHERE stream_id = %s", (lost,))
        connection.execute("DELETE FROM notes WHERE id = %s", (lost,))
    stack.release("notes")

    def stopped() -> bool:
        ready = client.get("notes", "/health/ready")
        return ready.status == 503 and ready.body["checks"]["relay"] == "store_behind_stream"

    wait_until(lambda: _answers(client) and stopped(), 60, "readiness says store_behind_stream")

    environment = {
        **os.environ,
        "COUNTERSIGN_DATA_DIR": str(stack.layout.data),
        "COUNTERSIGN_PORT_BASE": str(stack.layout.port_base),
    }
    command = [sys.executable, "-m", "countersign", "recover", "notes", "--operator", "operator-1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "Going on from base" in done.stdout
    wait_until(lambda: stack.is_ready("notes"), 60, "notes is ready again")
    after = client.note(person)
    assert after.status == 201
    wait_until(complete, 30, "the record is complete again")

    events = client.get("audit", "/v1/audit/events?service=notes&order=desc&limit=10", "auditor-1")
    newest = [(item["type"], item["resource"]["id"]) for item in events.body["items"]]
    assert newest[0] == ("note-recorded", after.body["id"])
    assert newest[1][0] == "store-restored"
    assert newest[2] == ("note-recorded", lost), "what the store lost, the ledger keeps"
    assert newest[3] == ("note-recorded", kept)
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "nothing to recover" in again.stdout

    said = _reconciled(environment)
    assert [each["where"] for each in said["wrong"] if each["where"][:5] == "notes"] == ["notes"]
    said = _reconciled(environment, "--restored", "notes")
    assert not [each for each in said["wrong"] if each["where"][:5] == "notes"], said["wrong"]
    assert any("its store was set back" in each for each in said["not_proved"])


def _answers(client: Client) -> bool:
    try:
        client.get("notes", "/health/live")
    except OSError:
        return False
    except Exception as error:
        return "Connect" not in type(error).__name__
    return True


def _reconciled(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "countersign", "reconcile", "--json", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
