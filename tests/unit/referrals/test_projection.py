"""Caseloads change in one order of workers, whichever way people move."""

from services.referrals.projection import joins_caseload, leaves_caseload
from shared.eventstore.sql import Write, grouped


def test_moves_in_opposite_directions_can_not_wait_for_each_other() -> None:
    def order(*writes: Write) -> list[str]:
        return [params["worker"] for _, params in grouped(writes)]

    def move(leaving: str, joining: str) -> list[str]:
        return order(leaves_caseload(leaving), joins_caseload(joining, 12, overriding=False))

    assert move("str-worker-1", "str-worker-2") == move("str-worker-2", "str-worker-1")


def test_a_place_is_given_up_before_it_is_taken() -> None:
    join = joins_caseload("str-worker-1", 12, overriding=False)
    written = [sql for sql, _ in grouped((join, leaves_caseload("str-worker-1")))]
    assert [sql.split()[0] for sql in written] == ["UPDATE", "INSERT"]
