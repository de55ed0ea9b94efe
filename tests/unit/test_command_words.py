"""Commands that can't do what they are asked say so in words, and end with 2."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from countersign.cli import app

SECRET = "hush-hush-hush"
AWAY = f"host=/nowhere dbname=x user=y password={SECRET}"
MALFORMED = f"host='never-closed password={SECRET}"
KEK = "kek-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
FIT = {
    "NOTES_DATABASE_DSN": AWAY,
    "NOTES_IDEMPOTENCY_SECRET": SECRET,
    "NOTES_KEY_ENCRYPTION_KEYS": KEK,
    "NOTES_NATS_URL": "nats://127.0.0.1:1",
    "AUDIT_DATABASE_DSN": AWAY,
}
OPERATOR = {"COUNTERSIGN_OPERATOR_NATS_URL": "nats://127.0.0.1:1"}
COPY = {"COUNTERSIGN_COPY_DSN": AWAY.replace("/nowhere", "/elsewhere")}
OWNER = {"COUNTERSIGN_OWNER_DSN": AWAY}
NO_STACK = "no local stack was ever started"
UNREACHED = "The database can't be reached"


def end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], command: str
) -> tuple[int, str]:
    for name, value in {**given, "COUNTERSIGN_DATA_DIR": str(tmp_path / "none")}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, command.split())
    assert "Traceback" not in result.output
    assert SECRET not in result.output
    assert not (tmp_path / "none").exists()
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "command",
    [
        "replay notes", "rotate-key notes", "recover notes", "rebuild audit", "migrate notes",
        "reconcile", "doctor", "provision", "republish notes",
    ],
)  # fmt: skip
def test_where_nothing_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    code, said = end(tmp_path, monkeypatch, {}, command)
    assert (code, NO_STACK in said) == (2, True), said


@pytest.mark.parametrize(
    ("given", "command", "words"),
    [
        (FIT, "replay notes", UNREACHED),
        (FIT, "rotate-key notes", UNREACHED),
        (FIT, "rebuild audit", "give the connection string of countersign_audit_owner"),
        (FIT, "migrate notes", "give the connection string of countersign_notes_owner"),
        (FIT | OWNER, "rebuild audit", UNREACHED),
        (FIT | OWNER, "migrate notes", UNREACHED),
        (FIT, "backup-check notes", f"CAN'T BE READ: {UNREACHED}"),
        (FIT | COPY, "backup-check notes", 'socket "/elsewhere'),
        (COPY, "backup-check notes", 'socket "/elsewhere'),
        (FIT, "backup-check notes --dsn host=/elsewhere", 'socket "/elsewhere'),
        (FIT, "recover notes", "can't be reached"),
        (FIT | OPERATOR, "republish notes", "can't be reached"),
        (FIT, "republish notes", "COUNTERSIGN_OPERATOR_NATS_URL"),
        (FIT | {"NOTES_DATABASE_DSN": MALFORMED}, "rotate-key notes", "it is no libpq string"),
        (FIT | {"NOTES_KEY_ENCRYPTION_KEYS": SECRET}, "rotate-key notes", "key ring, line 1"),
        (FIT | {"NOTES_POOL_SIZE": "many"}, "replay notes", "NOTES_POOL_SIZE: input should be"),
        (FIT | {"NOTES_ROLE_MAPPING": "{"}, "replay notes", "NOTES_ROLE_MAPPING: it is not JSON"),
        ({"NOTES_DATABASE_DSN": AWAY}, "replay notes", "NOTES_IDEMPOTENCY_SECRET is not set"),
        ({"NOTES_DATABASE_DSN": AWAY}, "serve notes", "NOTES_IDEMPOTENCY_SECRET is not set"),
        ({"COUNTERSIGN_SECRETS_DIR": "/nowhere"}, "reconcile notes", "/nowhere is not a directory"),
        ({"COUNTERSIGN_SECRETS_DIR": "/nowhere"}, "doctor", "There are no service's settings here"),
        ({}, "replay nothing", "'nothing' is not one of 'notes'"),
        ({}, "rebuild notes", "'notes' is not one of 'audit'"),
        ({}, "provisoin", "No such command 'provisoin'"),
    ],
)
@pytest.mark.filterwarnings("ignore:directory")
def test_what_it_can_not_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
    command: str,
    words: str,
) -> None:
    code, said = end(tmp_path, monkeypatch, given, command)
    assert (code, words in " ".join(said.split())) == (2, True), said


@pytest.mark.filterwarnings("ignore:directory")
def test_settings_that_lack_are_named_by_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"COUNTERSIGN_SECRETS_DIR": str(tmp_path)}
    code, said = end(tmp_path, monkeypatch, given, "doctor notes")
    assert (code, "NOTES_DATABASE_DSN is not set" in said) == (1, True)


def test_help_says_what_commands_are_for() -> None:
    said = CliRunner().invoke(app, ["--help"]).output
    places = [said.index(f" {group} ─") for group in ("Run", "Set up", "Operate", "Prove")]
    assert places == sorted(places)
    assert " Local stack ─" in said
    assert " Commands ─" not in said, "each is in a group"
