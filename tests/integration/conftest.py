"""Real engines for a test process; each test takes databases and streams of its own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.engines import Engines
from tests.support.ledger import AuditService, audit_service
from tests.support.ports import own_directory


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    with own_directory() as data, Engines(data).running() as running:
        yield running


@pytest.fixture
async def audit(engines: Engines) -> AsyncIterator[AuditService]:
    async with audit_service(engines) as running:
        yield running
