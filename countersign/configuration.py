"""What commands act on: settings and databases, from the environment or from the local stack.

The local stack needs programs that production lacks (the `local` extra): it is imported only
where nothing else is configured.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_settings import SettingsConfigDict

from countersign import checkout
from countersign.misconfigured import SECRETS_DIR, Misconfigured, in_words, unreadable
from shared.platform.service import Service
from shared.platform.settings import BrokerSettings, ServiceSettings

if TYPE_CHECKING:
    from deploy.local.stack import Stack

OPERATOR = "COUNTERSIGN_OPERATOR_"


class OperatorSettings(BrokerSettings):
    """How the operator, who makes streams, reaches the broker."""

    model_config = SettingsConfigDict(env_prefix=OPERATOR)

    nats_user: str | None = "operator"


def service_of(name: str) -> Service:
    """What a service declares itself to be."""
    found: Service = import_module(f"services.{name}.main").SERVICE
    return found


def is_configured(name: str) -> bool:
    """Whether the environment, or the directory of secrets, has this service's settings."""
    return bool({SECRETS_DIR, f"{name.upper()}_DATABASE_DSN"} & os.environ.keys())


def environment_of(name: str) -> Mapping[str, str]:
    """What a service's process would have as its environment here."""
    return os.environ if is_configured(name) else {**os.environ, **_local_stack().environment(name)}


def settings_of(name: str) -> ServiceSettings:
    """A service's settings: the environment's, or else the local stack's."""
    module = import_module(f"services.{name}.settings")
    cls: Any = getattr(module, f"{name.capitalize()}Settings")
    local = {} if is_configured(name) else _local_stack().environment(name)
    with _as_environment(local), in_words(name):
        settings: ServiceSettings = cls()
        return settings


def dsn_of(name: str) -> str:
    """A service's database, as its run-time role: the environment's, or else the local stack's.
    Unlike `settings_of` for one who has nothing else of the service."""
    key, secrets = f"{name}_database_dsn", os.environ.get(SECRETS_DIR)
    if key.upper() in os.environ:
        return os.environ[key.upper()]
    if secrets:
        if not (file := Path(secrets, key)).exists() or unreadable(name):
            raise Misconfigured(*unreadable(name) or [f"{key.upper()} is not set"])
        return file.read_text().strip()
    return _local_stack().postgres.run_time_dsn(name)


def dsn_of_owner(name: str, given: str | None) -> str:
    """How to connect as the owner of a service's tables: as given, or the local stack's."""
    if given:
        return given
    if is_configured(name) or not checkout.has_local_stack():
        raise Misconfigured(
            f"This acts as the owner of the tables of {name}: give the connection string of"
            f" countersign_{name}_owner as COUNTERSIGN_OWNER_DSN (or --owner-dsn)."
        )
    return _local_stack().postgres.owner_dsn(name)


def operator_settings() -> BrokerSettings:
    """The operator's settings: the environment's, or else the local stack's."""
    if f"{OPERATOR}NATS_URL" in os.environ:
        return OperatorSettings()
    if SECRETS_DIR in os.environ or any(name.endswith("_DATABASE_DSN") for name in os.environ):
        raise Misconfigured(
            f"This acts as the operator at the broker: give {OPERATOR}NATS_URL, …_NATS_PASSWORD,"
            " …_NATS_CA and …_ODS_CODE."
        )
    return _local_stack().nats.operator()


@contextmanager
def _as_environment(more: Mapping[str, str]) -> Iterator[None]:
    before = {key: os.environ.get(key) for key in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def _local_stack() -> "Stack":
    if not checkout.has_local_stack():
        raise Misconfigured(
            "Nothing is configured: give the service's settings in the environment, or in files of"
            f" the directory that {SECRETS_DIR} names (docs/architecture.md, Settings)."
        )
    from deploy.local.layout import Layout
    from deploy.local.stack import Stack

    layout = Layout.from_environment()
    if not layout.secrets_of("postgres").exists():
        raise Misconfigured(
            f"Nothing is configured, and no local stack was ever started in {layout.data}: give the"
            " service's settings in the environment, in files of the directory that"
            f" {SECRETS_DIR} names, or the stack's directory as COUNTERSIGN_DATA_DIR."
        )
    return Stack(layout)
