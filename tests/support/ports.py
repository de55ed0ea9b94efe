"""A range of free ports and a directory for a stack of a test's own."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WIDTH = 10


def free_port_base() -> int:
    """The first port of a range of ten that nobody listens on."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    start = 20_000 + worker * 1_000 + os.getpid() % 90 * WIDTH
    for base in range(start, start + 10_000, WIDTH):
        if all(_free(base + offset) for offset in range(WIDTH)):
            return base
    raise OSError("no free range of ports")


@contextmanager
def own_directory() -> Iterator[Path]:
    """A directory that PostgreSQL's user can reach, which below pytest's it can't always."""
    directory = Path(tempfile.mkdtemp(prefix="countersign-test-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
