"""What is put together from the ledger where the ledger doesn't tell all."""

from datetime import timedelta
from typing import Any

import pytest

from services.audit.policy import Told, concern_then, missing, note_then, policies_then, worker_then
from shared.contracts.notes import (
    SHIPPED_RULES,
    Acknowledgement,
    ConcernAcknowledged,
    ConcernClosed,
    ConcernRefiled,
    ConcernUpgraded,
    NoteAnswered,
    RecordKeepingPolicyPublished,
)
from shared.contracts.supervision import WorkerDetails, WorkerRegistered, WorkerUpdated
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, WORKER

DONE = Acknowledgement(plan="Visit today.", by=NURSE, at=NOW)


def told(payload: Any, version: int = 1, state: Any = "shown", days: int = 0) -> Told:
    at = NOW + timedelta(days=days)
    return Told(
        index=version, event_id=str(new_id()), type="", resource_id="it", stream="it",
        version=version, time=at, recorded_at=at, actor=NURSE, payload=payload,
        content_state=state,
    )  # fmt: skip


def refiled(acknowledged: Any, closed: Any) -> ConcernRefiled:
    return ConcernRefiled(
        service_user_id=new_id(), team_id="north-cmht", note_id=new_id(), refiled_from=new_id(),
        raised_by=WORKER, raised_at=NOW, kind="risk", urgency="routine", about_staff=(),
        routed_to=(), acknowledge_by=NOW, policy_version=1, service_user_told=None,
        description="Words.", alerted=(), not_told_reason=None, acknowledged=acknowledged,
        closed=closed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("acknowledged", "closed", "status"),
    [(None, None, "raised"), (DONE, None, "acknowledged"), (DONE, DONE, "closed")],
)
def test_a_concern_goes_on_where_it_stood_if_that_is_shown(
    acknowledged: Any, closed: Any, status: str
) -> None:
    assert concern_then([told(refiled(acknowledged, closed))])["status"] == status
    hidden = told(refiled(None, None), state="confidential")
    assert concern_then([hidden])["status"] is None
    assert concern_then([hidden, told(ConcernClosed(outcome="Seen."), 2)])["status"] == "closed"


def test_an_upgraded_concern_is_urgent_and_has_another_clock() -> None:
    later = NOW + timedelta(hours=1)
    upgraded = ConcernUpgraded(
        routed_to=(), acknowledge_by=later, policy_version=3, reason="Worse."
    )
    found = concern_then([told(refiled(DONE, None)), told(upgraded, 2)])
    assert (found["status"], found["urgency"]) == ("raised", "urgent")
    assert (found["acknowledge_by"], found["policy_version"]) == (later, 3)


def test_what_doesnt_begin_as_it_must_isnt_told() -> None:
    assert concern_then([told(ConcernAcknowledged(plan="Words."))]) == {}
    assert note_then([told(NoteAnswered(answer="Words."))]) is None
    assert note_then([]) is None
    assert worker_then([told(None)], NOW) is None


def test_versions_before_the_last_that_can_be_read_are_missing() -> None:
    assert missing([]) == []
    assert missing([told(DONE, 2), told(None, 3), told(DONE, 4), told(None, 5)]) == [1, 3]


def test_a_cited_policy_that_the_ledger_lacks_is_told_by_its_number() -> None:
    published = RecordKeepingPolicyPublished(
        team_id="north-cmht", policy_version=2, rules=SHIPPED_RULES, proposed_by="manager-1",
        effective_from=NOW + timedelta(days=1),
    )  # fmt: skip
    cited = {("north-cmht", 1), ("north-cmht", 7)}

    def found(days: int) -> list[tuple[int, bool, bool]]:
        at = NOW + timedelta(days=days)
        versions = policies_then([told(published)], "north-cmht", cited, at)
        return [(v["policy_version"], v["in_force"], v["rules"] is None) for v in versions]

    assert found(0) == [(1, True, False), (7, False, True)]
    assert found(1) == [(1, False, False), (2, True, False), (7, False, True)]
    assert [each["in_force"] for each in policies_then([], None, {(None, 1)}, NOW)] == [True]


def test_an_entry_from_before_days_were_kept_is_dated_by_its_event() -> None:
    entry: dict[str, Any] = {"name": "x", "job_title": "x", "employer": "x", "teams": ()}
    away = WorkerDetails(**entry, status="absent")
    left = WorkerDetails(**entry, status="left")
    events = [
        told(WorkerRegistered(staff_id="it", details=away)),
        told(WorkerUpdated(details=away, changed=()), 2, days=3),
        told(WorkerUpdated(details=left, changed=("status",)), 3, days=5),
    ]
    then = worker_then(events[:2], NOW)
    assert then
    assert then["absent_from"] == NOW.date()
    now = worker_then(events, NOW)
    assert now
    assert (now["absent_from"], now["left_on"]) == (None, (NOW + timedelta(days=5)).date())
