"""Settings of services as a trust would have them, for a test to spoil one of."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from countersign.doctor.at_hand import AtHand, at_hand
from countersign.doctor.finding import Finding, Level
from shared.platform.signed_note import COSIGNATURE, Signer

ORIGIN = "audit.trust.example/v1/audit/ledger"


def random_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def witness_line(seed: str | None = None, url: str = "https://witness.example") -> str:
    signer = Signer.parse("witness.example/care", seed or random_key(), COSIGNATURE)
    return f"{signer.verifier.vkey} {url}"


class Trust:
    """A directory of secrets and an environment; all of it fit for production."""

    def __init__(self, directory: Path, *services: str) -> None:
        self.directory = directory
        self.services = services
        self.authority = directory / "ca.crt"
        self.authority.touch()
        ring = f"kek-1 {random_key()}"
        self.files: dict[str, str] = {}
        self.environment: dict[str, str] = {"COUNTERSIGN_SECRETS_DIR": str(directory)}
        for name in services:
            dsn = (
                f"host={name}-db-rw dbname=countersign_{name} user=countersign_{name}"
                f" password={random_key()} sslmode=verify-full sslrootcert={self.authority}"
            )
            self.files |= {
                f"{name}_database_dsn": dsn,
                f"{name}_nats_password": random_key(),
                f"{name}_idempotency_secret": random_key(),
                f"{name}_key_encryption_keys": ring,
            }
            self.environment |= {
                f"{name.upper()}_NATS_URL": "tls://nats:4222",
                f"{name.upper()}_NATS_CA": str(self.authority),
                f"{name.upper()}_NATS_USER": name,
                f"{name.upper()}_ISSUER": "https://login.trust.example",
                f"{name.upper()}_ODS_CODE": "RXX",
                f"{name.upper()}_OTLP_ENDPOINT": "http://collector:4318",
            }
        if "referrals" in services:
            self.files["referrals_lookup_secret"] = random_key()
        if "audit" in services:
            self.files["audit_ledger_keys"] = random_key()
            self.environment["AUDIT_LEDGER_ORIGIN"] = ORIGIN
            self.environment["AUDIT_WITNESSES"] = witness_line()

    @contextmanager
    def hands(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[AtHand]]:
        for name, value in self.files.items():
            path = self.directory / name
            path.write_text(value)
            path.chmod(0o600)
        with monkeypatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            yield [at_hand(name) for name in self.services]


def said(findings: list[Finding], *levels: Level) -> list[str]:
    """What is said at these levels; all but fine, if none are given."""
    wanted = levels or (Level.WRONG, Level.UNSEEN, Level.CAREFUL)
    return [each.what for each in findings if each.level in wanted]


def only(findings: list[Finding], words: str) -> Finding:
    """The one finding that isn't fine: it says these words, why, and what to do."""
    [found] = [each for each in findings if each.level is not Level.FINE]
    assert words in found.what
    assert found.why
    assert found.do
    return found
