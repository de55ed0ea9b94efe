"""The doctor on a whole stack: as it is, and told something else of it; and in a service's pod."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countersign.cli import app
from countersign.doctor.at_hand import at_hand
from countersign.doctor.command import examined
from countersign.doctor.finding import Finding
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES
from tests.support.client import Client
from tests.support.doctoring import only, said, witness_line

OTHER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def here(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The stack as commands find it."""
    monkeypatch.setenv("COUNTERSIGN_DATA_DIR", str(client.layout.data))
    monkeypatch.setenv("COUNTERSIGN_PORT_BASE", str(client.layout.port_base))
    return client


def secrets_below(directory: Path) -> Iterator[str]:
    """Every secret of a stack, and each part of one that is secret by itself."""
    for path in directory.rglob("*"):
        if path.is_file():
            words = re.split(r"[\s=]+", path.read_text())
            yield from (word for word in words if len(word) > 20)


def test_a_stack_that_runs_has_nothing_wrong_and_no_secret_is_said(here: Client) -> None:
    before = {path: path.stat().st_mtime_ns for path in here.layout.data.glob("secrets/*/*")}
    command = [sys.executable, "-m", "countersign", "doctor"]
    looked = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    for service in SERVICES:
        assert f"\n{service}\n" in looked.stdout
    assert "  wrong  " not in looked.stdout
    assert "the last backup" in looked.stdout
    production = CliRunner().invoke(app, ["doctor", "--production", "--json"])
    assert production.exit_code == 1, production.output
    demanded = {each["what"] for each in json.loads(production.output)["findings"]}
    assert {"ODS_CODE is LOCAL", "WAL isn't archived"} <= demanded
    secrets = {*secrets_below(here.layout.data / "secrets")}
    assert len(secrets) > 20
    for output in (looked.stdout, looked.stderr, production.output):
        assert not [secret for secret in secrets if secret in output]
    after = {path: path.stat().st_mtime_ns for path in here.layout.data.glob("secrets/*/*")}
    assert before == after


def test_in_a_pod_there_is_one_service(client: Client) -> None:
    """Only its own settings, and its own secrets as files; it needs no argument there."""
    environment = dict(Stack(client.layout).environment("notes"))
    looked = CliRunner().invoke(app, ["doctor"], env=environment)
    assert looked.exit_code == 0, looked.output
    assert "\nnotes\n" in looked.output
    assert "\naudit\n" not in looked.output


def test_events_are_published_once_more(here: Client, person: str) -> None:
    published = CliRunner().invoke(app, ["republish", "referrals"])
    assert published.exit_code == 0, published.output
    assert "events published into CARE_REFERRALS_REPLAY" in published.output
    refused = CliRunner().invoke(app, ["republish", "referrals", "--after", "1"])
    assert (refused.exit_code, "begun after position 0" in refused.output) == (1, True)
    for words in ("The replay stream is gone", "There is no replay stream"):
        removed = CliRunner().invoke(app, ["republish", "referrals", "--remove"])
        assert (removed.exit_code, words in removed.output) == (0, True)


def spoilt(
    client: Client, monkeypatch: pytest.MonkeyPatch, service: str, **changes: str
) -> list[Finding]:
    given = Stack(client.layout).environment(service)
    for name, value in {**given, **changes}.items():
        monkeypatch.setenv(name, value)
    found = [each.finding for each in examined([at_hand(service)])]
    return [each for each in found if not each.production]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"NOTES_ISSUER": "http://127.0.0.1:1"}, "the issuer's keys can't be had"),
        ({"NOTES_NATS_URL": "nats://127.0.0.1:1"}, "the broker can't be reached from here"),
        ({"NOTES_NATS_PASSWORD": "wrong-but-long-enough-1"}, "the broker can't be reached"),
        ({"NOTES_DATABASE_DSN": "host=/nowhere dbname=n"}, "the database can't be reached"),
        (
            {"NOTES_KEY_ENCRYPTION_KEYS": f"local-1 {OTHER_KEY}"},
            "which the ring lacks or has otherwise",
        ),
        ({"NOTES_KEY_ENCRYPTION_KEYS": "local-1"}, "NOTES_KEY_ENCRYPTION_KEYS: key ring, line 1"),
    ],
)
def test_settings_of_notes_that_lead_nowhere(
    client: Client,
    person: str,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    words: str,
) -> None:
    only(spoilt(client, monkeypatch, "notes", **changes), words)


def test_settings_of_the_ledger_that_lead_nowhere(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = Stack(client.layout).environment("audit")["AUDIT_WITNESSES"]
    vkey = witness.split()[0]
    for changes, words in (
        ({"AUDIT_WITNESSES": f"{vkey} http://127.0.0.1:1"}, "can't be asked"),
        (
            {"AUDIT_WITNESSES": witness_line(OTHER_KEY, witness.split()[1])},
            "what answers as the witness witness.example/care has another key",
        ),
        ({"AUDIT_LEDGER_KEYS": OTHER_KEY}, "the newest checkpoint isn't signed by the key"),
        ({"AUDIT_LEDGER_KEYS": "no-key-of-the-ledger-at-all"}, "AUDIT_LEDGER_KEYS: line 1"),
    ):
        with monkeypatch.context() as patch:
            only(spoilt(client, patch, "audit", **changes), words)
    with monkeypatch.context() as patch:
        found = spoilt(client, patch, "audit", AUDIT_LEDGER_ORIGIN="elsewhere.example/ledger")
        assert any("isn't signed by the key" in each for each in said(found))
