"""Sessions: scheduled, held or not, put right, signed by both; and what becomes of actions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.supervision.domain import (
    ActionAgreed,
    AlreadyHeld,
    AlreadySigned,
    Confidential,
    DigestMismatch,
    NotDueYet,
    NotHeldYet,
    NothingChanged,
    NotYours,
    Session,
)
from services.supervision.projection import session_document, without_record
from services.supervision.schemas import RecordRequest, SignatureRequest
from shared.contracts.supervision import Action, NotHeldReason
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id
from tests.support.agreeing import (
    MANAGER,
    ONE_HOUR,
    SUPERVISOR,
    WORKER,
    content,
    held,
    replayed,
    session,
)
from tests.support.build import NOW

SECRET = "Talked about working alone."
DONE: tuple[NotHeldReason, str] = ("absence", "Had a cold.")


def _action(text: str = "Read the policy.", owner_id: str = "str-worker-1", **more: Any) -> Action:
    return Action(id=new_id(), action=text, owner_id=owner_id, **more)


def _status(made: Session) -> str:
    return made.status.value


def _cancelled() -> Session:
    made = session()
    made.cancel(WORKER, NOW, "workload", "Too many visits.")
    return made


def _missed() -> Session:
    made = session()
    made.miss(SUPERVISOR, NOW, *DONE)
    return made


def _signed() -> Session:
    made = held()
    made.sign(SUPERVISOR, NOW, "supervisor", str(made.digest), True, None)
    made.sign(WORKER, NOW, "worker", str(made.digest), True, None)
    return made


@pytest.mark.parametrize("settled", [held, _signed, _cancelled, _missed])
def test_what_was_settled_is_not_held_moved_or_called_off_again(
    settled: Callable[[], Session],
) -> None:
    made = settled()
    commands: list[Callable[[], None]] = [
        lambda: made.hold(SUPERVISOR, NOW, NOW, 60, content(), "5a17"),
        lambda: made.reschedule(WORKER, NOW, NOW + ONE_HOUR, None),
        lambda: made.cancel(WORKER, NOW, *DONE),
        lambda: made.miss(SUPERVISOR, NOW, *DONE),
    ]
    for command in commands:
        with pytest.raises(AlreadyHeld):
            command()
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


def test_it_is_moved_and_says_from_when() -> None:
    made = session()
    with pytest.raises(NothingChanged):
        made.reschedule(WORKER, NOW, made.scheduled_for, None)
    made.reschedule(WORKER, NOW, NOW + ONE_HOUR, "A visit.")
    assert made.scheduled_for == NOW + ONE_HOUR
    moved: Any = made.pending_events[-1]
    assert moved.previously == NOW - ONE_HOUR
    [told] = session_document(made)["reschedulings"]
    assert (told["previously"], told["reason"]) == (NOW - ONE_HOUR, "A visit.")
    assert [each["reason"] for each in without_record(made)["reschedulings"]] == [None]


def test_it_is_missed_only_after_its_time() -> None:
    made = session(scheduled_for=NOW + timedelta(seconds=1))
    with pytest.raises(NotDueYet):
        made.miss(SUPERVISOR, NOW, *DONE)
    made.miss(SUPERVISOR, NOW + timedelta(seconds=1), *DONE)
    assert _status(made) == "missed"
    assert made.not_held
    assert made.not_held["reason_code"] == "absence"


def test_a_record_is_for_the_two_alone() -> None:
    made = held()
    assert (made.party("str-worker-1"), made.party("supervisor-1")) == ("worker", "supervisor")
    with pytest.raises(Confidential) as refused:
        made.party("manager-1")
    assert refused.value.staff_id == "str-worker-1"
    assert refused.value.resource == f"supervision-session/{made.id}"
    assert isinstance(made.not_for_the_worker(), NotYours)
    assert made.not_for_the_worker().staff_id == "str-worker-1"
    assert session_document(made)["discussion"] == SECRET
    assert SECRET not in str(without_record(made))


def test_both_sign_what_it_says_and_one_may_disagree() -> None:
    made = held()
    with pytest.raises(NotHeldYet):
        session().sign(WORKER, NOW, "worker", "0" * 64, True, None)
    with pytest.raises(DigestMismatch):
        made.sign(WORKER, NOW, "worker", "0" * 64, True, None)
    made.sign(WORKER, NOW, "worker", str(made.digest), False, "That isn't what I said.")
    assert _status(made) == "held"
    with pytest.raises(AlreadySigned):
        made.sign(WORKER, NOW, "worker", str(made.digest), True, None)
    made.sign(SUPERVISOR, NOW, "supervisor", str(made.digest), True, None)
    assert _status(made) == "signed"
    assert [each["agrees"] for each in session_document(made)["signatures"]] == [False, True]
    assert [each["agrees"] for each in without_record(made)["signatures"]] == [None, None]


def test_what_is_amended_is_to_be_signed_again() -> None:
    made = _signed()
    before = str(made.digest)
    made.amend(
        SUPERVISOR, NOW, "Left out a case.", {"cases": (UUID(int=7),), "duration_minutes": 45}, "77"
    )
    assert _status(made) == "held"
    assert made.digest != before
    assert [each["digest"] for each in made.signatures] == [before, before]
    [amended] = session_document(made)["amendments"]
    assert amended["changed"] == ("duration_minutes", "cases")
    assert (amended["reason"], amended["replaced_digest"]) == ("Left out a case.", before)
    assert made.content
    assert made.content.discussion == SECRET
    with pytest.raises(DigestMismatch):
        made.sign(WORKER, NOW, "worker", before, True, None)
    made.sign(WORKER, NOW, "worker", str(made.digest), True, None)
    made.sign(SUPERVISOR, NOW, "supervisor", str(made.digest), True, None)
    assert _status(made) == "signed"
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


def test_an_amendment_says_something_and_of_a_record() -> None:
    with pytest.raises(NotHeldYet):
        session().amend(SUPERVISOR, NOW, "r", {"discussion": "d"}, "77")
    with pytest.raises(NothingChanged):
        held().amend(SUPERVISOR, NOW, "r", {"discussion": SECRET, "duration_minutes": 60}, "77")


def test_an_action_that_says_the_same_stays_itself() -> None:
    kept, reworded, twice = _action(), _action("Ring the tutor."), _action("Ask.", "supervisor-1")
    made = held(content(actions=(kept, reworded, twice)))
    made.update_action(WORKER, NOW, kept.id, "done", "Read on the bus.")
    again = (
        _action("Ask.", "supervisor-1"),
        _action("Ask.", "supervisor-1"),
        _action("Ask."),
        _action(due_on=date(2026, 12, 1)),
        _action("Ring the tutor today."),
    )
    made.amend(SUPERVISOR, NOW, "Reworded.", {"actions": again}, "77")
    assert made.content
    ids = [each.id for each in made.content.actions]
    assert ids == [twice.id, again[1].id, again[2].id, kept.id, again[4].id]
    assert made.action(reworded.id) is None
    told = {each["id"]: each for each in session_document(made)["actions"]}
    assert (told[kept.id]["status"], told[kept.id]["outcome"]) == ("done", "Read on the bus.")
    assert told[kept.id]["due_on"] == date(2026, 12, 1)
    assert told[again[4].id]["status"] == "open"
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


def test_an_action_is_followed_to_its_end() -> None:
    todo = _action()
    made = held(content(actions=(todo,)))
    with pytest.raises(NothingChanged):
        made.update_action(WORKER, NOW, todo.id, "open", None)
    made.update_action(WORKER, NOW, todo.id, "open", "Half of it.")
    made.update_action(SUPERVISOR, NOW, todo.id, "done", None)
    [told] = session_document(made)["actions"]
    assert (told["status"], told["outcome"], told["updated_by"]) == ("done", None, SUPERVISOR)
    assert made.signatures == []


def test_an_action_is_for_one_of_the_two() -> None:
    made = session()
    ours = [ActionAgreed(action="a"), ActionAgreed(action="a", owner_id="supervisor-1")]
    made.refuse_other_owners(ours, "#/actions")
    with pytest.raises(Malformed) as refused:
        made.refuse_other_owners(
            [*ours, ActionAgreed(action="a", owner_id=MANAGER.staff_id)], "#/actions"
        )
    assert refused.value.pointer == "#/actions/2/owner_id"


def test_once_destroyed_nothing_of_what_was_said_is_left() -> None:
    made = held(content(actions=(_action(),)))
    made.amend(SUPERVISOR, NOW, "r", {"discussion": "Something else."}, "77")
    empty = None
    for each in made.pending_events:
        for name in ("content", "salt", "reason"):
            if hasattr(each, name):
                object.__setattr__(each, name, None)
        empty = each.mutate(empty)
    assert empty is not None
    empty.destroyed = True
    shown = session_document(empty)
    assert shown["content_state"] == "destroyed"
    assert (shown["discussion"], shown["actions"], shown["agenda"]) == (None, None, None)
    assert shown["digest"] == made.digest


def test_themes_are_spelt_one_way_and_told_once() -> None:
    body = {
        "held_at": "2026-11-20T10:00:00Z",
        "duration_minutes": 60,
        "discussion": SECRET,
        "themes": ["Lone  Working", "lone working", " Time management"],
        "cases": [str(UUID(int=7)), str(UUID(int=7))],
    }
    said = RecordRequest.model_validate(body).said()
    assert said["themes"] == ("lone working", "time management")
    assert said["cases"] == (UUID(int=7),)
    assert said["actions"] == ()


def test_who_does_not_agree_says_why() -> None:
    SignatureRequest(digest="0" * 64)
    SignatureRequest(digest="0" * 64, agrees=False, comment="Not so.")
    with pytest.raises(ValidationError):
        SignatureRequest(digest="0" * 64, agrees=False)
    with pytest.raises(ValidationError):
        SignatureRequest(digest="0" * 63)
