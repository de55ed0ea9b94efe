"""The tables: medians of the rounds, and ratios to the faster form of a contender."""

import socket
from pathlib import Path

import pytest

from bench.__main__ import medians, tables
from bench.contenders import RECORDED, UNRECORDED, Window
from bench.ground import fdatasync_us, free_ports

FIGURES = {
    ("empty", 8): [Window(4000, 1, 100, 0)],
    ("nothing", 8): [Window(2000, 2, 200, 0)],
    ("crud, async", 8): [Window(400, 20, 2000, 0)],
    ("crud, sync", 8): [Window(500, 30, 3000, 0)],
    ("countersign", 8): [Window(900, 9, 800, 1), Window(1000, 7, 700, 0), Window(1234.5, 8, 9, 2)],
}


def test_medians_each_by_itself_and_all_errors() -> None:
    assert medians(FIGURES)["countersign", 8] == Window(1000, 8, 700, 3)


def test_the_tables() -> None:
    assert tables(FIGURES).splitlines() == [
        "| POST /v1/notes | 8 connections: requests/s | p95 ms | server CPU µs/request |",
        "| --- | ---: | ---: | ---: |",
        "| empty | 4,000 | 1.0 | 100 |",
        "| nothing | 2,000 | 2.0 | 200 |",
        "| crud, async | 400 | 20.0 | 2,000 |",
        "| crud, sync | 500 | 30.0 | 3,000 |",
        "| countersign | 1,000 | 8.0 | 700 |",
        "",
        "| countersign | 8 connections |",
        "| --- | ---: |",
        "| / empty | 0.25 |",
        "| / nothing | 0.50 |",
        "| / crud | 2.00 |",
    ]


def test_what_recording_a_read_costs() -> None:
    reads = {
        (RECORDED, 8): [Window(1500, 5, 600, 0)],
        (UNRECORDED, 8): [Window(3000, 3, 300, 0)],
    }
    lines = tables({**FIGURES, **reads}).splitlines()
    assert "| requests/s / not recorded | 0.50 |" in lines
    assert "| server CPU / not recorded | 2.00 |" in lines
    assert "| read, and recorded | 1,500 | 5.0 | 600 |" in lines


def test_taken_ports_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    base = free_ports()
    monkeypatch.setenv("COUNTERSIGN_PORT_BASE", str(base))
    with socket.create_server(("127.0.0.1", base + 3)):
        assert free_ports() > base


def test_the_disk_takes_time(tmp_path: Path) -> None:
    assert fdatasync_us(tmp_path, times=3) > 0
