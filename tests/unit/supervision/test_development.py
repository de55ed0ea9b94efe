"""A development plan goes on until a review ends it, and draws the worker's framework together."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.supervision.domain import DevelopmentPlan, PlanEnded
from services.supervision.projection import Framework, outlined, plan_document
from services.supervision.projection.development import plan_outline
from shared.contracts.supervision import Objective
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
TODAY = NOW.date()
AIM = Objective(id=new_id(), objective="Lead a group session alone.", courses=("groups",))


def plan(*objectives: Objective) -> DevelopmentPlan:
    return DevelopmentPlan.agree(
        MANAGER, NOW, new_id(), worker_id="str-worker-1", team_id="north-cmht",
        review_on=TODAY, objectives=objectives or (AIM,),
    )  # fmt: skip


def test_an_objective_is_open_until_its_progress_says_otherwise() -> None:
    agreed = plan()
    assert agreed.has(AIM.id)
    assert plan_document(agreed)["objectives"][0]["status"] == "open"
    for status in ("met", "open", "dropped"):
        agreed.record_progress(MANAGER, NOW, AIM.id, status, "As we said.")
    [shown] = plan_document(agreed)["objectives"]
    assert shown["status"] == "dropped"
    assert [each["status"] for each in shown["progress"]] == ["met", "open", "dropped"]


def test_it_goes_on_from_review_to_review_until_one_ends_it() -> None:
    agreed = plan()
    later = TODAY + timedelta(days=90)
    agreed.review(MANAGER, NOW, "continues", later, "Half of it is done.")
    assert (agreed.status, agreed.review_on) == ("current", later)
    agreed.review(MANAGER, NOW, "ended", None, "All of it is done.")
    assert (agreed.status, agreed.review_on) == ("ended", None)
    assert [each["findings"] for each in agreed.reviews] == [
        "Half of it is done.", "All of it is done.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        lambda plan: plan.add_objective(MANAGER, NOW, AIM),
        lambda plan: plan.record_progress(MANAGER, NOW, AIM.id, "met", "Did."),
        lambda plan: plan.review(MANAGER, NOW, "ended", None, "Again."),
    ],
)
def test_nothing_is_added_to_one_that_has_ended(
    command: Callable[[DevelopmentPlan], None],
) -> None:
    agreed = plan()
    agreed.review(MANAGER, NOW, "ended", None, "Left the team.")
    with pytest.raises(PlanEnded):
        command(agreed)


def test_the_outline_has_no_word_of_it() -> None:
    agreed = plan()
    agreed.record_progress(MANAGER, NOW, AIM.id, "open", "Led half of one.")
    agreed.review(MANAGER, NOW, "continues", TODAY, "Go on.")
    outline = plan_outline(agreed)
    for words in ("Lead a group", "Led half", "Go on", "groups"):
        assert words not in str(outline)
        assert words in str(plan_document(agreed))
    assert outline["reviews"][0]["outcome"] == "continues"


def _course(*training: tuple[int, int | None], withdrawn: int | None = None) -> dict[str, Any]:
    """How `groups` stands for someone who completed it so many days ago, each until then."""
    done = tuple(
        {
            "course": "groups",
            "completed_on": TODAY - timedelta(days=ago),
            "expires_on": None if lasts is None else TODAY + timedelta(days=lasts),
            "withdrawn": {"reason": "Not theirs."} if number == withdrawn else None,
        }
        for number, (ago, lasts) in enumerate(training)
    )
    other = {"course": "first_aid", "completed_on": TODAY, "expires_on": None}
    drawn = Framework((other, *done)).drawn_into(plan_document(plan()), TODAY)
    course: dict[str, Any] = drawn["objectives"][0]["courses"][0]
    return course


def test_a_course_stands_as_its_last_completion_left_it() -> None:
    nothing = {"course": "groups", "completed_on": None, "expires_on": None, "trained": False}
    assert _course() == nothing
    assert _course((10, None))["trained"]
    assert _course((10, 0))["trained"], "through the day it expires"
    assert not _course((10, -1))["trained"]
    assert _course((900, -500), (10, 300))["completed_on"] == TODAY - timedelta(days=10)
    assert not _course((10, -1), (900, None))["trained"], "the last one counts"
    assert _course((900, None), (10, -1), withdrawn=1)["trained"], "of those that stand"


def test_linked_supervision_is_shown_with_the_objective_it_is_for() -> None:
    agreement: dict[str, Any] = {
        "worker_id": "str-worker-1", "id": new_id(), "kind": "mentoring",
        "supervisor_id": "str-worker-2", "interval_weeks": 8, "ended_on": None,
    }  # fmt: skip
    linked = Objective(id=new_id(), objective="Learn.", agreement_ids=(agreement["id"],))
    framework = Framework((), {agreement["id"]: agreement, new_id(): {**agreement, "kind": "x"}})
    drawn = framework.drawn_into(plan_document(plan(linked, AIM)), TODAY)
    first, second = drawn["objectives"]
    assert [each["kind"] for each in first["agreements"]] == ["mentoring"]
    assert "worker_id" not in first["agreements"][0]
    assert (second["agreements"], "agreement_ids" in first) == ([], False)


@pytest.mark.parametrize(
    ("due", "overdue"), [(TODAY, False), (TODAY - timedelta(days=1), True), (None, False)]
)
def test_a_review_is_overdue_from_the_day_after(due: date | None, overdue: bool) -> None:
    outline = {**plan_outline(plan()), "review_on": due and due.isoformat()}
    assert outlined(outline, TODAY)["review_overdue"] is overdue
