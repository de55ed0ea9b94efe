"""Releases that are yet to come: migrations of a test's own after those that there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from alembic.config import Config

from shared.platform.migrations import history, revisions

MIGRATION = '''"""A migration of a test."""

from shared.eventstore.ddl import apply, index_beside_users

revision = "{revision}"
down_revision = "{before}"
{serves}

def upgrade() -> None:
    {does}
'''


def following(service: str, number: int = 1) -> str:
    """The revision so many after the last that there is."""
    return f"{int(revisions(service)[-1]) + number:04d}"


def write(folder: Path, revision: str, does: str, serves_from: str | None = None) -> None:
    """One migration. `does` is a line of Python."""
    folder.mkdir(exist_ok=True)
    before = f"{int(revision) - 1:04d}"
    serves = f'serves_from = "{serves_from}"\n' if serves_from else ""
    text = MIGRATION.format(revision=revision, before=before, serves=serves, does=does)
    (folder / f"{revision}_made_by_a_test.py").write_text(text)


@contextmanager
def release(folder: Path) -> Iterator[None]:
    """This process is of a release that has the migrations in a folder too."""
    plain = history._config

    def config(service: str) -> Config:
        made = plain(service)
        own = Path(made.get_main_option("script_location") or "") / "versions"
        made.set_main_option("version_locations", f"{own}:{folder}")
        made.set_main_option("path_separator", ":")
        return made

    with mock.patch.object(history, "_config", config):
        yield
