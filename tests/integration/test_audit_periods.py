"""What happened in a period is found wherever in the ledger it lies, without passing over all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.audit.projection.periods import EVER, between
from services.audit.projection.reading import BLOCK
from shared.eventstore.database import Database
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines
from tests.support.ledger import AuditService, events, read

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def test_what_arrived_late_is_found_by_when_it_happened(audit: AuditService) -> None:
    """An event from before others that were recorded first."""
    for at in (NOW, NOW - 3 * DAY, NOW + DAY):
        await audit.arrive(read(SERVICE_USER, at=at))

    async def indexes(**period: Any) -> list[int]:
        return [each["index"] for each in await events(audit, order="asc", **period)]

    assert await indexes(since=NOW - 3 * DAY, until=NOW) == [1]
    assert await indexes(since=NOW) == [0, 2]
    assert await indexes(until=NOW + DAY) == [0, 1]
    assert await indexes(since=NOW + 2 * DAY) == []
    assert await indexes(until=NOW - 4 * DAY) == []
    person = str(SERVICE_USER)
    of_person = await events(audit, service_user_id=person, since=NOW, until=NOW + DAY)
    assert [each["index"] for each in of_person] == [0]


async def test_only_the_blocks_that_a_period_touches_are_looked_through(
    audit: AuditService,
) -> None:
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    with psycopg.connect(audit.dsn) as connection:
        connection.cursor().executemany(
            "INSERT INTO days (day, block, index) VALUES (%s, %s, 0)",
            [("2026-11-18", 0), ("2026-11-19", 0), ("2026-11-20", 1), ("2026-11-18", 2)],
        )
    database = Database(audit.dsn)
    await database.open()
    try:
        bounds = [
            await between(database, since, until)
            for since, until in (
                (None, None),
                (midnight, None),
                (None, midnight - 2 * DAY),
                (midnight - 10 * DAY, midnight - 3 * DAY),
                (midnight + DAY, None),
            )
        ]
    finally:
        await database.close()
    assert bounds == [
        EVER,
        {**EVER, "first_index": BLOCK},
        {**EVER, "past_index": 3 * BLOCK},
        {"first_index": 0, "past_index": 0},
        {**EVER, "past_index": 0},
    ]


@pytest.mark.parametrize(
    "column",
    [
        "actor_id", "actor_role", "team_id", "resource_id", "type", "service", "outcome",
        "actor_id, type",
    ],
)  # fmt: skip
def test_each_filter_has_an_index_in_the_order_of_the_list(engines: Engines, column: str) -> None:
    """Of one person the list goes by `subjects`, whose key is person and index."""
    with psycopg.connect(engines.fresh("audit").owner_dsn) as connection:
        found = connection.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'entries'")
        assert any(row[0].endswith(f"({column}, index)") for row in found)
