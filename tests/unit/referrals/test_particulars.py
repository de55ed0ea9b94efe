"""Particulars: what fits together, who may change what, and what a change leaves as it was."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.referrals.domain import NotYoursToChange, ServiceUser
from services.referrals.policy import may_change, refuse_incoherent
from shared.contracts.referrals import Communication, LocalId, PersonName, YoungPerson
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
COORDINATOR = Actor("coordinator-1", "Coordinator 1", "care_coordinator")
WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")
TODAY, BORN = NOW.date(), date(1985, 4, 12)
DAY = timedelta(days=1)
NUMBER, OTHER_NUMBER = "9990000018", "9990000026"
SPOKEN = Communication(language="Polish", interpreter_needed=True, formats=("easy_read",))


def registered(**changes: Any) -> ServiceUser:
    said = {
        "nhs_number": None,
        "local_ids": (LocalId(system="ehr", value="A1"),),
        "name": PersonName(given=("Service User",), family="One"),
        "date_of_birth": BORN,
        "team_id": "north-cmht",
        "care_coordinator_id": "coordinator-1",
        **changes,
    }
    return ServiceUser.register(MANAGER, NOW, new_id(), **said)


def changed(person: ServiceUser, by: Actor = MANAGER, why: str | None = None, **given: Any) -> Any:
    """What an update records; None if nothing differs."""
    before = len(person.pending_events)
    person.may_update(by, given)
    person.update(by, NOW + DAY, given, why)
    return person.pending_events[-1] if len(person.pending_events) > before else None


@pytest.mark.parametrize(
    ("number", "stated", "known"),
    [
        (NUMBER, None, "not_traced"), (None, None, "trace_required"),
        (NUMBER, "verified", "verified"), (NUMBER, "not_traced", "not_traced"),
        (None, "not_required", "not_required"), (None, "postponed", "postponed"),
        (NUMBER, "no_match", "no_match"), (None, "no_match", "no_match"),
        (NUMBER, "unresolved", "unresolved"), (None, "in_progress", "in_progress"),
    ],
)  # fmt: skip
def test_a_status_is_of_a_number_or_of_none(number: str | None, stated: Any, known: str) -> None:
    person = registered(nhs_number=number, nhs_number_status=stated)
    assert person.particulars.nhs_number_status == known
    [event] = person.pending_events
    assert isinstance(event, ServiceUser.Registered)
    assert event.nhs_number_status == known


@pytest.mark.parametrize(
    ("number", "stated"),
    [
        (None, "verified"), (None, "not_traced"), (NUMBER, "trace_required"),
        (NUMBER, "not_required"), (NUMBER, "postponed"),
    ],
)  # fmt: skip
def test_a_status_that_is_not_of_this_number_is_refused(number: str | None, stated: Any) -> None:
    with pytest.raises(Malformed) as refused:
        registered(nhs_number=number, nhs_number_status=stated)
    assert refused.value.pointer == "#/nhs_number_status"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"died_on": TODAY + DAY}, "#/died_on"),
        ({"died_on": BORN - DAY, "date_of_birth": BORN}, "#/died_on"),
        ({"moved_away_on": TODAY + timedelta(days=366)}, "#/moved_away_on"),
        ({"moved_away_on": BORN - DAY, "date_of_birth": BORN}, "#/moved_away_on"),
        ({"date_of_birth": TODAY + DAY}, "#/date_of_birth"),
        (
            {"young_person": YoungPerson(competence="competent")},
            "#/young_person/assessed_on",
        ),
        ({"young_person": YoungPerson(assessed_on=TODAY)}, "#/young_person/assessed_on"),
        (
            {"young_person": YoungPerson(competence="competent", assessed_on=TODAY + DAY)},
            "#/young_person/assessed_on",
        ),
        (
            {
                "date_of_birth": BORN,
                "young_person": YoungPerson(competence="competent", assessed_on=BORN - DAY),
            },
            "#/young_person/assessed_on",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_place(
    said: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Malformed) as refused:
        refuse_incoherent(said, TODAY)
    assert refused.value.pointer == pointer


def test_what_fits_together_is_not_refused() -> None:
    assessed = YoungPerson(competence="not_competent", assessed_on=TODAY)
    for said in (
        {},
        {"died_on": TODAY, "moved_away_on": TODAY + timedelta(days=365), "date_of_birth": TODAY},
        {"died_on": None, "moved_away_on": None, "young_person": None},
        {"young_person": assessed},
        {"young_person": YoungPerson(parental_responsibility=("A parent",))},
        {"nhs_number_status": "verified"},
        {"nhs_number": None},
    ):
        refuse_incoherent(said, TODAY)


OVERSEEN = ("team_id", "care_coordinator_id", "nhs_number", "nhs_number_status")
EVERYONES = (
    "ethnicity", "communication", "young_person", "moved_away_on", "died_on", "name", "local_ids",
    "date_of_birth",
)  # fmt: skip


@pytest.mark.parametrize("role", ["str_worker", "registered_practitioner", "care_coordinator"])
def test_what_staff_may_change(role: str) -> None:
    assert may_change(role, EVERYONES, takes_death_back=False)
    assert not may_change(role, ("died_on",), takes_death_back=True)
    for name in OVERSEEN:
        assert not may_change(role, (name, "ethnicity"), takes_death_back=False), name


@pytest.mark.parametrize("role", ["team_manager", "ehr_system"])
def test_what_managers_and_the_record_system_may_change(role: str) -> None:
    assert may_change(role, (*OVERSEEN, *EVERYONES), takes_death_back=True)


def test_an_update_says_all_that_is_known_and_names_what_differs() -> None:
    person = registered(nhs_number=NUMBER)
    event = changed(person, COORDINATOR, communication=SPOKEN, ethnicity="A")
    assert isinstance(event, ServiceUser.Updated)
    assert event.changed == ("ethnicity", "communication")
    assert (event.nhs_number, event.team_id, event.communication) == (
        NUMBER, "north-cmht", SPOKEN,
    )  # fmt: skip
    assert (person.particulars.ethnicity, person.particulars.communication) == ("A", SPOKEN)
    assert (person.particulars.name.family, person.version) == ("One", 2)


def test_what_changes_nothing_records_nothing_and_is_anyones() -> None:
    person = registered(communication=SPOKEN)
    assert changed(person, WORKER, communication=SPOKEN, team_id="north-cmht") is None
    assert changed(person, WORKER, local_ids=(LocalId(system="ehr", value="A1"),)) is None
    assert changed(person, MANAGER) is None
    assert person.version == 1


def test_null_clears() -> None:
    person = registered(communication=SPOKEN, nhs_number=NUMBER, nhs_number_status="verified")
    event = changed(
        person, communication=None, local_ids=(), care_coordinator_id=None, nhs_number=None
    )
    now = person.particulars
    assert (now.communication, now.local_ids, now.care_coordinator_id) == (None, (), None)
    assert (now.nhs_number, now.nhs_number_status) == (None, "trace_required")
    assert "nhs_number_status" in event.changed


def test_what_was_known_of_a_number_is_not_known_of_the_next() -> None:
    person = registered(nhs_number=NUMBER, nhs_number_status="verified")
    known = []
    steps: tuple[dict[str, Any], ...] = (
        {"nhs_number": OTHER_NUMBER},
        {"nhs_number_status": "verified"},
        {"nhs_number": OTHER_NUMBER},
    )
    for given in steps:
        changed(person, **given)
        known.append(person.particulars.nhs_number_status)
    assert known == ["not_traced", "verified", "verified"], "the last is the same number again"


def test_untraced_and_then_traced() -> None:
    person = registered()
    with pytest.raises(Malformed) as refused:
        changed(person, nhs_number_status="verified")
    assert refused.value.pointer == "#/nhs_number_status"
    changed(person, nhs_number=NUMBER, nhs_number_status="verified")
    assert person.particulars.nhs_number_status == "verified"


def test_whose_the_person_is_and_which_number_is_the_managers_to_change() -> None:
    person = registered()
    for given in (
        {"team_id": "south-cmht"}, {"care_coordinator_id": "coordinator-2"},
        {"nhs_number": NUMBER}, {"nhs_number_status": "in_progress"},
    ):  # fmt: skip
        with pytest.raises(NotYoursToChange):
            changed(person, COORDINATOR, **given)
        changed(person, MANAGER, **given)
    assert person.team_id == "south-cmht"


def test_a_death_is_anyones_to_record_and_the_managers_to_take_back_with_why() -> None:
    person = registered()
    changed(person, WORKER, died_on=TODAY)
    with pytest.raises(Malformed) as unexplained:
        changed(person, WORKER, died_on=TODAY - DAY)
    assert unexplained.value.pointer == "#/reason"
    changed(person, WORKER, "The ward had the wrong day.", died_on=TODAY - DAY)
    assert changed(person, WORKER, died_on=TODAY - DAY) is None, "it is recorded already"
    with pytest.raises(NotYoursToChange):
        changed(person, WORKER, "It was somebody else.", died_on=None)
    with pytest.raises(Malformed) as refused:
        changed(person, MANAGER, died_on=None)
    assert refused.value.pointer == "#/reason"
    event = changed(person, MANAGER, "It was somebody else.", died_on=None)
    assert (person.particulars.died_on, event.reason) == (None, "It was somebody else.")
    assert changed(person, WORKER, died_on=None) is None, "there is no death to take back"


def test_a_birth_is_not_moved_past_the_death() -> None:
    person = registered()
    changed(person, died_on=date(2000, 1, 1))
    with pytest.raises(Malformed):
        changed(person, date_of_birth=date(2000, 1, 2))


def test_today_is_the_day_in_england() -> None:
    """In summer, it is tomorrow there for the last hour of UTC's day."""
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    person = registered()
    person.update(MANAGER, late, {"died_on": date(2026, 7, 1)}, None)
    with pytest.raises(Malformed):
        person.update(MANAGER, late, {"died_on": date(2026, 7, 2)}, None)


def test_replay_gives_the_same_person() -> None:
    person = registered(young_person=YoungPerson(parental_responsibility=("A parent",)))
    changed(person, nhs_number=NUMBER, team_id="south-cmht", died_on=TODAY)
    again: Any = None
    for event in person.collect_events():
        again = event.mutate(again)
    assert again == person
