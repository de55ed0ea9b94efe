"""Caseloads change in one order of workers, whichever way people move; who is shown what."""

from services.referrals.domain import Place, ServiceUser, Taken
from services.referrals.projection import (
    joins_caseload,
    leaves_caseload,
    service_user_document,
    without_particulars,
)
from shared.contracts.contract import contract_of
from shared.contracts.referrals import Communication, YoungPerson
from shared.eventstore.sql import Write, grouped
from tests.support.build import NOW
from tests.support.keeping import MANAGER, service_user


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


def test_who_may_not_see_particulars_sees_nothing_that_events_seal() -> None:
    said = {"ethnicity": "A", "communication": Communication(language="Polish")}
    person = service_user()
    person.update(MANAGER, NOW, {**said, "young_person": YoungPerson()}, None)
    whole, shown = service_user_document(person), without_particulars(person)
    sealed = contract_of(ServiceUser.Updated, "referrals").personal - {"reason"}
    assert {name for name in sealed if whole[name] is None} == set()
    assert {name for name in whole if shown[name] is None and whole[name] is not None} == sealed
