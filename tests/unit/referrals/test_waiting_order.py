"""Who comes next, whatever happened before: priority, then time waited, without the stops."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from services.referrals.domain import Referral
from services.referrals.projection.referrals import referral_rows
from services.referrals.projection.waiting import ORDER
from shared.contracts.referrals import Referrer
from shared.kernel.actor import Actor
from shared.kernel.errors import Conflict
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER
from tests.support.waiting import REFERRALS, STEPS, Oracle, Person, Step

MANAGER = Actor("manager-1", "Manager 1", "team_manager")


def minute(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def received(step: Step) -> Referral:
    urgency: Any = step.priority
    return Referral.receive(
        MANAGER,
        NOW,
        new_id(),
        service_user_id=SERVICE_USER,
        team_id="north-cmht",
        received_at=minute(-step.ago),
        source="cmht",
        urgency=urgency,
        needs=(),
        reason="Wants help to keep the tenancy.",
        goals=(),
        referrer=Referrer(name="A referrer"),
    )


def do(referral: Referral, step: Step, at: datetime) -> None:
    priority: Any = step.priority
    match step.does:
        case "list":
            referral.decide(MANAGER, at, "waiting_list", "Nobody is free.", priority=priority)
        case "ask":
            referral.decide(MANAGER, at, "more_information", "Whose tenancy is it?")
        case "accept":
            referral.decide(MANAGER, at, "accepted", "Fits.", priority=priority)
        case "decline":
            referral.decide(MANAGER, at, "declined", "Not ours.", "other")
        case "answer":
            referral.inform(MANAGER, at, "Their own.")
        case "review":
            referral.review(MANAGER, at, "Looked again.", priority, at.date())
        case "withdraw":
            referral.withdraw(MANAGER, at, "moved", "Has moved.")
        case "request":
            referral.request_assessment(MANAGER, at, None, None, None)
        case "assess":
            referral.assess(MANAGER, at, "Two visits.", None, None)


def listed(referrals: list[Referral]) -> list[Any]:
    """The rows of those who wait, as the list sorts them."""
    rows = [referral_rows(each, lambda _: b"")[-1].params for each in referrals]
    waiting = [row for row in rows if row["status"] == "waiting"]
    return sorted(waiting, key=lambda row: tuple(row[column.name] for column in ORDER))


@given(REFERRALS, STEPS)
@settings(max_examples=300)
def test_the_order_is_priority_then_time_waited(referrals: list[Step], steps: list[Step]) -> None:
    made = [received(each) for each in referrals]
    oracle = Oracle(
        people=[
            Person(referral.id, str(step.priority), -step.ago)
            for referral, step in zip(made, referrals, strict=True)
        ]
    )
    for step in steps:
        oracle.pass_time(step.after)
        person, referral = oracle.people[step.person], made[step.person]
        if person.may(step.does):
            do(referral, step, minute(oracle.now))
            person.does(step)
        else:
            with pytest.raises(Conflict):
                do(referral, step, minute(oracle.now))
        expected = oracle.waiting()
        found = listed(made)
        assert [row["id"] for row in found] == [each.id for each in expected]
        for row, each in zip(found, expected, strict=True):
            waited = minute(oracle.now) - row["waiting_since"]
            assert waited == timedelta(minutes=oracle.waited(each))
            assert row["priority"] == each.priority
