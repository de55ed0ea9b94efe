"""A development plan is sealed under the worker's key, and one goes on at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from services.supervision.access import AGREE_DEVELOPMENT_PLAN
from services.supervision.domain import DevelopmentPlan, PlanInForce
from services.supervision.projection import (
    REFUSALS,
    DevelopmentPlans,
    Framework,
    plan_document,
    rows,
)
from shared.contracts.supervision import Objective
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from shared.kernel.call import Call, Caller
from shared.kernel.errors import ContentDestroyed
from shared.kernel.ids import new_id
from tests.support.build import NOW
from tests.support.engines import Engines, Opened
from tests.support.keeping import destroyed, everything, is_in

pytestmark = pytest.mark.anyio
WORKER, SUBJECT = "str-worker-1", "worker:str-worker-1"
SECRET = "Quetzalcoatl and nothing else"
BOSS = Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset())
CALL = Call(AGREE_DEVELOPMENT_PLAN, BOSS, "team_manager", NOW)
AIM = Objective(id=new_id(), objective=SECRET)
TODAY = NOW.date()


def _agree() -> DevelopmentPlan:
    return DevelopmentPlan.agree(
        CALL.actor(), NOW, new_id(), worker_id=WORKER, team_id="north-cmht",
        review_on=TODAY, objectives=(AIM,),
    )  # fmt: skip


def _commands(opened: Opened) -> Commands:
    return Commands(
        opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows,
        REFUSALS,
    )  # fmt: skip


async def _said(opened: Opened) -> DevelopmentPlan:
    """Everything that can be said of a plan, said with `SECRET`."""
    await opened.key_named(SUBJECT)
    run = _commands(opened)
    made = (await run.create(CALL, _agree, DevelopmentPlan)).aggregate

    def decide(plan: DevelopmentPlan) -> None:
        plan.add_objective(CALL.actor(), NOW, Objective(id=new_id(), objective=SECRET))
        plan.record_progress(CALL.actor(), NOW, AIM.id, "met", SECRET)
        plan.review(CALL.actor(), NOW, "continues", TODAY + timedelta(days=9), SECRET)

    call = replace(CALL, if_match=1)
    return (await run.change(call, DevelopmentPlan, made.id, decide)).aggregate


async def _shown(opened: Opened, plan: DevelopmentPlan) -> dict[str, Any]:
    row = await DevelopmentPlans(opened.database).one(plan.id)
    assert row is not None
    document = (await Documents(opened.keys).one(row))["document"]
    return Framework().drawn_into(document, TODAY)


async def test_nothing_said_of_it_is_in_clear_and_all_of_it_is_gone_with_the_key(
    engines: Engines,
) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as opened:
        plan = await _said(opened)
        held = everything(fresh)
        assert is_in("north-cmht", held), "or the search finds nothing at all"
        assert not is_in(SECRET, held)
        assert str(await _shown(opened, plan)).count(SECRET) == 4
        await destroyed(opened.database, "supervision", SUBJECT)
    async with fresh.opened() as opened:  # as after a restart
        shown = await _shown(opened, plan)
        assert (shown["content_state"], shown["objectives"]) == ("destroyed", None)
        assert (shown["status"], shown["reviews"][0]["findings"]) == ("current", None)
        again = await opened.store.load(DevelopmentPlan, plan.id)
        assert again.destroyed
        assert SECRET not in str(plan_document(again))
        with pytest.raises(ContentDestroyed):
            await _commands(opened).change(
                replace(CALL, if_match=4), DevelopmentPlan, plan.id,
                lambda plan: plan.review(CALL.actor(), NOW, "ended", None, SECRET),
            )  # fmt: skip


async def test_what_is_read_is_what_the_command_left(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        plan = await _said(opened)
        answered = Framework().drawn_into(plan_document(plan), TODAY)
        assert from_json(to_json(answered)) == await _shown(opened, plan)


async def test_of_two_drawn_up_at_once_in_two_processes_one_goes_on(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as one, fresh.opened() as two:
        await one.key_named(SUBJECT)
        done = await asyncio.gather(
            *(_commands(each).create(CALL, _agree, DevelopmentPlan) for each in (one, two)),
            return_exceptions=True,
        )
        assert [type(each) for each in done].count(PlanInForce) == 1
        [row] = await one.database.run("SELECT count(*)::int AS n FROM development_plans")
        assert row["n"] == 1
