"""Which services' settings are at hand, as their processes would read them, and what is secret."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from countersign.configuration import environment_of, is_configured, settings_of
from countersign.doctor.finding import Finding, wrong
from countersign.misconfigured import SECRETS_DIR, Misconfigured
from shared.contracts.system import SERVICES
from shared.platform.settings import ServiceSettings

SECRETS = (
    "database_dsn", "nats_password", "idempotency_secret", "key_encryption_keys", "lookup_secret",
    "ledger_keys",
)  # fmt: skip
SHORTEST = 8
"""What is shorter is left readable where it appears: hiding it would hide words."""


@dataclass(frozen=True)
class AtHand:
    """One service's settings, or why they can't be read."""

    name: str
    environment: Mapping[str, str]
    settings: ServiceSettings | None
    problems: tuple[Finding, ...] = ()

    @property
    def directory(self) -> Path | None:
        given = self.environment.get(SECRETS_DIR)
        return Path(given) if given else None

    def raw(self, setting: str) -> str | None:
        """A setting as it is given; the environment has precedence over a file."""
        key = f"{self.name}_{setting}"
        if key.upper() in self.environment:
            return self.environment[key.upper()]
        try:
            return (self.directory / key).read_text().strip() if self.directory else None
        except (OSError, UnicodeDecodeError):
            return None


def settings_class(name: str) -> type[ServiceSettings]:
    found: type[ServiceSettings] = getattr(
        import_module(f"services.{name}.settings"), f"{name.capitalize()}Settings"
    )
    return found


def services_here() -> list[str]:
    """Those whose settings the environment has; all four where it has none: the local stack's."""
    directory = os.environ.get(SECRETS_DIR)
    here = [
        name
        for name in SERVICES
        if f"{name.upper()}_DATABASE_DSN" in os.environ
        or (directory and Path(directory, f"{name}_database_dsn").exists())
    ]
    return here or ([] if directory else [*SERVICES])


def at_hand(name: str) -> AtHand:
    """Read a service's settings. Ends the command where there is nothing to read at all."""
    environment = dict(environment_of(name))
    try:
        return AtHand(name, environment, settings_of(name))
    except Misconfigured as error:
        found = tuple(
            wrong(
                each,
                "The service doesn't start like this.",
                _where(name, is_configured(name)),
            )
            for each in error.complaints
        )
        return AtHand(name, environment, None, found)


def secrets_of(hand: AtHand) -> set[str]:
    """Everything that must not be said, and parts of it that are secret by themselves."""
    found: set[str] = set()
    for setting in SECRETS:
        raw = hand.raw(setting)
        if not raw:
            continue
        found.add(raw)
        if setting == "database_dsn":
            found.add(password_of(raw))
        elif setting in ("key_encryption_keys", "ledger_keys"):
            found.update(part for line in raw.splitlines() for part in line.split())
            found.difference_update(kek_ids(raw))
    nats = hand.raw("nats_url") or ""
    if credentials := re.search(r"//([^@/]+)@", nats):
        found.update(credentials[1].split(":"))
    return {each for each in found if len(each) >= SHORTEST}


def password_of(dsn: str) -> str:
    try:
        return str(conninfo_to_dict(dsn).get("password") or "")
    except ProgrammingError:
        return ""


def kek_ids(ring: str) -> set[str]:
    """The names of a ring's keys: what stands before a key, where something does."""
    lines = (line.split() for line in ring.splitlines())
    return {line[0] for line in lines if len(line) > 1}


def _where(name: str, configured: bool) -> str:
    if not configured:
        return "Look at what countersign up wrote, or start with another COUNTERSIGN_DATA_DIR."
    return (
        f"Set it in the environment, or in a file of that name in lower case below {SECRETS_DIR}"
        f" (Kubernetes: ConfigMap or Secret {name}); docs/architecture.md, Settings, has them all."
    )
