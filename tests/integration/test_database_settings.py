"""PostgreSQL with the settings it has on Kubernetes: they are settings of its own, and what it logs
of a refusal holds nothing of the row. The operator has the log written as CSV, in which `terse`
leaves the detail.
"""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from deploy.local.layout import Layout
from deploy.local.postgres import Postgres
from deploy.local.processes import Process, wait_until
from tests.support.ports import own_directory

SHAPE = Path(__file__).parents[2] / "deploy/k8s/base/databases/shape/cluster.yaml"
OPERATORS_OWN = {
    "logging_collector": "on",
    "log_destination": "csvlog",
    "log_directory": "log",
    "log_filename": "postgres",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
}
"""What CloudNativePG sets itself, whatever the manifest says."""
SECRET = "Featherstonehaugh"


def _parameters() -> dict[str, str]:
    made: dict[str, Any] = yaml.safe_load(SHAPE.read_text())
    return {**made["spec"]["postgresql"]["parameters"], **OPERATORS_OWN}


@contextlib.contextmanager
def _running(data: Path, parameters: dict[str, str]) -> Iterator[Postgres]:
    postgres = Postgres(Layout(data))
    postgres.initialise()
    lines = [f"{name} = '{value}'" for name, value in parameters.items()]
    place = f"listen_addresses = ''\nunix_socket_directories = '{postgres.sockets}'"
    (postgres.directory / "countersign.conf").write_text("\n".join([place, *lines, ""]))
    server = Process(
        "postgres", postgres.command, data / "out.log", {}, postgres.user, signal.SIGINT
    )
    server.start()
    try:
        wait_until(lambda: postgres.answers() or not server.running, 60, "PostgreSQL")
        assert server.running, server.last_words(20)
        yield postgres
    finally:
        server.stop()


def _refused(postgres: Postgres) -> str:
    """What is logged when rows are refused, and a session ends."""
    with psycopg.connect(postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY, born date NOT NULL)")
        connection.execute("INSERT INTO people VALUES (%s, '1985-04-12')", (SECRET,))
        for born, refusal in (
            ("1985-04-12", psycopg.errors.UniqueViolation),
            (None, psycopg.errors.NotNullViolation),
        ):
            with pytest.raises(refusal):
                connection.execute("INSERT INTO people VALUES (%s, %s)", (SECRET, born))
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute(f"SELECT 1 FROM {SECRET}")
    wrong = postgres.superuser_dsn().replace("password=", "password=not-")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong)
    log = postgres.directory / "log" / "postgres.csv"
    wait_until(lambda: "password authentication failed" in log.read_text(), 20, "the log")
    return log.read_text()


def test_nothing_of_a_row_is_logged() -> None:
    with own_directory() as data, _running(data, _parameters()) as postgres:
        assert SECRET not in _refused(postgres)
        with psycopg.connect(postgres.superuser_dsn()) as connection:
            timeout = connection.execute("SHOW transaction_timeout").fetchone()
        assert timeout == ("1min",)


def test_it_would_be_if_refusals_were_logged_however_tersely() -> None:
    """The control: the same, with what is logged by default."""
    parameters = {**_parameters(), "log_min_messages": "warning"}
    with own_directory() as data, _running(data, parameters) as postgres:
        assert SECRET in _refused(postgres)
