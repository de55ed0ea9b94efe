"""Settings fit for production say nothing but that they are; each that is spoilt is named."""

import base64
import hashlib
from pathlib import Path

import pytest

from countersign.doctor.across import across
from countersign.doctor.finding import Finding, Level
from countersign.doctor.ledger_settings import ledger_settings
from countersign.doctor.secrets import secrets
from countersign.doctor.settings import settings
from shared.contracts.system import SERVICES
from tests.support.doctoring import Trust, only, said, witness_line

ANOTHER_KEY = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
GIVEN_TWICE = "the-same-words-for-two-purposes-1"


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path, *SERVICES)


def found(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    with trust.hands(monkeypatch) as hands:
        each = [one for hand in hands for one in (*settings(hand), *ledger_settings(hand))]
        return [*each, *secrets(hands), *across(hands)]


def test_what_is_fit_for_production(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = found(trust, monkeypatch)
    # Only what a trust may lack: an authority that stamps.
    assert said(findings) == ["no time stamp authority is set"]
    assert len(said(findings, Level.FINE)) > len(SERVICES)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("NOTES_ODS_CODE", "LOCAL", "ODS_CODE is LOCAL"),
        ("NOTES_ISSUER", "http://login.trust.example", "ISSUER begins with http://"),
        ("NOTES_ISSUER", "https://127.0.0.1:8100", "ISSUER is this machine itself"),
        ("NOTES_ISSUER", "login.trust.example", "ISSUER is no http address"),
        ("NOTES_JWKS_URI", "http://login.trust.example/keys", "JWKS_URI begins with http://"),
        ("NOTES_ALGORITHMS", "[]", "ALGORITHMS is empty"),
        ("NOTES_ALGORITHMS", '["HS256"]', "NOTES_ALGORITHMS[0]: input should be"),
        ("NOTES_ALGORITHMS", "RS256", "NOTES_ALGORITHMS: it is not JSON"),
        ("NOTES_NATS_URL", "nats://nats:4222", "doesn't begin with tls://"),
        ("NOTES_NATS_URL", "tls://notes:secret-of-notes@nats:4222", "has a name or a password"),
        ("NOTES_NATS_CA", "/nowhere/ca.crt", "/nowhere/ca.crt, which NATS_CA names"),
        ("NOTES_NATS_USER", "", "NATS_USER or NATS_PASSWORD isn't set"),
        ("NOTES_OTLP_ENDPOINT", "collector:4318", "OTLP_ENDPOINT is no http address"),
        ("NOTES_OTLP_ENPOINT", "http://collector:4318", "NOTES_OTLP_ENPOINT is no setting"),
        ("NOTES_RATE_LIMIT_PER_SECOND", "0", "RATE_LIMIT_PER_SECOND is 0"),
        ("NOTES_RATE_LIMIT_BURST", "10", "RATE_LIMIT_BURST is less"),
        ("NOTES_LOG_LEVEL", "debug", "LOG_LEVEL is DEBUG"),
        ("NOTES_POOL_SIZE", "1", "POOL_SIZE is less than 2"),
        ("NOTES_POOL_SIZE", "many", "NOTES_POOL_SIZE: input should be"),
        ("NOTES_ACCESS_GRACE_HOURS", "2", "ACCESS_GRACE_HOURS differs"),
        ("NOTES_CLAIMS", "cis2", "CLAIMS differs"),
        ("NOTES_AUDIENCE", "notes", "AUDIENCE differs"),
        ("NOTES_STRICT_TRANSPORT_SECURITY", "", "STRICT_TRANSPORT_SECURITY is empty"),
        ("NOTES_ROLE_MAPPING", '{"R1": ["nurse"]}', "roles that there are not: nurse"),
        ("NOTES_IDEMPOTENCY_SECRET", ANOTHER_KEY, "is given in the environment"),
        ("AUDIT_LEDGER_ORIGIN", "localhost/v1/audit/ledger", "AUDIT_LEDGER_ORIGIN is localhost"),
        ("AUDIT_WITNESSES", "", "names no witness"),
        ("AUDIT_WITNESSES", "nobody https://witness.example", "AUDIT_WITNESSES: line 1"),
        (
            "AUDIT_WITNESSES",
            witness_line(ANOTHER_KEY, "https://127.0.0.1:8106"),
            "is on this machine",
        ),
        (
            "AUDIT_WITNESSES",
            witness_line(ANOTHER_KEY, "http://witness.example"),
            "is asked over http",
        ),
        ("AUDIT_TIMESTAMP_AUTHORITIES", "https://tsa.example", "AUDIT_TIMESTAMP_ROOTS: no root"),
    ],
)
def test_a_setting_that_is_spoilt(
    trust: Trust, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    trust.environment[name] = value
    findings = [each for each in found(trust, monkeypatch) if "time stamp" not in each.what]
    # Where it also differs from the other services' this is said besides.
    besides = [each for each in findings if " differs" not in each.what or "differs" in words]
    only(besides, words)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("notes_idempotency_secret", "brief-one", "NOTES_IDEMPOTENCY_SECRET is short"),
        ("notes_idempotency_secret", "a" * 40, "NOTES_IDEMPOTENCY_SECRET is short or monotonous"),
        ("notes_nats_password", "change-me-before-use-please-1", "looks like a placeholder"),
        ("notes_key_encryption_keys", f"kek-1 {ANOTHER_KEY}", "the key-encryption key kek-1 is"),
        ("notes_database_dnsn", "host=nowhere", "notes_database_dnsn is no setting"),
        ("notes_database_dsn", "host='never closed", "DATABASE_DSN can't be read"),
        ("audit_ledger_keys", "not a key", "AUDIT_LEDGER_KEYS: line 1"),
    ],
)
def test_a_secret_that_is_spoilt(
    trust: Trust, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    trust.files[name] = value
    findings = [each for each in found(trust, monkeypatch) if "time stamp" not in each.what]
    assert any(words in each for each in said(findings)), said(findings)
    assert not any(value in f"{each.what}{each.why}{each.do}" for each in findings)


def test_a_connection_that_is_not_verified(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    dsn = trust.files["notes_database_dsn"]
    for mode, words in (("require", "sslmode=require"), ("", "sslmode=prefer")):
        given = f"sslmode={mode}" if mode else ""
        trust.files["notes_database_dsn"] = dsn.replace("sslmode=verify-full", given)
        assert any(words in each for each in said(found(trust, monkeypatch)))
    trust.files["notes_database_dsn"] = dsn.replace(str(trust.authority), "/nowhere/ca.crt")
    assert any("/nowhere/ca.crt" in each for each in said(found(trust, monkeypatch)))


def test_one_secret_for_two_purposes(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    trust.files["notes_nats_password"] = trust.files["audit_nats_password"] = GIVEN_TWICE
    words = "AUDIT_NATS_PASSWORD and NOTES_NATS_PASSWORD are the same"
    assert words in said(found(trust, monkeypatch))


def test_the_witness_has_a_key_of_its_own(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    trust.environment["AUDIT_WITNESSES"] = witness_line(trust.files["audit_ledger_keys"])
    assert "the witness witness.example/care has the ledger's own key" in said(
        found(trust, monkeypatch)
    )


def test_rings_that_do_not_agree(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    old = trust.files["notes_key_encryption_keys"]
    trust.files["notes_key_encryption_keys"] = f"kek-2 {ANOTHER_KEY}\n{old}"
    findings = said(found(trust, monkeypatch))
    assert "audit and referrals and supervision lack the key-encryption key kek-2" in findings
    assert any("rings don't begin with the same" in each for each in findings)


def test_a_setting_that_is_missing(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    del trust.files["notes_idempotency_secret"]
    assert "NOTES_IDEMPOTENCY_SECRET is not set" in said(found(trust, monkeypatch))


def test_a_secret_that_others_may_read(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    with trust.hands(monkeypatch) as hands:
        (trust.directory / "notes_nats_password").chmod(0o644)
        words = "everyone on this machine may read the file notes_nats_password"
        assert words in said([*settings(hands[0])])


def test_what_kubernetes_adds_is_no_typing_error(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust.environment |= {
        "NOTES_SERVICE_HOST": "10.0.0.1",
        "NOTES_PORT": "tcp://10.0.0.1:80",
        "NOTES_PORT_80_TCP_ADDR": "10.0.0.1",
        "NOTES_WORKER_SERVICE_PORT_HTTP": "80",
    }
    assert said(found(trust, monkeypatch)) == ["no time stamp authority is set"]
