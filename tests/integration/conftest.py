"""Real engines for a test process; each test takes databases and streams of its own."""

from collections.abc import Iterator

import pytest

from tests.support.engines import Engines
from tests.support.ports import own_directory


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    with own_directory() as data, Engines(data).running() as running:
        yield running
