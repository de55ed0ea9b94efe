"""What every contender stands on: one PostgreSQL, one NATS, and someone to write notes about."""

import os
import platform
import shutil
import socket
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from bench.crud import create_tables
from deploy.local.identity import IdentitySettings, issue
from deploy.local.layout import Layout
from deploy.local.stack import Stack, running

AUTHOR = "str-worker-1"
MANAGER = "manager-1"
TEAM = "north-cmht"
PORT_BASE = 9300
PORTS = 10
"""How many ports the stack and the contenders take."""
LIBRARIES = ("fastapi", "uvicorn", "uvloop", "httptools", "pydantic", "psycopg", "sqlalchemy")


@contextmanager
def ground() -> Iterator[Stack]:
    """A whole local stack in a directory of its own, which is removed at the end."""
    data = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
    layout = Layout(data, free_ports())
    # The identity provider's process looks for its layout here.
    os.environ["COUNTERSIGN_DATA_DIR"] = str(data)
    os.environ["COUNTERSIGN_PORT_BASE"] = str(layout.port_base)
    try:
        with running(layout) as stack:
            yield stack
    finally:
        shutil.rmtree(Stack(layout).postgres.sockets, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def free_ports() -> int:
    """The first of `PORTS` ports in a row that nothing uses."""
    first = int(os.environ.get("COUNTERSIGN_PORT_BASE") or PORT_BASE)
    for base in range(first, first + 10 * PORTS, PORTS):
        with suppress(OSError), ExitStack() as held:
            for port in range(base, base + PORTS):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return base
    raise SystemExit(f"No {PORTS} ports in a row are free; choose with COUNTERSIGN_PORT_BASE.")


def token(layout: Layout, persona: str) -> str:
    return issue(IdentitySettings(layout.ports["identity"], layout.data), persona)


def introduce(layout: Layout) -> str:
    """Register the author, and a person of the author's team. Returns the person's id."""
    worker = {
        "name": "STR worker 1",
        "job_title": "Support, time and recovery worker",
        "employer": "Local trust",
        "teams": [TEAM],
    }
    person = {
        "name": {"family": "Example", "given": ["Person"]},
        "date_of_birth": "1980-01-01",
        "team_id": TEAM,
    }
    bearer = {"Authorization": f"Bearer {token(layout, MANAGER)}"}
    with httpx.Client(headers=bearer, timeout=30) as client:
        workers, people = f"{layout.url('supervision')}/v1/workers", layout.url("referrals")
        client.put(f"{workers}/{AUTHOR}", json=worker).raise_for_status()
        answer = client.post(f"{people}/v1/service-users", json=person).raise_for_status()
    return str(answer.json()["id"])


def record(url: str, body: bytes, bearer: str) -> str:
    """Record a note. Returns its id."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {bearer}"}
    answer = httpx.post(url, content=body, headers=headers).raise_for_status()
    return str(answer.json()["id"])


def conventional_database(stack: Stack) -> str:
    """The URL of the conventional service's database, on the same server, with empty tables."""
    stack.postgres.provide("bench")
    found = conninfo_to_dict(stack.postgres.owner_dsn("bench"))
    url = URL.create(
        "postgresql+psycopg",
        str(found["user"]),
        str(found["password"]),
        database=str(found["dbname"]),
        query={"host": str(found["host"])},
    ).render_as_string(hide_password=False)
    create_tables(url)
    return url


def machine(stack: Stack) -> str:
    """One line about what the figures were measured on."""
    with psycopg.connect(stack.postgres.superuser_dsn()) as connection:
        postgres = connection.execute("SHOW server_version").fetchall()[0][0]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {libraries}, "
        f"PostgreSQL {postgres}, fdatasync {fdatasync_us(stack.layout.data):.0f} µs"
    )


def fdatasync_us(directory: Path, times: int = 200) -> float:
    """How long the disk takes to keep a page of 8 KiB that is written again and again (median)."""
    took = []
    with tempfile.TemporaryFile(dir=directory) as file:
        for _ in range(times):
            os.pwrite(file.fileno(), os.urandom(8192), 0)
            began = perf_counter()
            os.fdatasync(file.fileno())
            took.append(perf_counter() - began)
    return statistics.median(took) * 1e6
