"""A person's record, exported and verified offline; and what is refused on the way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.client import Client, moment
from tests.support.exporting import unpacked
from tests.support.exports import EXPORTS, exported, fetched, requested

BY = "ig-lead-1"


@pytest.fixture(scope="module")
def made(client: Client) -> tuple[str, str]:
    """A person with a note, and an export of them."""
    person = client.service_user()
    assert client.note(person, narrative="Read the rent letter together.").status == 201
    shown = exported(client, BY, service_user_id=person, purpose="subject_access")
    return person, shown.body["id"]


def verified(client: Client, content: bytes, folder: Path) -> dict[str, object]:
    keys = client.get("audit", "/v1/audit/ledger").body
    (folder / "keys").write_text("\n".join(keys["keys"]))
    (folder / "export.zip").write_bytes(content)
    witnesses = [part for each in keys["witnesses"] for part in ("--witness", each)]
    command = [sys.executable, "-m", "countersign", "verify", "export.zip", "--keys", "keys"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [*command, *witnesses, "--json"], cwd=folder, env={"PYTHONPATH": str(root)},
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    said: dict[str, object] = json.loads(done.stdout)
    return said


def test_an_export_is_fetched_and_proved_offline(
    client: Client, made: tuple[str, str], tmp_path: Path
) -> None:
    person, export = made
    answer = fetched(client, BY, export)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="countersign-export-{export}.zip"'
    )
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["cache-control"] == "no-store"
    found = unpacked(answer.content)
    assert found.stated["people"][0]["id"] == person
    assert "Read the rent letter together." in found.files["report.html"].decode()
    assert found.files["report.pdf"].startswith(b"%PDF-")
    said = verified(client, answer.content, tmp_path)
    assert (said["exit_code"], said["wrong"]) == (0, []), said
    shown = client.get("audit", f"{EXPORTS}/{export}", BY).body
    assert shown["statement"]["entries"] == len(found.entries)
    assert shown["progress"]["done"] == shown["progress"]["total"]


def test_it_can_be_deleted_before_its_time(client: Client, made: tuple[str, str]) -> None:
    person, _ = made
    shown = exported(client, BY, service_user_id=person)
    path = f"{EXPORTS}/{shown.body['id']}"
    stale = client.post("audit", f"{path}/cancellations", BY, {}, if_match='"1"')
    assert stale.code == "version_changed"
    gone = client.post("audit", f"{path}/cancellations", BY, {}, if_match=shown.etag)
    assert (gone.status, gone.body["state"]) == (201, "cancelled")
    assert client.get("audit", f"{path}/content", BY).code == "export_expired"
    again = client.post("audit", f"{path}/cancellations", BY, {}, if_match=gone.etag)
    assert again.code == "export_over"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "person", "purpose": "audit"},
        {"kind": "note", "purpose": "audit", "service_user_id": "{person}"},
        {"kind": "person", "purpose": "audit", "service_user_id": "{person}", "from": "{now}"},
        {"kind": "period", "purpose": "audit", "from": "{now}"},
        {"kind": "period", "purpose": "audit", "from": "{now}", "to": "{now}"},
        {"kind": "person", "purpose": "curiosity", "service_user_id": "{person}"},
        {"kind": "person", "purpose": "audit", "service_user_id": "{person}", "more": 1},
    ],
)
def test_what_is_not_of_its_kind_is_malformed(
    client: Client, made: tuple[str, str], body: dict[str, str]
) -> None:
    said = json.loads(json.dumps(body).replace("{person}", made[0]).replace("{now}", moment()))
    answer = client.post("audit", EXPORTS, BY, said)
    assert (answer.status, answer.code) == (422, "malformed"), answer.body


def test_lists_are_of_ones_own_and_the_same_request_is_done_once(
    client: Client, made: tuple[str, str]
) -> None:
    person, export = made
    first = client.get("audit", f"{EXPORTS}?requested_by={BY}&state=ready&limit=1", BY).body
    assert first["items"]
    mine = client.every("audit", f"{EXPORTS}?limit=200", "auditor-1")
    assert export not in [each["id"] for each in mine]
    assert client.get("audit", f"{EXPORTS}/{export}", "auditor-1").code == "not_your_export"
    assert client.get("audit", f"{EXPORTS}?requested_by={BY}", "auditor-1").status == 403
    key = {"key": f"export of {person}"}
    body = {"kind": "person", "purpose": "audit", "service_user_id": person}
    answers = [client.post("audit", EXPORTS, BY, body, **key) for _ in range(2)]
    assert answers[0].body["id"] == answers[1].body["id"]
    assert answers[1].headers["idempotency-replayed"] == "true"


def test_an_auditor_has_it_by_their_engagement(client: Client, made: tuple[str, str]) -> None:
    person, _ = made
    asked = requested(client, "auditor-1", service_user_id=person)
    assert asked.body["engagement_id"]
    unknown = {"kind": "person", "purpose": "audit", "service_user_id": asked.body["id"]}
    assert client.post("audit", EXPORTS, "auditor-1", unknown).status == 404
