"""Caseloads change in one order of workers, whichever way people move."""

from services.referrals.domain import Place, Taken
from services.referrals.projection import joins_caseload, leaves_caseload
from shared.eventstore.sql import Write, grouped


def _join(worker_id: str) -> Write:
    return joins_caseload(Place(worker_id, weight=1, limit=12, load=5))


def test_moves_in_opposite_directions_can_not_wait_for_each_other() -> None:
    def order(*writes: Write) -> list[str]:
        return [params["worker"] for _, params in grouped(writes)]

    def move(leaving: str, joining: str) -> list[str]:
        return order(leaves_caseload(Taken(leaving, 1)), _join(joining))

    assert move("str-worker-1", "str-worker-2") == move("str-worker-2", "str-worker-1")


def test_a_place_is_given_up_before_it_is_taken() -> None:
    leave = leaves_caseload(Taken("str-worker-1", 1))
    written = [sql for sql, _ in grouped((_join("str-worker-1"), leave))]
    assert [sql.split()[0] for sql in written] == ["UPDATE", "INSERT"]
