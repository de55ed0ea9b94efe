"""An STR worker accepts by the rules of the moment, and the level that the register has."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.referrals.consumer import learnt_here
from services.referrals.domain import NotSenior, NotYoursToDecide
from services.referrals.policy import DEFAULT
from shared.contracts.referrals import ReferralRules
from shared.contracts.supervision import Level, WorkerDetails, WorkerRegistered
from shared.eventstore.unit_of_work import Unit
from shared.kernel.call import Caller
from shared.platform.projecting import Published
from tests.support.application import AT
from tests.support.engines import Engines, Opened
from tests.support.referring import MANAGER, Uses
from tests.support.waiting import Step

pytestmark = pytest.mark.anyio
NOW = AT + timedelta(hours=1)
WORKER = replace(
    MANAGER,
    caller=Caller("str-worker-3", "STR worker 3", frozenset({"str_worker"}), frozenset()),
    role="str_worker",
    at=NOW,
    if_match=1,
)
RECEIVED = Step("receive", 0, 0, "routine", ago=5)


async def _learn(opened: Opened, version: int, level: Level) -> None:
    details = WorkerDetails(
        name="STR worker", job_title="STR worker", employer="A trust", teams=("north-cmht",),
        level=level,
    )  # fmt: skip
    event = WorkerRegistered(staff_id="str-worker-3", details=details)
    said = Published(
        "worker-registered", AT, MANAGER.actor(), "str-worker-3", "str-worker-3", version, event
    )
    await opened.unit_of_work.commit(Unit([], [*learnt_here(said)]))


async def _rule(opened: Opened, **rules: Any) -> None:
    """Rules of the team in force from `AT`."""
    whole = TypeAdapter(ReferralRules).dump_json(replace(DEFAULT.rules, **rules)).decode()
    async with opened.database.connection() as connection:
        await connection.execute(
            "INSERT INTO referral_rules (team_id, policy_version, effective_from, rules)"
            " VALUES ('north-cmht', 2, %s, %s)",
            (AT, whole),
        )


async def test_a_senior_worker_accepts_what_the_policy_lets_them(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        uses = Uses.of(opened)
        await _rule(opened, routes=("manager", "worker"))
        routine = await uses.received(RECEIVED)
        urgent = await uses.received(replace(RECEIVED, priority="urgent"))
        await _learn(opened, 1, "intermediate")
        with pytest.raises(NotYoursToDecide):
            await uses.deciding.decide(WORKER, routine.id, "accepted", "I can help.")
        await _learn(opened, 2, "senior")
        for refused, said in (
            (urgent, {"outcome": "accepted"}),
            (urgent, {"outcome": "accepted", "priority": "routine"}),
            (routine, {"outcome": "accepted", "priority": "urgent"}),
            (routine, {"outcome": "waiting_list"}),
        ):
            with pytest.raises(NotYoursToDecide):
                await uses.deciding.decide(WORKER, refused.id, rationale="I can help.", **said)  # type: ignore[arg-type]
        before = replace(WORKER, at=AT - timedelta(seconds=1))
        with pytest.raises(NotYoursToDecide):
            await uses.deciding.decide(before, routine.id, "accepted", "I can help.")
        done = await uses.deciding.decide(WORKER, routine.id, "accepted", "I can help.")
        [decision] = done.aggregate.decisions
        assert (decision["route"], decision["policy_version"]) == ("worker", 2)
        assert decision["by"].staff_id == "str-worker-3"


async def test_of_str_workers_the_senior_ones_assess(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        uses = Uses.of(opened)
        referral = await uses.received(RECEIVED)
        await _learn(opened, 1, "intermediate")
        with pytest.raises(NotSenior):
            await uses.deciding.assess(WORKER, referral.id, "Two visits.", None, None)
        await _learn(opened, 2, "senior")
        done = await uses.deciding.assess(WORKER, referral.id, "Two visits.", None, "complex")
        assert done.aggregate.complexity == "complex"


async def test_what_is_due_is_by_the_rules_of_when_it_was_received(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        uses = Uses.of(opened)
        await _rule(opened, decide_within_days=2, allocate_within_days=14)
        before = await uses.received(replace(RECEIVED, ago=1))
        since = await uses.received(replace(RECEIVED, ago=0))
        assert before.decide_by == before.received_at + timedelta(days=7)
        assert since.decide_by == since.received_at + timedelta(days=2)
        assert since.allocate_by == since.received_at + timedelta(days=14)
