"""Rules of the referrals service: who may end the support."""

import pytest

from services.referrals.policy import may_close


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
        role, staff_id, worker_id="str-worker-1", care_coordinators={"coordinator-1"}
    )
    assert decided is may


def test_nobody_is_the_worker_of_a_referral_without_one() -> None:
    assert not may_close("str_worker", "", worker_id=None, care_coordinators=())
