"""The local stack's life, as a newcomer has it: up, Ctrl-C, up again, down."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.layout import Layout
from deploy.local.processes import wait_until
from tests.support.client import Client
from tests.support.demo_team import (
    extract_says_what_lists_say,
    has_its_supervision,
    has_the_demo_team,
    nothing_was_added,
    seeded_again,
)
from tests.support.ports import free_port_base, own_directory

COMMAND = [sys.executable, "-m", "countersign"]


@pytest.fixture
def layout() -> Iterator[Layout]:
    with own_directory() as data:
        yield Layout(data, free_port_base())


def _environment(layout: Layout, seeded: bool = False) -> dict[str, str]:
    return {
        **os.environ,
        "COUNTERSIGN_DATA_DIR": str(layout.data),
        "COUNTERSIGN_PORT_BASE": str(layout.port_base),
        "COUNTERSIGN_SEED": str(int(seeded)),
    }


def _run(layout: Layout, *arguments: str, seeded: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=_environment(layout, seeded),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def _left_over(data: Path) -> list[str]:
    """Processes that belong to the stack of a data directory."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        told = " ".join(process.info["cmdline"] or [])
        environment = process.info["environ"] or {}
        if str(data) in told or environment.get("COUNTERSIGN_DATA_DIR") == str(data):
            found.append(told)
    return found


def test_ctrl_c_leaves_no_process_and_data_stay(layout: Layout) -> None:
    """A terminal's Ctrl-C goes to the whole foreground group. What starts again is given the demo
    team, with whomever it has already."""
    up = subprocess.Popen(
        [*COMMAND, "up"],
        env=_environment(layout),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        ready = layout.data / "ready"
        wait_until(lambda: ready.exists() or up.poll() is not None, 90, "the stack is ready")
        client = Client(layout)
        assert client.put_worker("str-worker-1").status == 201
        token = _run(layout, "token", "manager-1").stdout.strip()
        headers = {"Authorization": f"Bearer {token}"}
        path = "/v1/workers/str-worker-1"
        assert client.get("supervision", path, headers=headers).status == 200
        assert _run(layout, "status").returncode == 0
        for again in (["up"], ["up", "--detach"]):
            refused = _run(layout, *again)
            assert refused.returncode == 1
            assert "already" in refused.stdout
        assert _run(layout, "status").returncode == 0, "what runs goes on"
    finally:
        os.killpg(up.pid, signal.SIGINT)
    output, _ = up.communicate(timeout=60)
    assert up.returncode == 0, output
    assert "data stay" in output
    assert _left_over(layout.data) == []
    assert _run(layout, "status").returncode == 3

    started = _run(layout, "up", "--detach", seeded=True)
    assert started.returncode == 0, started.stdout
    assert (layout.data / "seeded").exists(), started.stdout
    assert client.get("supervision", "/v1/workers/str-worker-1", "manager-1").status == 200
    has_the_demo_team(client)
    has_its_supervision(client)
    assert nothing_was_added(seeded_again(client))
    extract_says_what_lists_say(client)
    assert _run(layout, "down").returncode == 0
    assert _left_over(layout.data) == []
    assert _run(layout, "down").returncode == 0


def test_a_taken_port_is_named(layout: Layout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", layout.ports["audit"]))
        other.listen()
        refused = _run(layout, "up")
    assert refused.returncode == 1
    assert f"{layout.ports['audit']} (audit)" in refused.stdout
    assert "COUNTERSIGN_PORT_BASE" in refused.stdout
    assert not layout.data.joinpath("postgres").exists(), "nothing was begun"


def test_a_port_base_that_is_none(layout: Layout) -> None:
    for base in ("abc", "-5", "70000"):
        environment = {**_environment(layout), "COUNTERSIGN_PORT_BASE": base}
        refused = subprocess.run(
            [*COMMAND, "status"], env=environment, capture_output=True, text=True, check=False
        )
        assert refused.returncode == 1
        assert "must be from 1024 to 65000" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_an_unknown_persona(layout: Layout) -> None:
    refused = _run(layout, "token", "nobody-1")
    assert refused.returncode == 2
    assert "str-worker-1" in refused.stdout


def test_an_assertion_is_for_systems_only(layout: Layout) -> None:
    refused = _run(layout, "assertion", "nurse-1")
    assert refused.returncode == 2
    assert "ehr-1" in refused.stdout
    printed = _run(layout, "assertion", "ehr-1")
    assert (printed.returncode, printed.stdout.count(".")) == (0, 2)
