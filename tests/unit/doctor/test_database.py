"""What is judged of a server and of a role, from what was seen of them."""

from dataclasses import replace
from typing import Any

import pytest

from countersign.doctor.database import Seen, rights, server
from countersign.doctor.database.needing import KEYS, append_only, needed
from countersign.doctor.database.rights import guarding
from countersign.doctor.database.server import clock
from shared.platform.migrations import Schema, expected_revision
from tests.support.doctoring import only, said

SERVER = {
    "version": 180004, "standby": False, "encoding": "UTF8", "encrypted": True, "prepared": 0,
    "connections": 20, "standbys": 1, "synchronous": 1, "sees_all": True, "archiving_fails": False,
    "archived_at": None,
}  # fmt: skip
SETTINGS = {
    "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on",
    "default_transaction_isolation": "read committed", "synchronous_standby_names": "ANY 1 (a, b)",
    "archive_mode": "on", "wal_level": "logical", "max_prepared_transactions": "0",
    "transaction_timeout": "60000", "log_statement": "none", "log_min_duration_statement": "-1",
    "log_parameter_max_length": "-1", "log_parameter_max_length_on_error": "0",
    "max_connections": "200", "superuser_reserved_connections": "3",
}  # fmt: skip
NOTHING_MORE = {"superuser": False, "createrole": False, "createdb": False, "bypassrls": False}


def table(name: str, **changes: Any) -> dict[str, Any]:
    fit = {"owns": False, "may": ["UPDATE"] if name == KEYS else [], "may_update_columns": False}
    return {"table": name, "owner": "owner", "others": [], **fit, **changes}


def held(service: str, name: str, *without: str, **changes: Any) -> dict[str, Any]:
    may = [each for each in needed(service, name) if each not in without]
    schema = "keys" if name == KEYS else "public"
    return {"table": name, "schema": schema, "usable": True, "may": may, **changes}


def seen(service: str = "notes", **changes: Any) -> Seen:
    fit = Seen(
        SERVER,
        SETTINGS,
        0.1,
        None,
        {"role": "countersign_notes", **NOTHING_MORE, "replication": False},
        [table(name) for name in (*append_only(service), KEYS)],
        [{"name": name, "table": of, "refuses": True} for name, of in guarding(service).items()],
        [held(service, name) for name in (*append_only(service), KEYS, "consumers", "recoveries")],
        Schema(expected_revision(service), (expected_revision(service),)),
    )
    return replace(fit, **changes)


@pytest.mark.parametrize("service", ["notes", "audit"])
def test_a_database_that_is_fit(service: str) -> None:
    found = seen(service)
    assert said([*server(found, 6), *rights(service, found)]) == []


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("fsync", "off", "fsync is off"),
        ("full_page_writes", "off", "full_page_writes is off"),
        ("synchronous_commit", "off", "synchronous_commit is off"),
        ("data_checksums", "off", "data checksums are off"),
        ("default_transaction_isolation", "serializable", "isolation is serializable"),
        ("synchronous_standby_names", "", "no standby is synchronous"),
        ("archive_mode", "off", "WAL isn't archived"),
        ("wal_level", "minimal", "WAL isn't archived"),
        ("max_prepared_transactions", "10", "max_prepared_transactions is not 0"),
        ("transaction_timeout", "0", "transaction_timeout isn't set"),
        ("log_statement", "all", "statements are logged with their values"),
        ("log_min_duration_statement", "500", "statements are logged with their values"),
        ("log_parameter_max_length_on_error", "-1", "statements are logged with their values"),
        ("max_connections", "30", "27 connections"),
    ],
)
def test_a_setting_of_the_server(setting: str, value: str, words: str) -> None:
    only([*server(seen(settings=SETTINGS | {setting: value}), 6)], words)


