"""Whoever leaves is missed by nobody: what any service learnt of them from a change of their entry,
it learns from `worker-left`."""

from datetime import UTC, datetime
from importlib import import_module

import pytest

from services.audit.policy import OF_STAFF
from shared.contracts.supervision import WorkerDetails, WorkerLeft, WorkerUpdated
from shared.kernel.actor import Actor
from shared.platform.projecting import Published
from shared.platform.ties import learnt

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BY = Actor("manager-1", "Manager 1", "team_manager")
GONE = WorkerDetails(
    name="n", job_title="j", employer="e", teams=("north-cmht",), status="left", left_on=AT.date()
)
CHANGED = ("status", "left_on")
LEARNERS = {
    "notes": import_module("services.notes.consumer").learnt_here,
    "referrals": import_module("services.referrals.consumer").learnt_here,
    "ties": learnt,
}


@pytest.mark.parametrize("name", LEARNERS)
def test_leaving_is_learnt_as_any_change_is(name: str) -> None:
    updated, left = (
        list(LEARNERS[name](Published("x", AT, BY, "nurse-1", "nurse-1", 2, payload)))
        for payload in (
            WorkerUpdated(details=GONE, changed=CHANGED),
            WorkerLeft(details=GONE, changed=CHANGED, left_on=AT.date()),
        )
    )
    assert left
    assert left == updated


def test_an_auditor_asking_who_could_see_a_record_is_told_of_it() -> None:
    assert "worker-left" in OF_STAFF
