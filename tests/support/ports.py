"""A range of free ports and a directory for a stack of a test's own."""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WIDTH = 10
BASES = range(20_000, 32_000, WIDTH)
"""Below what the system gives to outgoing connections (32,768 and up)."""
RESERVED = Path(tempfile.gettempdir()) / f"countersign-test-ports-{os.getuid()}"


def free_port_base() -> int:
    """The first port of a range of ten that nobody listens on, and no other test process takes."""
    RESERVED.mkdir(exist_ok=True)
    first = os.getpid() % len(BASES)
    for number in range(len(BASES)):
        base = BASES[(first + number) % len(BASES)]
        if _reserved(base) and all(_free(base + offset) for offset in range(WIDTH)):
            return base
    raise OSError("no free range of ports")


def free_ports() -> Iterator[int]:
    """One port after another, of as many such ranges as it takes."""
    while True:
        base = free_port_base()
        yield from range(base, base + WIDTH)


@contextmanager
def own_directory() -> Iterator[Path]:
    """A directory that PostgreSQL's user can reach, which below pytest's it can't always."""
    directory = Path(tempfile.mkdtemp(prefix="countersign-test-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _reserved(base: int) -> bool:
    """Whether a range is now ours: the lock is held for as long as this process lives."""
    file = os.open(RESERVED / str(base), os.O_CREAT | os.O_RDWR, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    return True


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
