"""The loader adds the demo team to an empty stack, and nothing twice."""

from collections import Counter
from datetime import date, timedelta

import pytest

from deploy.local.personas import BY_SUB
from deploy.local.seed import SeedFailed
from deploy.local.seed.groups import GROUPS
from deploy.local.seed.learning import TRAINING
from deploy.local.seed.notes import NOTES
from deploy.local.seed.people import PEOPLE
from deploy.local.seed.sessions import SESSIONS
from deploy.local.seed.supervision import AGREEMENTS
from tests.support.seeding import NOW, Stack, run
from tests.support.seeding_supervision import PREFIX


def test_an_empty_stack_gets_the_whole_team() -> None:
    stack = Stack()
    summary, steps = run(stack)
    assert summary.workers == sum(each.started_on is not None for each in BY_SUB.values())
    assert "/v1/workers/ehr-1" not in stack.held
    assert summary.service_users == summary.referrals == len(PEOPLE)
    assert summary.decisions == len(PEOPLE) - 1
    assert summary.allocations == sum(each.referral.worker is not None for each in PEOPLE)
    assert summary.plans == len(PEOPLE)
    assert (summary.agencies, summary.onward_referrals, summary.support) == (3, 2, 4)
    onward = [held for at, held in stack.held.items() if at.startswith("/v1/onward-referrals/")]
    assert [len(each["outcomes"]) for each in onward] == [1, 0]
    assert all(each["acknowledgement"] for each in onward)
    [preference] = [held for at, held in stack.held.items() if "/sharing-preferences/" in at]
    assert any(at.endswith(f"/carers/{preference['carer_id']}") for at in stack.held)
    assert summary.notes == len(NOTES) == len(summary.note_ids)
    assert summary.amendments == sum(each.amended is not None for each in NOTES)
    assert summary.countersignatures == sum(each.signed is not None for each in NOTES)
    assert summary.already_there == 0
    assert (summary.trained, summary.courses, summary.signed_off) == (3, len(TRAINING), 1)
    assert summary.agreements == len(AGREEMENTS)
    assert summary.sessions == len(SESSIONS) + len(GROUPS)
    assert summary.outcomes == 5
    concerns = [held["status"] for at, held in stack.held.items() if at.startswith("/v1/concerns/")]
    assert sorted(concerns) == ["acknowledged", "acknowledged", "raised"]
    assert [done for done, _, _ in steps] == list(range(1, steps[0][1] + 1))


def test_who_is_trained_and_who_is_signed_off_when_all_else_is_done() -> None:
    stack = Stack()
    run(stack)
    trained = {
        staff_id: worker["training"]
        for staff_id in BY_SUB
        if (worker := stack.held.get(f"/v1/workers/{staff_id}")) and "training" in worker
    }
    assert trained.keys() == {"str-worker-1", "str-worker-3", "str-worker-9"}
    for staff_id, courses in trained.items():
        persona = BY_SUB[staff_id]
        [course] = (each for each in courses if each["course"] == "record_keeping")
        assert persona.started_on
        assert persona.started_on < date.fromisoformat(course["completed_on"]) < NOW.date()
        assert set(BY_SUB[course["recorded_by"]["staff_id"]].teams) >= set(persona.teams)
    assert stack.written[-1] == ("nurse-1", "/v1/workers/str-worker-3/competences")
    [held] = stack.held["/v1/workers/str-worker-3"]["competences"]
    assert (held["activity"], held["assessed_on"]) == ("record_keeping", "2026-11-18")


def test_supervision_has_every_state_that_a_page_shows() -> None:
    stack = Stack()
    run(stack)
    sessions = [held for at, held in stack.held.items() if at.startswith(f"{PREFIX}/sessions/")]
    assert Counter(each["status"] for each in sessions) == {
        "held": 20, "scheduled": 2, "missed": 1, "non-attendances": 1, "cancellations": 1,
    }  # fmt: skip
    signed = [
        tuple((each["party"], each.get("agrees", True)) for each in held["signatures"])
        for held in sessions
        if held["status"] == "held"
    ]
    both = (("supervisor", True), ("worker", True))
    assert signed.count(both) == 15
    assert signed.count((("supervisor", True),)) == 4
    assert signed.count((("supervisor", True), ("worker", False))) == 1
    actions = [each for held in sessions for each in held["actions"]]
    assert Counter(each["status"] for each in actions) == {"done": 10, "open": 8}
    assert [len(held["disclosures"]) for held in sessions].count(1) == 1
    assert [len(held["case_decisions"]) for held in sessions].count(1) == 1
    agreed = [held for at, held in stack.held.items() if at.startswith(f"{PREFIX}/agreements/")]
    assert [len(each["accepted"]) for each in agreed].count(2) == len(AGREEMENTS) - 1


@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=2), timedelta(days=3)])
@pytest.mark.parametrize("keys_kept", [True, False])
def test_a_second_run_adds_nothing(later: timedelta, keys_kept: bool) -> None:
    stack = Stack()
    first, _ = run(stack)
    changes = stack.changes
    if not keys_kept:
        stack.forget_keys()
    second, _ = run(stack, NOW + later)
    assert stack.changes == changes
    assert second.notes == second.countersignatures == second.workers == 0
    assert second.trained == second.signed_off == second.plans == 0
    assert second.courses == second.agreements == second.sessions == second.outcomes == 0
    assert second.agencies == second.onward_referrals == second.support == 0
    assert second.service_user_ids == first.service_user_ids
    assert second.note_ids == first.note_ids


@pytest.mark.parametrize(
    "changes",
    [5, 16, 20, 40, 90, 98, 101, 104, 108, 125, 160, 230, 245, 260, 300, 345, 360, 375, -2, -1],
)
def test_a_run_that_broke_off_is_finished_by_the_next(changes: int) -> None:
    whole, broken = Stack(), Stack()
    run(whole)
    broken.break_at = changes % whole.changes
    with pytest.raises(SeedFailed):
        run(broken)
    broken.break_at = None
    run(broken, NOW + timedelta(minutes=5))
    assert broken.changes == whole.changes
    assert len(broken.held) == len(whole.held)


def test_a_failure_names_the_call_and_never_what_was_said() -> None:
    stack = Stack()
    stack.break_at = 0
    with pytest.raises(SeedFailed) as failed:
        run(stack)
    failure = failed.value
    assert (failure.method, failure.path) == ("PUT", "/v1/workers/manager-1")
    assert (failure.status, failure.code) == (500, "broken")
    assert str(failure) == "PUT /v1/workers/manager-1: 500 broken"
