"""Who must be allocated again: why, since when, by when; said once, and never forgotten."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.referrals.access import ANSWER_HANDOVER
from services.referrals.domain import Referral
from services.referrals.projection import Reallocations as ReadModel
from shared.eventstore.unit_of_work import Unit
from shared.kernel.call import Call, Caller
from shared.kernel.relationship import Restriction
from shared.platform.deadlines import clock_call
from shared.platform.ties import restriction_is
from tests.support.application import AT
from tests.support.caseloads import MANAGER, Process
from tests.support.engines import Engines

pytestmark = pytest.mark.anyio
ONE, TWO = "str-worker-1", "str-worker-2"
RECEIVER = Call(
    ANSWER_HANDOVER,
    Caller(TWO, "STR worker 2", frozenset({"str_worker"}), frozenset({"north-cmht"})),
    "str_worker",
    AT,
)


def days(ahead: float) -> datetime:
    return AT + timedelta(days=ahead)


async def _listed(process: Process, ahead: float = 0, **asked: Any) -> list[dict[str, Any]]:
    found = await process.reading.reallocations(
        replace(MANAGER, at=days(ahead)), "north-cmht", **{"limit": 50, "after": None, **asked}
    )
    return [row["document"] for row in found.rows]


async def _why(process: Process) -> dict[Any, tuple[str, datetime]]:
    """Of each referral, and the same as the caseloads say it."""
    listed = await _listed(process)
    caseloads = ReadModel(process.opened.database)
    said = {
        each["referral_id"]: each["needs_reallocation"]
        for worker in (ONE, TWO)
        for each in await caseloads.on_caseload(worker, "manager-1")
        if each["needs_reallocation"]
    }
    assert {each["referral_id"]: each["because"] for each in listed} == said
    return {each["referral_id"]: (each["because"], each["since"]) for each in listed}


@pytest.fixture
async def process(engines: Engines) -> Any:
    async with engines.fresh("referrals").opened() as opened:
        made = Process(opened)
        for worker in (ONE, TWO):
            await made.learn(worker)
        yield made


async def test_who_is_away_or_has_left_leaves_people_to_allocate_again(process: Process) -> None:
    mine, other = await process.allocated(ONE), await process.allocated(TWO)
    assert await _why(process) == {}
    await process.learn(ONE, 2, days(1), status="absent")
    assert await _why(process) == {mine.id: ("absent", days(1))}
    await process.learn(ONE, 3, days(2))
    assert await _why(process) == {}
    await process.learn(ONE, 4, days(3), status="absent")
    await process.learn(ONE, 5, days(4), status="left")
    assert await _why(process) == {mine.id: ("left", days(3))}, "without a worker since then"
    await process.transferred(mine, TWO)
    assert await _why(process) == {}
    await process.learn(TWO, 2, days(5), status="left")
    assert await _why(process) == {each.id: ("left", days(5)) for each in (mine, other)}
    await process.closed(other)
    assert [*await _why(process)] == [mine.id]


async def test_a_worker_of_another_team_by_now_is_not_theirs_by_choice(process: Process) -> None:
    mine = await process.allocated(ONE)
    await process.learn(ONE, 2, days(1), teams=("west-cmht", "east-cmht"))
    assert await _why(process) == {mine.id: ("left_team", days(1))}
    await process.learn(ONE, 3, days(2), teams=("west-cmht", "north-cmht"))
    assert await _why(process) == {}
    # Somebody of another team, chosen as such, stays; whose team changed does not.
    await process.learn("str-worker-9", 1, AT, teams=("west-cmht",))
    chosen = await process.transferred(mine, "str-worker-9")
    assert await _listed(process) == []
    moved = await process.commands.change(
        replace(MANAGER, if_match=chosen.version), Referral, chosen.id,
        lambda r: r.move(MANAGER.actor(), days(3), "east-cmht"),
    )  # fmt: skip
    assert await _listed(process) == []
    [row] = await process.opened.database.run("SELECT worker_id FROM referrals")
    assert row["worker_id"] == "str-worker-9"
    await process.commands.change(
        replace(MANAGER, if_match=moved.aggregate.version), Referral, chosen.id,
        lambda r: r.move(MANAGER.actor(), days(4), "north-cmht"),
    )  # fmt: skip
    [found] = await _listed(process)
    assert (found["because"], found["since"]) == ("left_team", days(4))


async def test_who_declines_a_hand_over_keeps_them_until_somebody_else_does(
    process: Process,
) -> None:
    mine = await process.transferred(await process.allocated(ONE), TWO)
    assert await _why(process) == {}
    declined = await process.caseloads.answer_handover(
        replace(RECEIVER, at=days(1), if_match=mine.version), mine.id, "Lives next door."
    )
    assert await _why(process) == {mine.id: ("handover_declined", days(1))}
    again = await process.transferred(declined.aggregate, ONE)
    assert await _why(process) == {}
    assert again.handover == "awaiting"


async def test_it_is_said_once_of_each_reason_by_whichever_worker_leads(engines: Engines) -> None:
    fresh = engines.fresh("referrals")
    async with fresh.opened() as first, fresh.opened() as second:
        one, two = Process(first), Process(second)
        await one.learn(ONE)
        for _ in range(12):
            await one.allocated(ONE)
        assert await one.reallocations.notice(clock_call(AT)) == 0
        await one.learn(ONE, 2, days(1), status="absent")
        said = await asyncio.gather(
            *(each.reallocations.notice(clock_call(days(2))) for each in (one, two))
        )
        assert sum(said) == 12
        assert await two.reallocations.notice(clock_call(days(3))) == 0
        await one.learn(ONE, 3, days(4), status="left")
        assert await two.reallocations.notice(clock_call(days(4))) == 12
        events = await one.events("reallocation-due")
        assert [each["because"] for each in events] == ["absent"] * 12 + ["left"] * 12
        assert {each["due_at"][:10] for each in events} == {"2026-11-28"}, (
            "nobody waits longer for it"
        )
        [row] = await first.database.run("SELECT count(*)::int AS n FROM reallocations")
        assert row["n"] == 24


async def test_a_policy_of_later_does_not_put_it_off(process: Process) -> None:
    """What was due stays due (nothing applies backwards)."""
    await process.allocated(ONE)
    await process.learn(ONE, 2, days(0), status="left")
    [before] = await _listed(process)
    assert (before["due_at"], before["overdue"]) == (days(7), False)
    await process.reallocations.notice(clock_call(days(0)))
    await process.publish(2, days(5), reallocate_within_days=28)
    [after] = await _listed(process, ahead=7)
    assert (after["due_at"], after["overdue"]) == (days(7), True)


async def test_the_list_is_paged_the_longest_first_without_whom_one_may_not_see(
    process: Process,
) -> None:
    mine = [await process.allocated(ONE) for _ in range(4)]
    theirs = await process.allocated(TWO)
    await process.learn(TWO, 2, days(1), status="left")
    await process.learn(ONE, 2, days(2), status="left")
    hidden = restriction_is(mine[1].service_user_id, Restriction(restricted=True), 2)
    await process.opened.unit_of_work.commit(Unit([], [hidden]))
    left = [each.id for each in mine if each is not mine[1]]
    found, after = [], None
    while page := await _listed(process, limit=2, after=after):
        found += page
        after = (page[-1]["since"], page[-1]["referral_id"])
    assert [each["referral_id"] for each in found] == [theirs.id, *sorted(left)]


async def test_an_absent_worker_has_no_room_and_counts_whom_one_may_not_see(
    process: Process,
) -> None:
    mine = [await process.allocated(ONE) for _ in range(4)]
    hidden = restriction_is(mine[1].service_user_id, Restriction(restricted=True), 2)
    await process.opened.unit_of_work.commit(Unit([], [hidden]))
    shown = await process.reading.caseload(MANAGER, ONE)
    assert (shown["status"], shown["limit"], shown["headroom"]) == ("active", 12, 8)
    await process.learn(ONE, 2, days(1), status="absent", whole_time_equivalent=0.5)
    shown = await process.reading.caseload(MANAGER, ONE)
    assert (shown["status"], shown["limit"], shown["headroom"]) == ("absent", 6, 0)
    assert (shown["open"], shown["people"], len(shown["items"])) == (4, 4, 3)
    assert {each["needs_reallocation"] for each in shown["items"]} == {"absent"}
