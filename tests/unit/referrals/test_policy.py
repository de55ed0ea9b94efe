"""Rules of the referrals service: who is related to someone, and who may end their support."""

import pytest

from services.referrals.policy import Relationship, may_close
from shared.kernel.relationship import Restriction


@pytest.mark.parametrize(
    ("role", "staff_id", "may"),
    [
        ("team_manager", "manager-1", True),
        ("care_coordinator", "coordinator-1", True),
        ("care_coordinator", "coordinator-2", False),
        ("str_worker", "str-worker-1", True),
        ("str_worker", "str-worker-2", False),
        ("str_worker", "coordinator-1", False),
        ("supervisor", "str-worker-1", False),
    ],
)
def test_support_ends_with_the_manager_the_co_ordinator_or_the_worker(
    role: str, staff_id: str, may: bool
) -> None:
    decided = may_close(
        role, staff_id, worker_id="str-worker-1", care_coordinator_id="coordinator-1"
    )
    assert decided is may


def test_nobody_is_the_worker_of_a_referral_without_one() -> None:
    assert not may_close("str_worker", "", worker_id=None, care_coordinator_id=None)


@pytest.mark.parametrize(
    ("restriction", "related"),
    [
        (Restriction(), {"nurse-1", "str-worker-1", "coordinator-1"}),
        (Restriction(True, frozenset({"nurse-9"})), {"nurse-9"}),
        (Restriction(True), set()),
        (Restriction(excluded=frozenset({"nurse-1"})), {"str-worker-1", "coordinator-1"}),
        (Restriction(True, frozenset({"nurse-1"}), frozenset({"nurse-1"})), set()),
    ],
)
def test_a_restricted_record_is_for_named_staff_and_never_for_the_excluded(
    restriction: Restriction, related: set[str]
) -> None:
    person = Relationship("north-cmht", "coordinator-1", ["str-worker-1"], restriction)
    teams = {"nurse-1": ["north-cmht"], "nurse-9": ["south-cmht"]}
    staff = ("nurse-1", "nurse-9", "str-worker-1", "coordinator-1")
    assert {each for each in staff if person.includes(each, teams.get(each, []))} == related