def test_statements_may_be_logged_without_their_values() -> None:
    found = seen(settings=SETTINGS | {"log_statement": "all", "log_parameter_max_length": "0"})
    assert said([*server(found, 6)]) == []


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        ("version", 160009, "PostgreSQL is 16"),
        ("standby", True, "goes to a standby"),
        ("encoding", "SQL_ASCII", "encoding is SQL_ASCII"),
        ("encrypted", False, "isn't encrypted"),
        ("standbys", 0, "none is connected"),
        ("synchronous", 0, "none of them is synchronous"),
        ("archiving_fails", True, "archiving WAL fails (last done: never)"),
        ("connections", 190, "190 of 197 connections are taken"),
    ],
)
def test_a_state_of_the_server(what: str, value: Any, words: str) -> None:
    only([*server(seen(server=SERVER | {what: value}), 6)], words)


def test_who_holds_the_horizon_back() -> None:
    who = {"application": "psql", "role": "postgres", "pid": 7}
    for seconds, words in ((70.0, "70 s"), (6.0, "6 s")):
        found = only([*server(seen(oldest={**who, "seconds": seconds}), 6)], words)
        assert "psql (role postgres, pid 7)" in found.what
    for moment in (None, 0.5):
        assert said([*server(seen(oldest={**who, "seconds": moment}), 6)]) == []


def test_clocks() -> None:
    assert [*clock(0.4, "it"), *clock(-0.4, "it")] == []
    assert "12.0 s behind" in only([*clock(-12, "it")], "the clock of it").what
    assert "2.0 s ahead" in only([*clock(2, "it")], "the clock of it").what


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owns": True}, "owns events"),
        ({"may": ["DELETE", "UPDATE"]}, "may DELETE, UPDATE events"),
        ({"may": ["TRUNCATE"]}, "may TRUNCATE events"),
        ({"may_update_columns": True}, "may UPDATE events"),
        ({"others": ["reporting"]}, "reporting may write events too"),
    ],
)
def test_what_a_role_may_do(changes: dict[str, Any], words: str) -> None:
    only([*rights("notes", seen(tables=[table("events", **changes), table(KEYS)]))], words)


@pytest.mark.parametrize(
    ("table", "without", "words"),
    [
        ("events", ["INSERT"], "may not INSERT events"),
        ("events", ["SELECT"], "may not SELECT events"),
        (KEYS, ["UPDATE"], "may not UPDATE keys.data_keys"),
        ("consumers", ["DELETE", "SELECT"], "may not SELECT, DELETE consumers"),
        ("recoveries", ["SELECT"], "may not SELECT recoveries"),
    ],
)
def test_what_a_role_may_no_longer_do(table: str, without: list[str], words: str) -> None:
    fit = [each for each in seen().held if each["table"] != table]
    spoilt = seen(held=[*fit, held("notes", table, *without)])
    found = only([*rights("notes", spoilt)], words)
    assert "As the owner: GRANT" in found.do


def test_a_role_that_lost_all_grants_is_told_in_few_words() -> None:
    lost = seen(held=[{**each, "may": []} for each in seen().held])
    found = said([*rights("notes", lost)])
    assert len(found) == 4
    assert "the role countersign_notes may not SELECT recoveries" in found


def test_a_schema_that_may_not_be_used() -> None:
    found = seen(held=[held("notes", KEYS, usable=False), held("notes", "events")])
    only([*rights("notes", found)], "may not use the schema keys")


def test_a_revision_that_may_not_be_read_is_not_called_unmigrated() -> None:
    found = seen(schema=None, held=[held("notes", "alembic_version", "SELECT")])
    only([*rights("notes", found)], "may not SELECT alembic_version")


def test_a_superuser_is_named_once() -> None:
    everything = ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"]
    tables = [table(name, owns=True, may=everything) for name in ("events", KEYS)]
    role = {"role": "postgres", **NOTHING_MORE, "superuser": True, "replication": False}
    only([*rights("notes", seen(tables=tables, role=role))], "postgres has SUPERUSER")


@pytest.mark.parametrize("trigger", sorted(guarding("audit")))
def test_each_trigger_that_refuses_changes(trigger: str) -> None:
    found = seen("audit")
    left = [row for row in found.triggers if row["name"] != trigger]
    only([*rights("audit", replace(found, triggers=left))], f"the trigger {trigger}")


def test_the_revision() -> None:
    old, none = Schema("0001", ("0001",)), Schema(None, ())
    only([*rights("notes", seen(schema=old))], "the database is at 0001")
    only([*rights("notes", seen(schema=none, tables=[]))], "not migrated yet")
