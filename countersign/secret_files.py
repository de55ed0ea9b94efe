"""The secrets of a new installation, as files: a directory for each Kubernetes Secret."""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.system import SERVICES

RANDOM_BYTES = 32
NATS_USERS = (*SERVICES, "operator", "system")
OWN_KEYS = {"referrals": "lookup_secret", "audit": "ledger_keys"}
DATABASE_CA = "/etc/countersign/database-ca/ca.crt"
BASIC_AUTH = "kubernetes.io/basic-auth"
KUSTOMIZATION = "kustomization.yaml"
KEYS = "keys"
"""No Secret, but the entry of a vault from which those of all four services are made."""


class CannotWrite(Exception):
    """Why nothing was written, for people."""


@dataclass(frozen=True, slots=True)
class Secret:
    name: str
    files: dict[str, str]
    type: str = "Opaque"


def write(directory: Path, *, witness: bool = False) -> list[Secret]:
    """Write new secrets and a kustomization of them, of modes 0600 and 0700, and return them.

    Raises `CannotWrite` when the directory is not empty: secrets in use are not to be lost.
    """
    made = [_of_the_witness()] if witness else list(_of_the_installation())
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(directory.iterdir()):
            raise CannotWrite(f"{directory} is not empty; nothing was written")
        directory.chmod(0o700)
        for secret in made:
            (directory / secret.name).mkdir(mode=0o700)
            for name, value in secret.files.items():
                _write(directory / secret.name / name, value)
        _write(directory / KUSTOMIZATION, _kustomization(made, witness))
    except OSError as error:
        raise CannotWrite(f"{error.filename}: {error.strerror}") from None
    return made


def _of_the_installation() -> Iterator[Secret]:
    ring = f"kek-1 {_seed()}"
    yield Secret(KEYS, {"key_encryption_keys": ring})
    broker = {user: _password() for user in NATS_USERS}
    yield Secret(
        "nats-users", {f"{user.upper()}_PASSWORD": value for user, value in broker.items()}
    )
    for name in SERVICES:
        run_time, owner = _password(), _password()
        files = {
            "database_dsn": dsn(name, f"countersign_{name}", run_time),
            "nats_password": broker[name],
            "idempotency_secret": _password(),
            "key_encryption_keys": ring,
        }
        if name in OWN_KEYS:
            files[OWN_KEYS[name]] = _seed()
        yield Secret(name, {f"{name}_{key}": value for key, value in files.items()})
        role = f"countersign_{name}_owner"
        yield Secret(f"{name}-owner", {"COUNTERSIGN_OWNER_DSN": dsn(name, role, owner)})
        yield Secret(f"{name}-db-owner", {"username": role, "password": owner}, BASIC_AUTH)
        role = f"countersign_{name}"
        yield Secret(f"{name}-db-run-time", {"username": role, "password": run_time}, BASIC_AUTH)


def _of_the_witness() -> Secret:
    return Secret("witness", {"countersign_witness_key": _seed()})


def dsn(service: str, role: str, password: str) -> str:
    """How a database of ours is reached on Kubernetes."""
    return (
        f"host={service}-db-rw dbname=countersign_{service} user={role} password={password}"
        f" sslmode=verify-full sslrootcert={DATABASE_CA}"
    )


def _password() -> str:
    """Of letters, digits, `-` and `_` alone, so that it needs no quoting anywhere."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def _seed() -> str:
    return b64encode(os.urandom(RANDOM_BYTES)).decode()


def _write(path: Path, value: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)


def _kustomization(made: list[Secret], witness: bool) -> str:
    """Secrets of the names that others refer to, the databases' operator among them: no hash."""
    lines = [
        "apiVersion: kustomize.config.k8s.io/v1beta1",
        "kind: Kustomization",
        f"namespace: {'countersign-witness' if witness else 'countersign'}",
        "generatorOptions:",
        "  disableNameSuffixHash: true",
        "secretGenerator:",
    ]
    for secret in made:
        if secret.name != KEYS:
            lines += [f"  - name: {secret.name}", f"    type: {secret.type}", "    files:"]
            lines += [f"      - {secret.name}/{name}" for name in secret.files]
    return "\n".join([*lines, ""])
