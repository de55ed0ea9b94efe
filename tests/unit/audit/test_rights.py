"""Who could see a person's record then: events folded into the rule of the services."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.audit.policy import Fact, Rights, rights
from shared.kernel.ids import new_id
from shared.kernel.relationship import Tie
from tests.support.build import NOW

CONCERN = "01a00000-0000-7000-8000-0000000000c1"
OTHER = "01a00000-0000-7000-8000-0000000000c2"


def on(day: int) -> datetime:
    """Some days before or after now."""
    return NOW + timedelta(days=day)


def fact(type: str, day: int, resource_id: str = "x", by: str = "manager-1", **data: Any) -> Fact:
    return Fact(type, on(day), by, by.replace("-", " "), resource_id, data)


def registered(day: int = -100, co_ordinator: str | None = None) -> Fact:
    return fact(
        "service-user-registered", day, team_id="north-cmht", care_coordinator_id=co_ordinator
    )


def worker(staff_id: str, day: int = -200, *teams: str, status: str = "active") -> Fact:
    details = {"name": staff_id.title(), "teams": list(teams), "status": status}
    said = "worker-left" if status == "left" else "worker-updated"
    return fact(said, day, staff_id, details=details)


def allocated(worker_id: str, day: int, referral: str = "r1") -> Fact:
    return fact("referral-allocated", day, referral, worker_id=worker_id)


def restricted(day: int, named: tuple[str, ...], excluded: tuple[str, ...] = ()) -> Fact:
    return fact(
        "restriction-set", day, restricted=bool(named), named_staff=named, excluded_staff=excluded
    )


def duty(day: int, *shifts: tuple[str, int, int]) -> Fact:
    rota = [
        {"staff_id": who, "starts_at": on(start).isoformat(), "ends_at": on(end).isoformat()}
        for who, start, end in shifts
    ]
    return fact("duty-assigned", day, "north-cmht", team_id="north-cmht", shifts=rota)


def override(by: str, day: int, id: UUID) -> Fact:
    until = (on(day) + timedelta(hours=8)).isoformat()
    return fact("access-override-granted", day, str(id), by, until=until)


def escalated(day: int, clock: int, *reached: str, concern: str = CONCERN) -> Fact:
    return fact(
        "concern-escalated", day, concern, "countersign",
        concern_id=concern, clock=clock, reached=list(reached),
    )  # fmt: skip


def over(day: int, version: int, type: str = "concern-closed", concern: str = CONCERN) -> Fact:
    return replace(fact(type, day, concern), version=version)


def bases(found: Rights) -> dict[str, list[str]]:
    return {each.staff_id: [tie.basis for tie in each.ties] for each in found.items}


def test_the_team_the_co_ordinator_and_the_worker() -> None:
    facts = [
        registered(co_ordinator="coordinator-1"),
        worker("coordinator-1", -200, "north-cmht"),
        worker("str-worker-9", -200, "south-cmht"),
        worker("nurse-9", -200, "south-cmht"),
        allocated("str-worker-9", -50),
    ]
    found = rights(facts, NOW)
    assert bases(found) == {
        "coordinator-1": ["care_coordination", "team"],
        "str-worker-9": ["caseload"],
    }
    assert not found.restricted
    assert [each.name for each in found.items] == ["Coordinator-1", "Str-Worker-9"]


def test_a_change_of_team_and_co_ordinator_moves_the_ties_and_leaves_the_caseload() -> None:
    facts = [
        registered(co_ordinator="coordinator-1"),
        worker("nurse-1", -200, "north-cmht"),
        worker("nurse-9", -200, "south-cmht"),
        allocated("str-worker-1", -50),
        fact("service-user-updated", -20, team_id="south-cmht", care_coordinator_id=None),
    ]
    assert bases(rights(facts, on(-21))) == {
        "coordinator-1": ["care_coordination"],
        "nurse-1": ["team"],
        "str-worker-1": ["caseload"],
    }
    assert bases(rights(facts, on(-20))) == {"nurse-9": ["team"], "str-worker-1": ["caseload"]}


def test_a_transfer_moves_the_tie() -> None:
    facts = [
        registered(),
        allocated("str-worker-1", -50),
        fact("referral-transferred", -20, "r1", from_worker_id="str-worker-1",
             worker_id="str-worker-2"),
    ]  # fmt: skip
    assert bases(rights(facts, on(-21))) == {"str-worker-1": ["caseload"]}
    assert bases(rights(facts, on(-20))) == {"str-worker-2": ["caseload"]}


def test_a_closure_ends_the_tie_of_that_referral_only() -> None:
    facts = [
        registered(),
        allocated("str-worker-1", -50, "r1"),
        allocated("str-worker-2", -40, "r2"),
        fact("referral-closed", -10, "r1", worker_id="str-worker-1", outcome="goals_met"),
    ]
    assert bases(rights(facts, NOW)) == {"str-worker-2": ["caseload"]}


def test_who_left_is_tied_to_no_one_and_who_changed_team_lost_that_tie() -> None:
    facts = [
        registered(),
        worker("nurse-1", -200, "north-cmht"),
        worker("ot-1", -200, "north-cmht"),
        worker("nurse-1", -5, "north-cmht", status="left"),
        worker("ot-1", -5, "south-cmht"),
    ]
    assert bases(rights(facts, on(-6))) == {"nurse-1": ["team"], "ot-1": ["team"]}
    assert bases(rights(facts, NOW)) == {}
    [nurse] = rights(facts, NOW, "nurse-1").items
    assert (nurse.at_work, nurse.ties) == (False, ())


def test_who_came_back_to_a_team_is_tied_again() -> None:
    facts = [
        registered(),
        worker("ot-1", -200, "north-cmht"),
        worker("ot-1", -20),
        worker("ot-1", -10, "north-cmht"),
    ]
    assert bases(rights(facts, on(-15))) == {}
    assert bases(rights(facts, NOW)) == {"ot-1": ["team"]}


def test_ties_outlive_their_end_by_the_grace_of_the_services() -> None:
    facts = [
        registered(),
        worker("ot-1", -200, "north-cmht"),
        worker("ot-1", -5, "south-cmht"),
        allocated("str-worker-1", -50),
        fact("referral-closed", -10, "r1", worker_id="str-worker-1", outcome="goals_met"),
    ]
    days = timedelta(days=7)
    assert bases(rights(facts, on(-4), grace=days)) == {
        "ot-1": ["team"], "str-worker-1": ["caseload"]
    }  # fmt: skip
    assert bases(rights(facts, on(-3), grace=days)) == {"ot-1": ["team"]}
    assert bases(rights(facts, on(-3), "ot-1")) == {"ot-1": []}


def test_a_restricted_record_is_for_named_staff_and_never_for_the_excluded() -> None:
    facts = [
        registered(co_ordinator="coordinator-1"),
        worker("nurse-1", -200, "north-cmht"),
        allocated("str-worker-1", -50),
        restricted(-30, ("nurse-1",), ("str-worker-1",)),
        restricted(-2, (), ("str-worker-1",)),
    ]
    then = rights(facts, on(-3))
    assert then.restricted
    assert bases(then) == {"nurse-1": ["named"], "str-worker-1": []}
    assert [each.staff_id for each in then.items if each.excluded] == ["str-worker-1"]
    now = rights(facts, NOW)
    assert not now.restricted
    assert bases(now) == {
        "coordinator-1": ["care_coordination"], "nurse-1": ["team"], "str-worker-1": []
    }  # fmt: skip


def test_duty_is_the_last_rota_of_then() -> None:
    facts = [
        registered(),
        duty(-30, ("str-worker-9", -30, 30)),
        duty(-10, ("nurse-9", -10, 30)),
    ]
    assert bases(rights(facts, on(-11))) == {"str-worker-9": ["duty"]}
    assert bases(rights(facts, NOW)) == {"nurse-9": ["duty"]}


def test_broken_glass_ties_until_it_lapses_even_to_a_restricted_record() -> None:
    broken = new_id()
    facts = [registered(), restricted(-30, ("nurse-1",)), override("nurse-9", -1, broken)]
    during = rights(facts, on(-1) + timedelta(hours=7))
    assert bases(during) == {"nurse-1": ["named"], "nurse-9": ["override"]}
    [nurse] = rights(facts, on(-1), "nurse-9").items
    assert nurse.ties == (Tie("override", broken),)
    assert nurse.name == "nurse 9"
    assert bases(rights(facts, NOW)) == {"nurse-1": ["named"]}


@pytest.mark.parametrize("ending", ["concern-closed", "concern-moved"])
def test_whom_a_concern_reached_could_see_it_all_until_it_was_over(ending: str) -> None:
    facts = [
        registered(),
        restricted(-30, ("nurse-1",), ("ot-9",)),
        escalated(-10, 1, "nurse-9", "ot-9"),
        over(-5, 3, ending),
        escalated(-3, 4, "manager-9"),
    ]
    during = rights(facts, on(-6))
    assert bases(during) == {"nurse-1": ["named"], "nurse-9": ["escalation"], "ot-9": []}
    assert bases(rights(facts, on(-11))) == {"nurse-1": ["named"], "ot-9": []}
    again = bases(rights(facts, NOW))
    assert again == {"manager-9": ["escalation"], "nurse-1": ["named"], "ot-9": []}, "reopened"


def test_each_concern_ends_what_it_brought_itself_also_what_was_said_late() -> None:
    facts = [
        registered(),
        escalated(-10, 1, "nurse-9"),
        escalated(-10, 2, "nurse-9", concern=OTHER),
        over(-5, 2),
        escalated(-4, 1, "ot-9"),
    ]
    assert bases(rights(facts, NOW)) == {"nurse-9": ["escalation"]}, "the other is still open"
    assert bases(rights([*facts, over(-3, 3, concern=OTHER)], on(-3))) == {}


def test_of_several_registrations_everyone_who_is_tied_to_one_is_tied_to_the_person() -> None:
    of_one = registered(co_ordinator="coordinator-1")
    other = {"team_id": "south-cmht", "care_coordinator_id": "coordinator-9"}
    facts = [
        of_one,
        replace(of_one, resource_id="y", data=other),
        worker("nurse-9", -200, "south-cmht"),
        worker("nurse-8", -200, "west-cmht"),
    ]
    both = {
        "coordinator-1": ["care_coordination"],
        "coordinator-9": ["care_coordination"],
        "nurse-9": ["team"],
    }
    assert bases(rights(facts, NOW, root="y")) == bases(rights(facts, NOW)) == both
    hidden = [
        replace(restricted(-20, ("nurse-8",)), resource_id="y"),
        restricted(-20, (), ("nurse-9",)),
    ]
    found = rights([*facts, *hidden], NOW)
    assert found.restricted
    assert bases(found) == {"nurse-8": ["named"], "nurse-9": []}


def test_one_who_is_named_is_answered_for_also_with_nothing() -> None:
    assert bases(rights([registered()], NOW, "nurse-9")) == {"nurse-9": []}


@pytest.mark.parametrize(("staff_id", "answer"), [(None, {}), ("nurse-1", {"nurse-1": []})])
def test_before_the_person_was_registered_nobody_could(
    staff_id: str | None, answer: dict[str, list[str]]
) -> None:
    facts = [registered(), worker("nurse-1", -200, "north-cmht")]
    assert bases(rights(facts, on(-101), staff_id)) == answer
