"""The waiting list as it is answered: in order, page by page, nobody counted twice or left out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.referrals.domain import Referral
from services.referrals.policy import DEFAULT
from shared.eventstore.unit_of_work import Unit
from shared.kernel.errors import Conflict
from shared.kernel.relationship import Restriction
from shared.platform.ties import person_is, restriction_is
from tests.support.application import AT
from tests.support.engines import Engines, Opened
from tests.support.referring import MANAGER, Uses
from tests.support.waiting import PEOPLE, REFERRALS, STEPS, Oracle, Person, Step

pytestmark = pytest.mark.anyio

hidden = st.lists(
    st.sampled_from(("shown", "shown", "restricted", "died")), min_size=PEOPLE, max_size=PEOPLE
)


@given(REFERRALS, STEPS, hidden, st.integers(1, 4))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
async def test_the_list_is_in_order_whatever_happened(
    engines: Engines, referrals: list[Step], steps: list[Step], hidden: list[str], limit: int
) -> None:
    async with engines.fresh("referrals").opened() as opened:
        uses, oracle = Uses.of(opened), Oracle()
        made = [await uses.received(each) for each in referrals]
        oracle.people = [
            Person(referral.id, str(step.priority), -step.ago)
            for referral, step in zip(made, referrals, strict=True)
        ]
        for step in steps:
            oracle.pass_time(step.after)
            person, referral = oracle.people[step.person], made[step.person]
            at = AT + timedelta(minutes=oracle.now)
            call = replace(MANAGER, at=at, if_match=referral.version)
            if person.may(step.does):
                made[step.person] = await uses.do(referral, step, call)
                person.does(step)
            else:
                with pytest.raises(Conflict):
                    await uses.do(referral, step, call)
        how = dict(zip((each.id for each in made), hidden, strict=True))
        await _hide(opened, made, how)
        counted = [each for each in oracle.waiting() if how[each.id] != "died"]
        expected = [
            (position, each.id, each.priority, oracle.waited(each) // (24 * 60))
            for position, each in enumerate(counted, start=1)
            if how[each.id] == "shown"
        ]
        found = await uses.listed(AT + timedelta(minutes=oracle.now), limit)
        assert expected == [
            (each["position"], each["referral_id"], each["priority"], each["days"])
            for each in found
        ]
        decided = await opened.database.run("SELECT count(*) AS n FROM referral_decisions")
        assert decided[0]["n"] == sum(len(each.decisions) for each in made)


async def _hide(opened: Opened, made: list[Referral], how: dict[UUID, str]) -> None:
    """Restricts the records of some people, and records the death of others."""
    named = Restriction(True, frozenset({"nurse-1"}))
    writes: dict[str, Callable[[UUID], Any]] = {
        "restricted": lambda person: restriction_is(person, named, 99),
        "died": lambda person: person_is(person, "north-cmht", None, 99, AT.date()),
    }
    hiding = [writes[how[each.id]](each.service_user_id) for each in made if how[each.id] in writes]
    await opened.unit_of_work.commit(Unit([], hiding))


async def test_days_are_of_waiting_and_a_review_is_overdue_the_day_after(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        uses = Uses.of(opened)
        referral = await uses.received(Step("receive", 0, 0, "routine", ago=60))
        steps = (("list", 0), ("ask", 24), ("answer", 72))
        for does, hours in steps:
            call = replace(MANAGER, at=AT + timedelta(hours=hours), if_match=referral.version)
            referral = await uses.do(referral, Step(does, 0, 0), call)
        due = AT.date() + timedelta(days=DEFAULT.rules.review_every_days)
        [then] = await uses.listed(AT + timedelta(days=28), 50)
        assert (then["days"], then["review_due"], then["review_overdue"]) == (26, due, False)
        assert then["needs"] == ["housing"]
        [later] = await uses.listed(AT + timedelta(days=29), 50)
        assert (later["days"], later["review_overdue"]) == (27, True)
        assert later["waiting_since"] == AT + timedelta(hours=47)
