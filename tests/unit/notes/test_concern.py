"""A concern: given events, when a command, then events or a refusal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notes.domain import (
    AlreadyAcknowledged,
    AlreadyClosed,
    AlreadyUrgent,
    Concern,
    ConcernStatus,
    Escalation,
    NamedInConcern,
    NotClosed,
    NothingChanged,
    NotOpen,
    Told,
    stream_of,
)
from services.notes.policy import Clock
from services.notes.projection import concern_at, concern_document
from services.notes.projection.concerns import concern_metadata
from shared.contracts import notes as contract
from shared.contracts.notes import Alert
from shared.kernel.actor import Actor
from shared.kernel.errors import Refusal
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, WORKER

HOUR = timedelta(hours=1)
CO_ORDINATOR = replace(NURSE, staff_id="coordinator-1", role="care_coordinator")
OT = replace(NURSE, staff_id="ot-1")
SOMEONE, SOMEONE_ELSE = new_id(), new_id()
FIRST = Clock(("coordinator-1", "nurse-1"), NOW + 4 * HOUR, 1)
SECOND = Clock(("coordinator-1",), NOW + 2 * HOUR, 3)
TOLD = Alert(who="coordinator-1", how="telephone", at=NOW - HOUR)
SAID = contract.Concern(kind="risk", urgency="routine", description="Gas left on, twice.")
Command = Callable[[Concern], None]


def raised(by: Actor = WORKER, **changes: Any) -> Concern:
    said = replace(SAID, **changes)
    return Concern.raise_(by, NOW, new_id(), SOMEONE, "north-cmht", None, said, FIRST)


def acknowledging(by: Actor = CO_ORDINATOR) -> Command:
    return lambda concern: concern.acknowledge(by, NOW, "Visit today.")


def closing(by: Actor = CO_ORDINATOR) -> Command:
    return lambda concern: concern.close(by, NOW + HOUR, "The cooker has a cut-off now.")


def upgrading(by: Actor = OT) -> Command:
    return lambda concern: concern.upgrade(by, NOW + HOUR, SECOND, "Fire brigade was there.")


def reopening(by: Actor = OT) -> Command:
    return lambda concern: concern.reopen(by, NOW + 2 * HOUR, SECOND, "Again.")


def escalating(by: Actor = OT) -> Command:
    return lambda concern: concern.escalate(by, NOW, 0, "duty", ("nurse-1",), "Nobody answers.")


def alerting(by: Actor = OT) -> Command:
    return lambda concern: concern.alert(by, NOW, (TOLD,))


def moving(by: Actor = WORKER) -> Command:
    return lambda concern: concern.move(by, NOW, None)


def after(*commands: Command, **changes: Any) -> Concern:
    concern = raised(**changes)
    for command in commands:
        command(concern)
    return concern


def test_raising_is_one_event_that_says_it_all() -> None:
    concern = raised(about_staff=("ot-1", "ot-1"), alerted=(TOLD,))
    [event] = concern.pending_events
    assert isinstance(event, Concern.Raised)
    assert (event.about_staff, event.routed_to) == (("ot-1",), FIRST.routed_to)
    assert (concern.status, concern.version, concern.clock) == (ConcernStatus.RAISED, 1, 1)
    assert (concern.raised_by, concern.raised_at) == (WORKER, NOW)


def test_a_life() -> None:
    concern = after(alerting(), acknowledging(), closing())
    assert concern.status is ConcernStatus.CLOSED
    assert concern.acknowledged
    assert (concern.acknowledged.by, concern.acknowledged.plan) == (CO_ORDINATOR, "Visit today.")
    assert concern.closed
    assert concern.closed.plan == "The cooker has a cut-off now."
    assert concern.alerted == (TOLD,)
    assert concern.ended == (4, NOW + HOUR)


@pytest.mark.parametrize(
    ("before", "again"),
    [((acknowledging(),), upgrading()), ((acknowledging(), closing()), reopening())],
)
def test_another_clock_is_acknowledged_anew(before: tuple[Command, ...], again: Command) -> None:
    concern = after(escalating(), *before, again)
    assert concern.status is ConcernStatus.RAISED
    assert concern.clock == concern.version
    assert (concern.acknowledged, concern.closed, concern.asked) == (None, None, 0)
    assert concern.acknowledge_by == SECOND.acknowledge_by
    assert (concern.routed_to, concern.policy_version) == (SECOND.routed_to, 3)
    assert len(concern.escalations) == 1, "what was before stays to be read"


def test_upgraded_it_is_urgent_and_reopened_as_urgent_as_it_was() -> None:
    assert after(upgrading()).urgency == "urgent"
    assert after(closing(), reopening()).urgency == "routine"


def test_what_staff_ask_for_moves_its_version_and_what_the_clock_does_does_not() -> None:
    concern = after(escalating())
    assert (concern.version, concern.asked) == (2, 1)
    [asked] = concern.escalations
    assert (asked["because"], asked["reached"], asked["by"]) == ("asked", ("nurse-1",), OT)
    step = Escalation.of(
        WORKER, NOW, concern_id=concern.id, service_user_id=SOMEONE, team_id="north-cmht",
        clock=1, step=0, position=0, to="duty", reached=(), next_at=NOW + HOUR,
    )  # fmt: skip
    assert step.id == stream_of(concern.id, 1, 0) != concern.id
    assert step.resource_id == str(concern.id)
    assert len({stream_of(concern.id, clock, n) for clock in (1, 2) for n in (0, 1)}) == 4


def restating(**said: Any) -> Command:
    now = replace(SAID, **said)
    return lambda concern: concern.restate(WORKER, NOW + HOUR, now, SECOND)


def test_what_its_note_says_of_it_now_reaches_it() -> None:
    concern = after(acknowledging(), restating(urgency="urgent", about_staff=("nurse-1",)))
    assert (concern.urgency, concern.status) == ("urgent", ConcernStatus.RAISED)
    assert concern.clock == concern.version == 3
    assert concern.acknowledge_by == SECOND.acknowledge_by
    assert concern.about_staff == ("nurse-1",)
    assert "nurse-1" not in concern.routed_to


def test_it_never_becomes_less_urgent_and_whom_it_named_it_names() -> None:
    concern = after(
        restating(urgency="urgent", about_staff=("ot-1",)), restating(description="Was off.")
    )
    assert (concern.urgency, concern.about_staff) == ("urgent", ("ot-1",))
    assert concern.description == "Was off."
    assert concern.clock == 2


def test_a_closed_one_is_told_of_and_stays_closed() -> None:
    concern = after(closing(), restating(urgency="urgent"))
    assert (concern.urgency, concern.status) == ("urgent", ConcernStatus.CLOSED)


def test_nothing_new_is_not_recorded() -> None:
    assert after(restating()).version == 1
    assert after(moving(), restating(urgency="urgent")).version == 2


def test_who_is_left_without_anybody_goes_on_to_others_at_once() -> None:
    everyone = restating(about_staff=FIRST.routed_to)
    assert after(everyone).first_step_at == NOW + HOUR
    assert after().first_step_at == FIRST.acknowledge_by


REFUSED: list[tuple[type[Refusal], tuple[Command, ...], Command]] = [
    (AlreadyAcknowledged, (acknowledging(),), acknowledging()),
    (AlreadyClosed, (closing(),), acknowledging()),
    (AlreadyClosed, (closing(),), closing()),
    (AlreadyClosed, (closing(),), escalating()),
    (AlreadyClosed, (closing(),), upgrading()),
    (AlreadyUrgent, (upgrading(),), upgrading()),
    (NotClosed, (), reopening()),
    (NotClosed, (acknowledging(),), reopening()),
    (NotClosed, (moving(),), reopening()),
    *((NotOpen, (moving(),), each) for each in (
        acknowledging(), closing(), escalating(), upgrading(), alerting(), moving(),
    )),
    (NothingChanged, (), lambda concern: concern.alert(OT, NOW)),
    (NothingChanged, (), lambda concern: concern.alert(OT, NOW, (), Told(False))),
]  # fmt: skip


@pytest.mark.parametrize(("refusal", "before", "command"), REFUSED)
def test_what_is_refused_leaves_no_event(
    refusal: type[Refusal], before: tuple[Command, ...], command: Command
) -> None:
    concern = after(*before, service_user_told=False)
    version = concern.version
    with pytest.raises(refusal):
        command(concern)
    assert concern.version == version


@pytest.mark.parametrize(
    "command",
    [acknowledging(OT), closing(OT), escalating(OT), upgrading(OT), alerting(OT), reopening(OT)],
)
@pytest.mark.parametrize("raised_by", [WORKER, OT])
def test_who_is_named_never_acts_on_it_not_even_if_they_raised_it(
    raised_by: Actor, command: Command
) -> None:
    concern = after(by=raised_by, about_staff=("ot-1",))
    with pytest.raises(NamedInConcern):
        command(concern)


def test_why_the_service_user_was_not_told_is_asked_until_it_is_said_or_they_are() -> None:
    assert raised().outstanding == ("not_told_reason",)
    assert raised(service_user_told=True).outstanding == ()
    concern = raised(service_user_told=False)
    concern.acknowledge(CO_ORDINATOR, NOW, "Visit today.", Told(None, "Danger to others."))
    assert concern.outstanding == ()
    assert concern.version == 3, "it was said, and it was acknowledged"
    later = after(closing(), service_user_told=False)
    later.alert(OT, NOW, (), Told(True))
    assert later.outstanding == ()
    assert later.ended == (2, NOW + HOUR), "told after it was closed: it ended when it did"


@pytest.mark.parametrize("before", [(), (acknowledging(),), (acknowledging(), closing())])
def test_under_the_right_person_it_goes_on_as_far_as_it_had_come(
    before: tuple[Command, ...],
) -> None:
    wrong = after(alerting(), *before, about_staff=("nurse-1",))
    status = wrong.status
    right = Concern.refile(
        WORKER, NOW + 3 * HOUR, new_id(), SOMEONE_ELSE, "south-cmht", new_id(), wrong, ("ot-1",)
    )
    wrong.move(WORKER, NOW + 3 * HOUR, right.id)
    assert (wrong.status, wrong.moved_to) == (ConcernStatus.MOVED, right.id)
    assert wrong.ended == (wrong.version, NOW + 3 * HOUR)
    assert right.data_subject == f"service-user:{SOMEONE_ELSE}"
    kept = ("nature", "urgency", "about_staff", "raised_by", "raised_at", "description", "alerted",
            "acknowledge_by", "policy_version", "acknowledged", "closed")  # fmt: skip
    assert [getattr(right, name) for name in kept] == [getattr(wrong, name) for name in kept]
    assert (right.status, right.refiled_from) == (status, wrong.id)
    assert right.routed_to == ("ot-1",)


def test_under_the_wrong_person_only_that_it_was_here_is_left() -> None:
    wrong = after(alerting(), acknowledging(), moving(), about_staff=("nurse-1",))
    shown = str(concern_document(wrong))
    for word in ("Gas left on", "Visit today.", "telephone", "risk", "routine"):
        assert word not in shown
    assert concern_document(wrong)["status"] == "moved"


def test_what_is_shown_to_those_who_see_metadata_has_no_words() -> None:
    concern = after(alerting(), escalating(), acknowledging(), closing())
    words = ("Gas left on", "telephone", "Nobody answers", "Visit today.", "cut-off")
    assert all(word in str(concern_document(concern)) for word in words)
    assert not any(word in str(concern_metadata(concern)) for word in words)
    concern.destroyed = True
    destroyed = concern_document(concern)
    assert destroyed["content_state"] == "destroyed"
    assert not any(word in str(destroyed) for word in words)


def test_overdue_depends_on_the_time_and_on_whether_anyone_answered() -> None:
    def overdue(concern: Concern, hours: int) -> bool:
        shown = concern_at(concern_document(concern), [], NOW + hours * HOUR)
        return bool(shown["overdue"])

    assert [overdue(raised(), hours) for hours in (4, 5)] == [False, True]
    assert not overdue(after(acknowledging()), 5)
