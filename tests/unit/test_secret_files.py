"""`countersign secrets`: what a new installation begins with."""

import stat
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from countersign.cli import app
from countersign.secret_files import KEYS, KUSTOMIZATION, CannotWrite, write
from countersign.witness.settings import WitnessSettings
from services.audit.application import LedgerKeys
from shared.contracts.system import SERVICES
from shared.eventstore.wrapping import KeyRing


def read(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): path.read_text()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    new = tmp_path / "new"
    write(new)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (new, *new.rglob("*"))}
    assert modes == {True: 0o700, False: 0o600}


def test_those_there_are_stay(tmp_path: Path) -> None:
    write(tmp_path / "new")
    before = read(tmp_path)
    with pytest.raises(CannotWrite, match="not empty"):
        write(tmp_path / "new")
    done = CliRunner().invoke(app, ["secrets", str(tmp_path / "new")])
    assert done.exit_code == 1
    assert read(tmp_path) == before


def test_a_place_that_cant_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="file"):
        write(tmp_path / "file" / "new")


def test_no_two_are_alike(tmp_path: Path) -> None:
    write(tmp_path / "one")
    write(tmp_path / "other")
    one, other = read(tmp_path / "one"), read(tmp_path / "other")
    names = ("username", KUSTOMIZATION)
    assert [name for name in one if not name.endswith(names) and one[name] == other[name]] == []
    passwords = [value for name, value in one.items() if name.endswith("password")]
    assert len({*passwords}) == 3 * len(SERVICES)


def test_keys_can_be_read_by_what_reads_them(tmp_path: Path) -> None:
    write(tmp_path / "new")
    made = read(tmp_path / "new")
    rings = {made[f"{name}/{name}_key_encryption_keys"] for name in SERVICES}
    assert rings == {made[f"{KEYS}/key_encryption_keys"]}
    assert KeyRing.parse(rings.pop()).current == "kek-1"
    LedgerKeys.parse("audit.example/log", made["audit/audit_ledger_keys"])
    for name in SERVICES:
        password = made[f"{name}-db-run-time/password"]
        assert f" password={password} " in made[f"{name}/{name}_database_dsn"]
        assert made[f"nats-users/{name.upper()}_PASSWORD"] == made[f"{name}/{name}_nats_password"]


def test_the_kustomization_makes_a_secret_of_each_directory(tmp_path: Path) -> None:
    made = write(tmp_path / "new")
    given = yaml.safe_load((tmp_path / "new" / KUSTOMIZATION).read_text())
    listed = {each["name"]: each["files"] for each in given["secretGenerator"]}
    files = {secret.name: [f"{secret.name}/{name}" for name in secret.files] for secret in made}
    assert listed == {name: paths for name, paths in files.items() if name != KEYS}
    assert given["generatorOptions"] == {"disableNameSuffixHash": True}


def test_a_witness_has_its_key_and_nothing_of_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = CliRunner().invoke(app, ["secrets", "--witness", str(tmp_path / "new")])
    assert done.exit_code == 0
    made = read(tmp_path / "new")
    assert made.keys() == {KUSTOMIZATION, "witness/countersign_witness_key"}
    monkeypatch.setenv("COUNTERSIGN_SECRETS_DIR", str(tmp_path / "new" / "witness"))
    settings = WitnessSettings(
        name="witness.example/care", logs=f"audit.example/log {'A' * 43}=", directory=tmp_path
    )
    assert settings.signer.verifier.name == "witness.example/care"
