"""What referrals learns of staff: newest by version, and since when their status holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.referrals.consumer import learnt_here
from services.referrals.projection import Workers
from shared.contracts.supervision import (
    RegistrationEntry,
    WorkerDetails,
    WorkerLeft,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.eventstore.unit_of_work import Unit
from shared.kernel.actor import Actor
from shared.platform.projecting import Published
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
LAPSED = RegistrationEntry(body="NMC", number="00Z0001E", status="lapsed")
EFFECTIVE = RegistrationEntry(body="NMC", number="00Z0001E")


async def _learn(opened: Opened, version: int, **details: Any) -> None:
    said = WorkerDetails(
        **{
            "name": "STR worker 1",
            "job_title": "STR worker",
            "employer": "A trust",
            "teams": ("north-cmht",),
            **details,
        }
    )
    payload: Any = WorkerUpdated(details=said, changed=("status",))
    if version == 1:
        payload = WorkerRegistered(staff_id="str-worker-1", details=said)
    elif said.status == "left":
        payload = WorkerLeft(details=said, changed=("status",), left_on=AT.date())
    at = AT + timedelta(days=version)
    event = Published("worker", at, MANAGER, "str-worker-1", "str-worker-1", version, payload)
    await opened.unit_of_work.commit(Unit([], list(learnt_here(event))))


async def test_a_worker_is_as_the_register_says_last(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        workers = Workers(opened.database)
        assert await workers.of("str-worker-1") is None
        await _learn(opened, 1, level="senior", whole_time_equivalent=0.6)
        found = await workers.of("str-worker-1")
        assert found is not None
        assert (found.status, found.level, found.whole_time_equivalent) == ("active", "senior", 0.6)
        assert (found.registered, found.teams) == (False, ("north-cmht",))
        await _learn(opened, 2, registrations=(LAPSED,))
        found = await workers.of("str-worker-1")
        assert found is not None
        assert (found.level, found.registered) == (None, False)
        await _learn(opened, 3, registrations=(LAPSED, EFFECTIVE), teams=())
        found = await workers.of("str-worker-1")
        assert found is not None
        assert (found.registered, found.teams) == (True, ())


async def test_a_status_holds_since_it_changed_and_replays_take_nothing_back(
    engines: Engines,
) -> None:
    async with engines.fresh("referrals").opened() as opened:

        async def now() -> tuple[str, datetime]:
            [row] = await opened.database.run("SELECT status, since FROM workers")
            return row["status"], row["since"]

        await _learn(opened, 1)
        await _learn(opened, 2, status="absent")
        await _learn(opened, 3, status="absent", level="senior")
        assert await now() == ("absent", AT + timedelta(days=2))
        await _learn(opened, 1)
        await _learn(opened, 2, status="absent")
        assert await now() == ("absent", AT + timedelta(days=2))
        await _learn(opened, 4)
        assert await now() == ("active", AT + timedelta(days=4))
        await _learn(opened, 5, status="left")
        assert await now() == ("left", AT + timedelta(days=5))
        assert not await Workers(opened.database).any_in("north-cmht")
