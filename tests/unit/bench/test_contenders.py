"""A contender is a process of its own that runs while it is measured, and no longer."""

import sys
from pathlib import Path

import psutil
import pytest
from pydantic_core import to_json

from bench import contenders
from bench.body import note
from bench.contenders import Contender
from bench.ground import free_ports
from bench.nothing import ID
from deploy.local.processes import Process


def contender(factory: str, log: Path) -> Contender:
    port = free_ports()
    server = Process("it", [sys.executable, "-m", "bench.serve", factory, str(port)], log)
    return Contender(name="it", processes=(server,), port=port, body=to_json(note(ID)))


def test_a_window_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders, "WARM_UP", 0.1)
    nothing = contender("bench.nothing:create_app", tmp_path / "log")
    with nothing.serving() as server:
        window = nothing.measure(server, connections=2, seconds=0.3)
    assert window.per_second > 0
    assert window.p95_ms > 0
    assert window.errors == 0
    assert window.elsewhere >= 0
    assert not psutil.pid_exists(server.pid)


def test_one_that_never_answers_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders, "ANSWERS_WITHIN", 0.1)
    absent = contender("bench.nothing:no_such_app", tmp_path / "log")
    with pytest.raises(SystemExit, match="it: not within"), absent.serving():
        pass
    assert not absent.processes[0].running
