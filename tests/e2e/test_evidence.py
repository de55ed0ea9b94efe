"""What auditors and operators have in hand against a running stack: the commands, with real
exports, the ledger over HTTP, its witness and its databases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from countersign.against import main as verify
from tests.support.client import Client
from tests.support.wait import until

pytestmark = pytest.mark.anyio


def countersign(client: Client, *arguments: str) -> tuple[int, str]:
    environment = {
        **os.environ,
        "COUNTERSIGN_DATA_DIR": str(client.layout.data),
        "COUNTERSIGN_PORT_BASE": str(client.layout.port_base),
    }
    done = subprocess.run(
        [sys.executable, "-m", "countersign", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


async def exported(client: Client, folder: Path, **asked: object) -> Path:
    asked = {"purpose": "audit", **asked}
    requested = client.post("audit", "/v1/audit/exports", "ig-lead-1", asked)
    assert requested.status == 201, requested.body
    path = requested.headers["location"]

    def ready() -> bool:
        state = client.get("audit", path, "ig-lead-1").body["state"]
        assert state in ("queued", "running", "ready"), state
        return bool(state == "ready")

    await until(ready)
    token = {"Authorization": f"Bearer {client.token('ig-lead-1')}"}
    answer = client.http.get(f"{client.layout.url('audit')}{path}/content", headers=token)
    assert answer.status_code == 200, answer.text
    found = folder / f"{asked['kind']}.zip"
    found.write_bytes(answer.content)
    return found


async def test_an_auditor_and_an_operator_check_it_all(
    client: Client, person: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = client.note(person)
    assert note.status == 201, note.body
    assert client.get("notes", f"/v1/notes/{note.body['id']}", "nurse-1").status == 200
    ledger = client.get("audit", "/v1/audit/ledger").body
    token = tmp_path / "token"
    token.write_text(client.token("auditor-1"))
    keys = ["--key", ledger["keys"][-1], "--witness", *ledger["witnesses"], "--json"]
    against = [
        "--against", client.layout.url("audit"), "--token-file", str(token),
        "--witness-url", client.layout.url("witness"), "--state", str(tmp_path / "state"),
    ]  # fmt: skip

    for asked in (
        {"kind": "person", "service_user_id": person},
        {"kind": "note", "note_id": note.body["id"]},
    ):
        export = await exported(client, tmp_path, **asked)
        code = verify([str(export), *keys])
        assert code == 0, capsys.readouterr().out
    for _ in range(2):
        code = verify([str(export), *against, *keys])
        assert code == 0, capsys.readouterr().out

    code, said = countersign(client, "reconcile", "--json")
    assert code == 0, said
    assert len(json.loads(said)["proved"]) == 7, "four services, entries, trees, engagements"
