"""A witness says at its start what is wrong with its settings, and never shows its key."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from countersign.witness.logs import Logs
from countersign.witness.settings import settings
from shared.platform.signed_note import COSIGNATURE, Signer
from tests.support.tlog import ORIGIN, MemoryLog

KEY = base64.b64encode(b"secret" * 5 + b"!!").decode()
VKEY = Signer.parse(f"{ORIGIN}/2026", KEY).verifier.vkey
COSIGNER = Signer.parse(ORIGIN, KEY, COSIGNATURE).verifier.vkey
GOOD = {
    "COUNTERSIGN_WITNESS_NAME": "witness.example/care",
    "COUNTERSIGN_WITNESS_KEY": KEY,
    "COUNTERSIGN_WITNESS_LOGS": f"{ORIGIN} {MemoryLog(['x']).public_key}",
    "COUNTERSIGN_WITNESS_DIRECTORY": "/nowhere",
}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NAME", None, "COUNTERSIGN_WITNESS_NAME: Field required"),
        ("NAME", "two words", "COUNTERSIGN_WITNESS_NAME: a key's name"),
        ("KEY", KEY[:-8], "COUNTERSIGN_WITNESS_KEY: not base64"),
        ("KEY", KEY * 2, "COUNTERSIGN_WITNESS_KEY: not base64"),
        ("LOGS", "", "COUNTERSIGN_WITNESS_LOGS: no log"),
        ("LOGS", f"\n{ORIGIN} x", "COUNTERSIGN_WITNESS_LOGS: line 2: not base64"),
        ("LOGS", ORIGIN, "COUNTERSIGN_WITNESS_LOGS: line 1: not base64"),
        ("LOGS", f"{ORIGIN}/ {MemoryLog(['x']).public_key}", "COUNTERSIGN_WITNESS_LOGS: line 1"),
        ("LOGS", f"{'x/' * 99}x {MemoryLog(['x']).public_key}", "COUNTERSIGN_WITNESS_LOGS: line 1"),
        ("LOGS", f"{ORIGIN} {COSIGNER}", "COUNTERSIGN_WITNESS_LOGS: line 1: the key is not of a"),
        ("LOGS", f"{ORIGIN} {VKEY[:-4]}", "COUNTERSIGN_WITNESS_LOGS: line 1: not base64"),
        ("DIRECTORY", None, "COUNTERSIGN_WITNESS_DIRECTORY: Field required"),
    ],
)
def test_what_is_malformed_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, said: str
) -> None:
    monkeypatch.delenv("COUNTERSIGN_SECRETS_DIR", raising=False)
    for each, good in GOOD.items():
        monkeypatch.setenv(each, good)
    setting = f"COUNTERSIGN_WITNESS_{name}"
    monkeypatch.delenv(setting) if value is None else monkeypatch.setenv(setting, value)
    with pytest.raises(SystemExit) as ended:
        settings()
    assert str(ended.value).startswith(said)
    assert KEY[:12] not in str(ended.value)


def test_the_key_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for each, good in GOOD.items():
        monkeypatch.setenv(each, good)
    monkeypatch.delenv("COUNTERSIGN_WITNESS_KEY")
    (tmp_path / "countersign_witness_key").write_text(f"{KEY}\n")
    monkeypatch.setenv("COUNTERSIGN_SECRETS_DIR", str(tmp_path))
    assert settings().signer.verifier.vkey.startswith("witness.example/care+")


def test_a_key_may_be_written_as_the_log_gives_it() -> None:
    [as_vkey] = Logs.parse(f"{ORIGIN} {VKEY}").trusted(f"{ORIGIN}/2031")
    log = MemoryLog(["x"], f"{ORIGIN}/2031", KEY)
    assert [as_vkey] == Logs.parse(f"{ORIGIN} {log.public_key}").trusted(f"{ORIGIN}/2031")
    assert as_vkey == log.signer.verifier


@pytest.mark.parametrize(
    "command", [("countersign.witness", "127.0.0.1", "0"), ("countersign", "witness")]
)
def test_the_process_ends_at_once_and_says_why(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    environment = {**os.environ, **GOOD, "COUNTERSIGN_WITNESS_DIRECTORY": str(tmp_path / "file")}
    environment.pop("COUNTERSIGN_SECRETS_DIR", None)
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"{tmp_path / 'file'}: File exists"
