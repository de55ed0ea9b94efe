"""When somebody was away: kept with their entry, moved and cut as the register learns better; and
what is made of those who were away before it was kept."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Json, Jsonb
from pydantic_core import to_json

from services.supervision.access import PUT_WORKER
from services.supervision.domain import Worker
from services.supervision.projection import rows
from shared.contracts.supervision import WorkerDetails
from shared.kernel.call import Call, Caller
from shared.kernel.ids import named_id, new_id
from shared.platform.migrations import migrate
from tests.support.build import NOW
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keeping import MANAGER, commands

pytestmark = pytest.mark.anyio
CALLER = Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset({"north-cmht"}))
CALL = Call(PUT_WORKER, CALLER, "team_manager", NOW)
PRESENT = WorkerDetails(name="n", job_title="j", employer="e", teams=("north-cmht",))
DAY, TODAY = timedelta(days=1), NOW.date()


def _away(since: int) -> WorkerDetails:
    return replace(PRESENT, status="absent", absent_from=TODAY + since * DAY)


async def _kept(opened: Opened) -> list[tuple[str, date, date | None]]:
    """Who is kept as away, from when until when, in order."""
    found = await opened.database.run(
        "SELECT staff_id, from_on, until_on FROM absences ORDER BY staff_id, from_on", {}
    )
    return [(row["staff_id"], row["from_on"], row["until_on"]) for row in found]


async def test_periods_are_as_the_register_said_last(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        register = commands(opened, rows)

        async def said(staff_id: str, *entries: tuple[int, WorkerDetails]) -> None:
            await register.create(
                CALL, lambda: Worker.register(MANAGER, NOW, staff_id, PRESENT), Worker
            )
            for version, (later, details) in enumerate(entries, 1):

                def decide(worker: Worker, later: int = later, to: WorkerDetails = details) -> None:
                    worker.update(MANAGER, NOW + later * DAY, to)

                call = replace(CALL, if_match=version)
                await register.change(call, Worker, named_id("worker", staff_id), decide)

        await said("present-1")
        await said("away-1", (5, _away(5)), (6, _away(3)))
        await said("back-1", (5, _away(5)), (9, PRESENT), (20, _away(18)), (21, PRESENT))
        await said("cut-1", (5, _away(5)), (9, PRESENT), (10, _away(4)))
        found = [
            (staff_id, (begun - TODAY).days, ended and (ended - TODAY).days)
            for staff_id, begun, ended in await _kept(opened)
        ]
    assert found == [
        ("away-1", 3, None), ("back-1", 5, 8), ("back-1", 18, 20), ("cut-1", 4, None),
    ]  # fmt: skip


REGISTERED, UPDATED = (
    f"countersign.supervision.worker-{each}.v1" for each in ("registered", "updated")
)


def _before(old: Fresh, staff_id: str, *said: tuple[str, str]) -> None:
    """A worker as the register had them before absences were kept: each status, and when."""
    training = [{"course": "first_aid", "completed_on": "2026-01-05", "expires_on": None}]
    with psycopg.connect(old.owner_dsn) as connection:
        for version, (status, time) in enumerate(said, 1):
            body: dict[str, Any] = {
                "time": time,
                "resource": {"id": staff_id},
                "data": {"details": {"status": status}},
            }
            connection.execute(
                "INSERT INTO events (position, event_id, stream_id, version, type, body)"
                " SELECT coalesce(max(position), 0) + 1, %s, %s, %s, %s, %s FROM events",
                (new_id(), named_id("worker", staff_id), version,
                 REGISTERED if version == 1 else UPDATED, to_json(body)),
            )  # fmt: skip
        metadata = {
            "staff_id": staff_id, "version": len(said), "status": said[-1][0],
            "registrations": [], "training": training, "competences": [],
        }  # fmt: skip
        connection.execute(
            "INSERT INTO workers (staff_id, version, teams, metadata) VALUES (%s, %s, %s, %s)",
            (staff_id, len(said), Jsonb(["north-cmht"]), Json(metadata)),
        )


async def test_who_was_away_or_had_left_before_is_so_since_the_day_that_said_it(
    engines: Engines,
) -> None:
    old = engines.empty("supervision")
    migrate("supervision", old.owner_dsn, "0003")
    may, june, july = "2026-05-01T12:00:00Z", "2026-06-01T23:30:00Z", "2026-07-01T12:00:00Z"
    _before(old, "there-1", ("absent", may), ("active", june))
    _before(old, "away-1", ("absent", may), ("active", may), ("absent", june), ("absent", july))
    _before(old, "gone-1", ("active", may), ("left", june), ("left", july))
    migrate("supervision", old.owner_dsn)
    with psycopg.connect(old.owner_dsn) as connection:
        found: dict[str, dict[str, Any]] = dict(
            connection.execute("SELECT staff_id, metadata FROM workers").fetchall()
        )
    days = {
        staff_id: (each["absent_from"], each["absent_until"], each["left_on"])
        for staff_id, each in found.items()
    }
    # Half past eleven at night is the next day in England's summer.
    assert days == {
        "there-1": (None, None, None),
        "away-1": ("2026-06-02", None, None),
        "gone-1": (None, None, "2026-06-02"),
    }
    entry = found["away-1"]
    assert (entry["employments"], entry["lead_for"]) == ([], [])
    [course] = entry["training"]
    assert (course["award"], course["awarded_by"], course["withdrawn"]) == ("course", None, None)
    async with old.opened() as opened:
        assert await _kept(opened) == [("away-1", date(2026, 6, 2), None)]
