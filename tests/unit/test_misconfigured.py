"""Settings that can't be used are said in words, which never show what is in them."""

from pathlib import Path

import pytest

from countersign.configuration import dsn_of, settings_of
from countersign.misconfigured import Misconfigured, complaints
from shared.contracts.system import SERVICES
from shared.eventstore.wrapping import MalformedKeyRing
from shared.platform.settings import MalformedSetting

GOOD = {"DATABASE_DSN": "x", "IDEMPOTENCY_SECRET": "x", "KEY_ENCRYPTION_KEYS": "x"}


@pytest.fixture(autouse=True)
def only_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTERSIGN_SECRETS_DIR", raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(f"NOTES_{name}", value)


def _said(service: str = "notes") -> list[str]:
    with pytest.raises(Misconfigured) as ended:
        settings_of(service)
    return str(ended.value).splitlines()


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_not_set_is_named(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in GOOD:
        monkeypatch.delenv(f"NOTES_{name}")
    monkeypatch.setenv("COUNTERSIGN_SECRETS_DIR", str(tmp_path))
    own = {"referrals": ["LOOKUP_SECRET"], "audit": ["LEDGER_KEYS"]}.get(service, [])
    wanted = [f"{service.upper()}_{name} is not set" for name in [*GOOD, *own]]
    *named, where, _ = _said(service)
    assert named == wanted
    assert "COUNTERSIGN_SECRETS_DIR" in where


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ODS_CODE", "sesame", "NOTES_ODS_CODE: string should match pattern"),
        ("POOL_SIZE", "sesame", "NOTES_POOL_SIZE: input should be a valid integer"),
        ("ROLE_MAPPING", '{"sesame', "NOTES_ROLE_MAPPING: it is not JSON"),
        ("ROLE_MAPPING", '{"R1": "sesame"}', "NOTES_ROLE_MAPPING[R1]: input should be"),
        ("ALGORITHMS", '["sesame"]', "NOTES_ALGORITHMS[0]: input should be"),
        ("TRUST_FLOOR", '{"sesame": 1}', "NOTES_TRUST_FLOOR["),
    ],
)
def test_what_is_malformed_is_named_without_what_is_in_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"NOTES_{name}", value)
    lines = _said()
    assert lines[0].startswith(said)
    assert not any("sesame" in line for line in lines if "[sesame]" not in line)


def test_what_the_services_themselves_refuse_is_named() -> None:
    malformed = MalformedSetting("ledger_keys", "line 2: not base64")
    assert complaints("audit", malformed) == ["AUDIT_LEDGER_KEYS: line 2: not base64"]
    ring = complaints("notes", MalformedKeyRing("no key"))
    assert ring == ["NOTES_KEY_ENCRYPTION_KEYS: no key"]


@pytest.mark.parametrize("read", [settings_of, dsn_of])
def test_a_directory_of_secrets_that_is_none(
    read: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NOTES_DATABASE_DSN")
    monkeypatch.setenv("COUNTERSIGN_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(Misconfigured, match=r"COUNTERSIGN_SECRETS_DIR: .* is not a directory"):
        read("notes")  # type: ignore[operator]


def test_a_database_whose_secret_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NOTES_DATABASE_DSN")
    monkeypatch.setenv("COUNTERSIGN_SECRETS_DIR", str(tmp_path))
    with pytest.raises(Misconfigured, match="NOTES_DATABASE_DSN is not set"):
        dsn_of("notes")
    (tmp_path / "notes_database_dsn").write_text("host=x\n")
    assert dsn_of("notes") == "host=x"
