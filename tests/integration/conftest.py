"""Real engines for a test process; each test takes databases and streams of its own."""

from collections.abc import Iterator

import pytest

from tests.support.engines import Engines


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with Engines(tmp_path_factory.mktemp("engines")).running() as running:
        yield running
