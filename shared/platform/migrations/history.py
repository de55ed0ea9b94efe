"""Alembic, one history per service, without a configuration file: `services/<name>/migrations`."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def revisions(service: str) -> tuple[str, ...]:
    """All that this release knows, oldest first. The last is what its code was written for."""
    found = tuple(script.revision for script in _scripts(service).walk_revisions())[::-1]
    if not found:
        raise LookupError(f"{service} has no migrations")
    return found


def expected_revision(service: str) -> str:
    """The revision that the code of a service was written for."""
    return revisions(service)[-1]


def served_by(service: str, revision: str) -> tuple[str, ...]:
    """The revisions whose code runs on the schema that `revision` leaves, oldest first.

    Its own alone, unless the migration declares another in `serves_from`: whether older code can do
    with a schema is for who writes the migration to find out.
    """
    script = _scripts(service).get_revision(revision)
    oldest = getattr(script.module, "serves_from", revision)
    order = revisions(service)
    return order[order.index(oldest) : order.index(revision) + 1]


def take_step(
    service: str, connection: Connection, revision: str, applied: Callable[[Connection], None]
) -> None:
    """Run the next migration, which leads to `revision`, in a transaction of its own.

    `applied` is called in that transaction, once the database says it is at the revision.
    """
    scripts = _scripts(service)

    def step(current: Any, context: Any) -> Any:
        return scripts._upgrade_revs(revision, current)

    def done(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
        applied(ctx.connection)

    with EnvironmentContext(_config(service), scripts, fn=step) as environment:
        environment.configure(
            connection=connection, transaction_per_migration=True, on_version_apply=done
        )
        with environment.begin_transaction():
            environment.run_migrations()


def _scripts(service: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(service))


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(f"services.{service}") / "migrations"))
    return config
