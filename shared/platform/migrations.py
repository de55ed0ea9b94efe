"""Alembic, one history per service, without a configuration file: `services/<name>/migrations`."""

from importlib.resources import files
from typing import Any

import psycopg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

PATIENT = "-c transaction_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
"""A migration takes as long as it takes: ended half-way, it would be begun again and again."""


class CannotMigrate(Exception):
    """Why a database can't be brought to this release, in words for people."""


def expected_revision(service: str) -> str:
    """The revision that the code of a service was written for."""
    head = _scripts(service).get_current_head()
    if head is None:
        raise LookupError(f"{service} has no migrations")
    return head


def migrate(service: str, owner_dsn: str, revision: str = "head") -> str:
    """Bring a service's database to a revision, the expected one unless given, as its owner.

    Returns the expected revision. All or nothing. Raises `CannotMigrate` where a migration refuses.
    """
    scripts = _scripts(service)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(owner_dsn, options=PATIENT),
        poolclass=NullPool,
    )
    try:
        with engine.begin() as connection:
            _upgrade(service, scripts, connection, revision)
    except psycopg.errors.RaiseException as refused:
        why = refused.diag.message_primary
        raise CannotMigrate(f"The database of {service} can't be migrated: {why}.") from None
    return expected_revision(service)


def _upgrade(service: str, scripts: ScriptDirectory, connection: Connection, target: str) -> None:
    def steps(revision: Any, context: Any) -> Any:
        return scripts._upgrade_revs(target, revision)

    with EnvironmentContext(_config(service), scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def _scripts(service: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(service))


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(f"services.{service}") / "migrations"))
    return config
