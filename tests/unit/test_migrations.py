"""Migrations keep what they promise of the releases that they serve (ADR 22)."""

from typing import Any

import pytest

from shared.contracts.system import SERVICES
from shared.platform.migrations import Schema, revisions, served_by
from shared.platform.migrations.history import _scripts
from tests.support.contracting import BREAKS, contracting, sql_of
from tests.support.histories import following, release, write

EVERY = [(service, revision) for service in SERVICES for revision in revisions(service)]


def _migration(service: str, revision: str) -> Any:
    return _scripts(service).get_revision(revision).module


def faults(service: str, revision: str) -> set[str]:
    """What a migration that serves an older release does, and doesn't give a reason for."""
    migration = _migration(service, revision)
    if served_by(service, revision) == (revision,):
        return set()
    sql = sql_of(migration)
    alone = len([each for each in sql if "CONCURRENTLY" not in each and "lock_timeout" not in each])
    beside = {"index beside others"} if "CONCURRENTLY" in "".join(sql) and alone > 1 else set()
    return beside | contracting(";".join(sql)) - getattr(migration, "reasoned", {}).keys()


@pytest.mark.parametrize("service", SERVICES)
def test_a_history_is_one_line(service: str) -> None:
    scripts = _scripts(service)
    befores = [scripts.get_revision(each).down_revision for each in revisions(service)]
    assert befores == [None, *revisions(service)[:-1]]


@pytest.mark.parametrize(("service", "revision"), EVERY)
def test_no_migration_serves_a_release_that_an_earlier_one_ended(
    service: str, revision: str
) -> None:
    order = revisions(service)
    before = order[max(order.index(revision) - 1, 0)]
    assert served_by(service, revision)[0] >= served_by(service, before)[0]


@pytest.mark.parametrize(("service", "revision"), EVERY)
def test_what_serves_the_release_before_takes_nothing_from_it(service: str, revision: str) -> None:
    assert faults(service, revision) == set()


NEXT, NOW = following("notes"), revisions("notes")[-1]
INDEX = "index_beside_users('ix_x', 'notes (status)')"


@pytest.mark.parametrize(
    ("does", "found"),
    [
        ("apply('ALTER TABLE notes ADD COLUMN heeded text')", set()),
        ("apply('ALTER TABLE notes DROP COLUMN team_id')", {"DROP"}),
        (INDEX, set()),
        (f"apply('ALTER TABLE notes ADD COLUMN heeded text'); {INDEX}", {"index beside others"}),
    ],
)
def test_a_migration_that_breaks_its_promise_is_found(
    tmp_path: Any, does: str, found: set[str]
) -> None:
    write(tmp_path, NEXT, does, serves_from=NOW)
    with release(tmp_path):
        assert faults("notes", NEXT) == found
    write(tmp_path, NEXT, does)
    with release(tmp_path):
        assert faults("notes", NEXT) == set(), "it promises nothing"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("ALTER TABLE notes ADD COLUMN a text, ADD COLUMN b jsonb NOT NULL DEFAULT '[]'", set()),
        ("ALTER TABLE notes ALTER COLUMN a DROP NOT NULL", set()),
        ("CREATE TABLE x (a text NOT NULL); CREATE UNIQUE INDEX y ON x (a)", set()),
        ("CREATE INDEX CONCURRENTLY y ON notes (a)", set()),
        ("GRANT SELECT, UPDATE ON x TO y", set()),
        ("ALTER TABLE notes ADD COLUMN a text NOT NULL", {"ADD COLUMN NOT NULL"}),
        ("ALTER TABLE notes RENAME COLUMN a TO b", {"RENAME"}),
        ("ALTER TABLE notes ALTER COLUMN a SET NOT NULL", {"SET NOT NULL"}),
        ("ALTER TABLE notes ALTER COLUMN a TYPE bigint", {"TYPE"}),
        ("ALTER TABLE notes ADD PRIMARY KEY (a, b)", {"ADD CONSTRAINT"}),
        ("DROP INDEX ix_notes_status", {"DROP"}),
        ("CREATE INDEX y ON notes (a)", {"CREATE INDEX"}),
        ("CREATE UNIQUE INDEX CONCURRENTLY y ON notes (a)", {"CREATE UNIQUE INDEX"}),
        ("CREATE TRIGGER t BEFORE UPDATE ON notes EXECUTE FUNCTION f()", {"CREATE TRIGGER"}),
        ("UPDATE notes SET a = 1", {"UPDATE"}),
        ("DELETE FROM notes", {"DELETE"}),
        ("TRUNCATE notes", {"TRUNCATE"}),
        ("REVOKE INSERT ON notes FROM x", {"REVOKE"}),
        ("LOCK TABLE notes", {"LOCK"}),
    ],
)
def test_what_contracts_is_known_by_its_words(sql: str, found: set[str]) -> None:
    assert contracting(sql) == found
    assert found <= BREAKS.keys()


def test_what_code_is_told_of_a_schema() -> None:
    known = ("0001", "0002", "0003")
    assert Schema("0003", ("0002", "0003")).said_to("0003", known) == "ok"
    assert Schema("0004", ("0003", "0004")).said_to("0003", known) == "ok"
    assert Schema(None, ()).said_to("0003", known) == "not migrated yet: this release needs 0003"
    assert Schema("0002", ("0001", "0002")).said_to("0003", known) == (
        "not migrated yet: this release needs 0003, the database is at 0002"
    )
    assert Schema("0006", ("0005", "0006")).said_to("0003", known) == (
        "this release (0003) is too old for the database, which is at 0006 and serves from 0005"
    )
