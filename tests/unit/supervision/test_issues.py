"""What an issue decides: whose it is, what ends it, by when an answer is due, who knows whose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json, to_json

from services.supervision.domain import (
    AlreadyOnThisRoute,
    Issue,
    IssueIsClosed,
    NotAnsweredYet,
    NotYoursToAnswer,
    NotYoursToWithdraw,
    OverdueIssue,
)
from services.supervision.policy import DEFAULT, Reader, answer_by, routes_of
from services.supervision.projection import as_read, issue_document
from shared.eventstore.mapper import EventMapper, personal
from shared.eventstore.sealing import DataKey
from shared.kernel.actor import Actor
from tests.support.build import NOW

WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
COORDINATOR = Actor("coordinator-1", "Coordinator 1", "care_coordinator")
ID = UUID("9b1c6f0e-3d0f-4b52-9a57-6a1d0c7f2e01")
DUE = NOW + timedelta(days=14)


def issue(by: Actor = WORKER, **changes: Any) -> Issue:
    facts: dict[str, Any] = {
        "team_id": "north-cmht",
        "route": "team",
        "topic": "workload",
        "answer_by": DUE,
        "names_raiser": True,
        "policy_version": 1,
        "description": "Visits are booked back to back.",
        **changes,
    }
    return Issue.raise_one(by, NOW, ID, **facts)


def handed_on(made: Issue, route: Any = "care_coordination") -> Issue:
    made.hand_on(MANAGER, NOW, route, DUE + timedelta(days=1), 2, "Theirs.")
    return made


def test_the_whole_route() -> None:
    made = issue()
    assert (made.status, made.awaits_answer, made.subject) == ("raised", True, "north-cmht")
    assert made.data_subject == f"issue:{ID}"
    handed_on(made)
    assert (made.status, made.route, made.policy_version) == ("routed", "care_coordination", 2)
    assert made.answer_by == DUE + timedelta(days=1)
    made.answer(COORDINATOR, NOW, "From January.")
    made.answer(COORDINATOR, NOW, "From February, sorry.")
    assert (made.status, made.awaits_answer, len(made.answers)) == ("answered", False, 2)
    handed_on(made, "team")
    assert (made.status, made.awaits_answer) == ("routed", True), "it is asked for again"
    made.answer(MANAGER, NOW, "March.")
    made.close(WORKER, NOW, "not_resolved", "It is no better.")
    assert made.status == "closed"

    again: Any = None
    for each in made.pending_events:
        again = each.mutate(again)
    assert issue_document(again) == issue_document(made)
    assert EventMapper("supervision", (Issue,)).seals(Issue)


def test_nothing_is_said_of_a_closed_one() -> None:
    made = issue()
    made.close(WORKER, NOW, "withdrawn", "It has settled.")
    for command in (
        lambda: made.answer(MANAGER, NOW, "Late."),
        lambda: handed_on(made),
        lambda: made.close(WORKER, NOW, "resolved", "Again."),
    ):
        with pytest.raises(IssueIsClosed):
            command()


def test_whose_it_is_to_answer() -> None:
    made = issue()
    made.refuse_others(routes_of({"team_manager", "supervisor"}))
    for roles in ({"care_coordinator"}, {"str_worker"}, set[str]()):
        with pytest.raises(NotYoursToAnswer):
            made.refuse_others(routes_of(roles))
    handed_on(made).refuse_others(routes_of({"care_coordinator"}))
    with pytest.raises(AlreadyOnThisRoute):
        handed_on(made)
    assert routes_of({"care_coordinator", "team_manager"}) == {"team", "care_coordination"}


def test_who_ends_it_and_how() -> None:
    made = issue()
    with pytest.raises(NotAnsweredYet):
        made.close(MANAGER, NOW, "resolved", "Nothing to say.")
    made.answer(MANAGER, NOW, "From January.")
    with pytest.raises(NotYoursToWithdraw):
        made.close(MANAGER, NOW, "withdrawn", "They took it back.")
    made.close(MANAGER, NOW, "resolved", "Done.")
    assert made.closed is not None
    assert made.closed["by"] == MANAGER


def read(made: Issue, reader: Reader, now: datetime = NOW) -> dict[str, Any]:
    shown: dict[str, Any] = from_json(
        to_json(as_read(issue_document(made), made.raised_by, reader, now))
    )
    return shown


@pytest.mark.parametrize("names_raiser", [True, False])
def test_no_event_has_who_raised_it_in_clear(names_raiser: bool) -> None:
    made = issue(names_raiser=names_raiser)
    made.answer(MANAGER, NOW, "From January.")
    made.close(WORKER, NOW, "withdrawn", "It has settled.")
    key = DataKey(UUID(int=1), made.data_subject, AESGCM(bytes(32)))
    stored = [each.body for each in EventMapper("supervision", (Issue,)).store(made, key, None)]
    assert not [body for body in stored if WORKER.staff_id.encode() in body]
    assert not [body for body in stored if WORKER.name.encode() in body]
    actors = [from_json(body)["actor"]["staff_id"] for body in stored]
    assert actors == ["withheld", "manager-1", "withheld"]
    assert personal(from_json(stored[0]), {key.id: key}) == {
        "description": "Visits are booked back to back.", "raised_by": WORKER.staff_id,
    }  # fmt: skip


def test_once_its_key_is_destroyed_it_is_nobodys() -> None:
    made = issue()
    key = DataKey(UUID(int=1), made.data_subject, AESGCM(bytes(32)))
    mapper = EventMapper("supervision", (Issue,))
    [stored] = mapper.store(made, key, None)
    event: Any = mapper.domain_event(Issue, from_json(stored.body), {key.id: None})
    again: Issue = event.mutate(None)
    again.destroyed = True
    assert not again.is_raisers(WORKER)
    for reader in (Reader(WORKER.staff_id), Reader("manager-1", routes_of({"team_manager"}))):
        shown = read(again, reader)
        assert (shown["raised_by"], shown["yours"]) == (None, False)


@pytest.mark.parametrize("names_raiser", [True, False])
def test_who_raised_one_is_known_to_those_who_answer_it(names_raiser: bool) -> None:
    made = issue(names_raiser=names_raiser)
    made.close(WORKER, NOW, "withdrawn", "It has settled.")
    readers = {
        "manager": Reader("manager-1", routes_of({"team_manager"})),
        "coordinator": Reader("coordinator-1", routes_of({"care_coordinator"})),
        "nurse": Reader("nurse-1"),
        "raiser": Reader("str-worker-1"),
    }
    shown = {name: read(made, reader) for name, reader in readers.items()}
    knowing = {name for name, each in shown.items() if "str-worker-1" in str(each)}
    assert knowing == ({"manager", "raiser"} if names_raiser else {"raiser"})
    assert {name for name, each in shown.items() if each["raised_by"]} == knowing
    assert [name for name, each in shown.items() if each["closed"]["by"]] == []
    assert [name for name, each in shown.items() if each["yours"]] == ["raiser"]
    assert all(each["closed"]["by_raiser"] for each in shown.values())


def test_what_others_see_is_the_same_whoever_raised_it_and_at_what_time_of_day() -> None:
    """Nothing that depends on the raiser is left once it isn't said who they are."""
    early, late = NOW.replace(hour=6), NOW.replace(hour=15)
    seen = []
    for by, at in ((WORKER, early), (COORDINATOR, late)):
        made = Issue.raise_one(
            by, at, ID, team_id="north-cmht", route="team", topic="other",
            answer_by=answer_by(DEFAULT.rules, at), names_raiser=True, policy_version=1,
            description="No room to write in.",
        )  # fmt: skip
        made.close(by, at, "resolved", "There is now.")
        seen.append(read(made, Reader("nurse-1")))
    assert seen[0] == seen[1]


def test_an_answer_is_due_at_the_end_of_a_day_in_england() -> None:
    rules = replace(DEFAULT.rules, answer_issues_within_days=2)
    at = datetime(2026, 3, 27, 23, 30, tzinfo=UTC)
    assert answer_by(rules, at) == datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), "summer time"


def test_overdue_from_the_moment_it_was_due_and_while_it_is_awaited() -> None:
    made, reader = issue(), Reader("nurse-1")
    assert not read(made, reader, DUE - timedelta(seconds=1))["overdue"]
    assert read(made, reader, DUE)["overdue"]
    made.answer(MANAGER, DUE, "Sorry.")
    assert not read(made, reader, DUE)["overdue"]


def test_the_clock_says_it_once_for_each_time_to_answer() -> None:
    facts: dict[str, Any] = {"issue_id": ID, "team_id": "north-cmht", "route": "team"}
    first, same, later = (
        OverdueIssue.notice(MANAGER, NOW, **facts, answer_by=due)
        for due in (DUE, DUE, DUE + timedelta(days=1))
    )
    assert first.id == same.id != later.id
    assert (first.resource_id, first.subject) == (str(ID), "north-cmht")
