"""An entry as it is asked for: what its silence means, and what it may not say."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.supervision.domain import Worker
from services.supervision.schemas import WorkerRequest
from shared.contracts.supervision import WorkerDetails
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
TODAY, DAY = NOW.date(), timedelta(days=1)
BODY: dict[str, Any] = {
    "name": "n", "job_title": "j", "employer": "e", "teams": ["north-cmht", "south-cmht"],
}  # fmt: skip
NMC = {"body": "NMC", "number": "18A1234E"}
SUSPENDED = {
    **NMC, "status": "suspended", "conditions": "Interim order.", "checked_on": TODAY.isoformat(),
}  # fmt: skip


def _iso(days: int) -> str:
    return (TODAY + days * DAY).isoformat()


def _entry(worker: Worker | None = None, **asked: Any) -> WorkerDetails:
    request = WorkerRequest.model_validate({**BODY, **asked}).asked()
    return worker.asked(request, NOW) if worker else request.entry(None, {}, TODAY)


def _worker(**asked: Any) -> Worker:
    return Worker.register(MANAGER, NOW, "nurse-1", _entry(**asked))


def test_a_suspension_isnt_lifted_by_who_doesnt_know_of_it() -> None:
    worker = _worker(registrations=[SUSPENDED])
    assert _entry(worker, registrations=[NMC]) == worker.details
    [renewed] = _entry(worker, registrations=[{**NMC, "expires_on": "2030-01-31"}]).registrations
    assert (renewed.status, renewed.expires_on) == ("suspended", date(2030, 1, 31))
    assert (renewed.conditions, renewed.checked_on) == ("Interim order.", TODAY)


def test_what_is_said_of_a_registration_counts() -> None:
    worker = _worker(registrations=[SUSPENDED])
    lifted = {**NMC, "status": "effective", "conditions": None}
    [now] = _entry(worker, registrations=[lifted]).registrations
    assert (now.status, now.conditions, now.checked_on) == ("effective", None, TODAY)


def test_a_registration_put_again_after_it_was_gone_is_as_it_was() -> None:
    worker = _worker(registrations=[SUSPENDED])
    held = worker.details
    worker.update(MANAGER, NOW, _entry(worker))
    assert worker.details.registrations == ()
    assert _entry(worker, registrations=[NMC]) == held


def test_another_number_is_another_registration() -> None:
    worker = _worker(registrations=[SUSPENDED])
    [other] = _entry(worker, registrations=[{**NMC, "number": "18A1234F"}]).registrations
    assert (other.status, other.conditions, other.checked_on) == ("effective", None, None)


def test_since_when_somebody_is_away_is_today_unless_it_is_said() -> None:
    away = _entry(status="absent")
    assert (away.absent_from, away.absent_until) == (TODAY, None)
    told = _entry(status="absent", absent_from=_iso(-3), absent_until=_iso(9))
    assert (told.absent_from, told.absent_until) == (TODAY - 3 * DAY, TODAY + 9 * DAY)
    worker = _worker(status="absent", absent_from=_iso(-3))
    assert _entry(worker, status="absent") == worker.details
    assert _entry(worker, status="absent", absent_from=_iso(-1)).absent_from == TODAY - DAY
    assert _entry(worker).absent_from is None


def test_the_last_day_is_today_unless_it_is_said() -> None:
    assert _entry(status="left").left_on == TODAY
    worker = _worker()
    worker.update(MANAGER, NOW, _entry(worker, status="left", left_on=_iso(-7)))
    assert worker.details.left_on == TODAY - 7 * DAY
    assert _entry(worker, status="left") == worker.details
    assert _entry(worker).left_on is None


def test_what_was_published_before_is_dated_by_the_day_that_said_it() -> None:
    before = replace(_entry(), status="absent")
    worker = Worker.register(MANAGER, NOW, "nurse-1", _entry())
    worker._updated(actor=MANAGER, timestamp=NOW + DAY, details=before, changed=("status",))
    assert worker.details.absent_from == TODAY + DAY
    gone = replace(before, status="left")
    worker._updated(actor=MANAGER, timestamp=NOW + 3 * DAY, details=gone, changed=("status",))
    assert worker.details.left_on == TODAY + 3 * DAY
    assert worker.absences == ((TODAY + DAY, TODAY + 3 * DAY), (TODAY + 4 * DAY, None))


def test_leaving_is_an_event_of_its_own_and_coming_back_is_none() -> None:
    worker = _worker()
    worker.update(MANAGER, NOW, _entry(worker, status="left", left_on=_iso(-1)))
    left = worker.pending_events[-1]
    assert isinstance(left, Worker.Left)
    assert (left.left_on, left.details) == (TODAY - DAY, worker.details)
    assert left.changed == ("status", "left_on")
    worker.update(MANAGER, NOW, _entry(worker, status="left", left_on=_iso(-2)))
    assert isinstance(worker.pending_events[-1], Worker.Updated)
    worker.update(MANAGER, NOW, _entry(worker))
    assert isinstance(worker.pending_events[-1], Worker.Updated)
    assert worker.teams == {"north-cmht", "south-cmht"}


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"status": "absent", "absent_from": _iso(1)}, "#/absent_from"),
        ({"status": "absent", "absent_until": _iso(-1)}, "#/absent_until"),
        ({"status": "left", "left_on": _iso(1)}, "#/left_on"),
        (
            {"registrations": [NMC, {**NMC, "checked_on": _iso(1)}]},
            "#/registrations/1/checked_on",
        ),
        (
            {"employments": [{"employer": "e"}, {"employer": "f", "teams": ["west"]}]},
            "#/employments/1/teams",
        ),
        (
            {"employments": [{"employer": "f", "teams": ["west"], "ended_on": _iso(0)}]},
            "#/employments/0/teams",
        ),
    ],
)
def test_what_cant_be_so_yet_or_doesnt_fit(asked: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Malformed) as refused:
        _entry(**asked)
    assert refused.value.pointer == pointer


def test_a_former_employment_may_have_been_in_any_team() -> None:
    former = {"employer": "f", "teams": ["west"], "started_on": "2020-01-06", "ended_on": _iso(-1)}
    now = {"employer": "e", "teams": ["south-cmht"], "hours_per_week": 18.75}
    kept = _entry(employments=[former, now], lead_for=["north-cmht"])
    assert [each.teams for each in kept.employments] == [("west",), ("south-cmht",)]
    assert kept.employments[1].hours_per_week == 18.75
    assert kept.lead_for == ("north-cmht",)


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"absent_from": _iso(0)}, ("absent_from",)),
        ({"status": "left", "absent_until": _iso(0)}, ("absent_until",)),
        ({"status": "absent", "left_on": _iso(0)}, ("left_on",)),
        (
            {"employments": [{"employer": "e", "started_on": _iso(0), "ended_on": _iso(0)}]},
            ("employments", 0),
        ),
        ({"employments": [{"employer": "e", "teams": ["a team"]}]}, ("employments", 0, "teams", 0)),
        (
            {"employments": [{"employer": "e", "hours_per_week": 0}]},
            ("employments", 0, "hours_per_week"),
        ),
        ({"employments": [{"employer": "e"}] * 11}, ("employments",)),
        ({"lead_for": ["a team"]}, ("lead_for", 0)),
        ({"registrations": [{**NMC, "status": None}]}, ("registrations", 0, "status")),
    ],
)
def test_a_request_says_where_it_is_wrong(asked: dict[str, Any], where: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        WorkerRequest.model_validate({**BODY, **asked})
    assert refused.value.errors()[0]["loc"] == where
