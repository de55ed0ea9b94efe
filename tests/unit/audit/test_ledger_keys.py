"""The keys that sign the ledger: read at start, under a name for each shard."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countersign.cli import app
from services.audit.application import LedgerKeys
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import opened
from tests.support.keys import ring_file

SEEDS = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
ORIGIN = "ledger.example/v1/audit/ledger"


def test_all_keys_sign_and_a_shard_is_in_their_names() -> None:
    keys = LedgerKeys.parse(ORIGIN, "\n".join([*SEEDS, ""]))
    signed = keys.note("2026", 7, bytes(32))
    assert signed == keys.note("2026", 7, bytes(32)), "the same tree has the same bytes"
    trusted = [each.verifier for each in keys.signers("2026")]
    assert [each.name for each in trusted] == [f"{ORIGIN}/2026"] * 2
    for one in trusted:
        assert opened(signed, [one])[1] == [one]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("", "no key"),
        ("\n \n", "no key"),
        (f"{SEEDS[0]}\n{SEEDS[0]}", "twice"),
        (f"{SEEDS[0]}\nno-base64-at-all", "line 2"),
        (f"{SEEDS[0][:-4]}", "line 1: not base64 of 32 bytes"),
    ],
)
def test_keys_that_cannot_be_read_are_refused_without_what_is_in_them(lines: str, why: str) -> None:
    with pytest.raises(MalformedSetting, match=why) as refused:
        LedgerKeys.parse(ORIGIN, lines)
    assert refused.value.setting == "ledger_keys"
    assert not any(line and line in str(refused.value) for line in lines.split())


def test_a_service_with_such_keys_says_so_and_ends() -> None:
    environment = {
        **os.environ,
        "AUDIT_DATABASE_DSN": "",
        "AUDIT_IDEMPOTENCY_SECRET": "x",
        "AUDIT_KEY_ENCRYPTION_KEYS": ring_file("kek-1"),
        "AUDIT_LEDGER_KEYS": "no-base64-at-all",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "countersign", "serve", "audit", "--port", "1"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == "AUDIT_LEDGER_KEYS: line 1: not base64\n"


def test_a_new_key_is_made_and_its_public_half_told(tmp_path: Path) -> None:
    of = ["--origin", ORIGIN, "--year", "2026"]
    made = CliRunner().invoke(app, ["ledger-key", *of])
    assert made.exit_code == 0
    seed, vkey = made.stdout.strip(), made.stderr.strip()
    keys = LedgerKeys.parse(ORIGIN, seed)
    assert [each.verifier.vkey for each in keys.signers("2026")] == [vkey]
    assert CliRunner().invoke(app, ["ledger-key"]).stdout != made.stdout
    kept = tmp_path / "keys"
    kept.write_text("\n".join([seed, *SEEDS]))
    told = CliRunner().invoke(app, ["ledger-key", *of, "--keys", str(kept)])
    assert told.stdout.split()[0] == vkey
    assert len(told.stdout.split()) == 3
    assert told.stderr == ""
    wrong = CliRunner().invoke(app, ["ledger-key", "--origin", "a b", "--year", "2026"])
    assert wrong.exit_code != 0
