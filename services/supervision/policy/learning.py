"""What a worker is to learn, to renew and to have looked at again, and by when (HB 6.14)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.contracts.supervision import (
    Level,
    PathwayStep,
    RegistrationEntry,
    SupervisionRules,
    WorkerStatus,
)
from shared.kernel.registration import counts

Kind = Literal["pathway", "training", "competence", "registration"]
State = Literal["done", "due", "overdue", "expired"]


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A course that was completed, unless that was `withdrawn`."""

    course: str
    completed_on: date
    expires_on: date | None
    withdrawn: object = None


@dataclass(frozen=True, kw_only=True)
class SignOff:
    activity: str
    assessed_on: date
    review_due: date
    revoked: object = None


@dataclass(frozen=True, kw_only=True)
class Learner:
    """What the register says of a worker that has to do with learning; lists as they were made."""

    staff_id: str
    level: Level | None
    started_on: date | None
    status: WorkerStatus
    teams: tuple[str, ...]
    training: tuple[Completion, ...]
    competences: tuple[SignOff, ...]
    registrations: tuple[RegistrationEntry, ...]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing, and how it stands on a day.

    `due_on` is the last day for it: to be done, or, of what is done, until which it holds. None:
    it holds for good, or that day isn't known. `done`: nothing to do until then; `due` and
    `overdue`: to be done; `expired`: was done, and holds no longer.
    """

    kind: Kind
    name: str
    due_on: date | None
    done_on: date | None
    state: State
    before_unsupervised: bool = False


def learning(learner: Learner, rules: SupervisionRules, on: date) -> list[Item]:
    """Everything of a worker, by when it is due, what has no day first; nothing once they have
    left."""
    if learner.status == "left":
        return []
    last = _last(learner.training)
    pathway = rules.pathway if learner.level else ()
    items = (
        *(_step(each, last.get(each.course), learner.started_on, on) for each in pathway),
        *_renewed(last, {each.course for each in pathway}, on),
        *_reviewed(learner.competences, on),
        *_checked(learner.registrations, timedelta(days=rules.check_registrations_days), on),
    )
    return sorted(items, key=order)


def order(item: Item) -> tuple[date, str, str]:
    return item.due_on or date.min, item.kind, item.name


def calls(item: Item, on: date, within: timedelta) -> bool:
    """Whether it is to be seen to: it should have been, or falls due so soon."""
    if item.due_on is None:
        return item.state != "done"
    return item.due_on <= on + within


def _last(training: Iterable[Completion]) -> dict[str, Completion]:
    """The last completion of each course, whatever was recorded when; of several of one day what
    was recorded last, as notes has it."""
    held = [each for each in training if not each.withdrawn]
    return {each.course: each for each in sorted(held, key=lambda each: each.completed_on)}


def _step(step: PathwayStep, done: Completion | None, started_on: date | None, on: date) -> Item:
    if done:
        due_on, state = done.expires_on, _lasting(done.expires_on, on)
    else:
        due_on = started_on and _after(started_on, timedelta(weeks=step.within_weeks))
        state = "overdue" if due_on and due_on < on else "due"
    return Item(
        kind="pathway",
        name=step.course,
        due_on=due_on,
        done_on=done.completed_on if done else None,
        state=state,
        before_unsupervised=step.before_unsupervised,
    )


def _renewed(last: dict[str, Completion], pathway: set[str], on: date) -> Iterator[Item]:
    """Training that isn't for good."""
    for course, each in last.items():
        if each.expires_on and course not in pathway:
            yield Item(
                kind="training",
                name=course,
                due_on=each.expires_on,
                done_on=each.completed_on,
                state=_lasting(each.expires_on, on),
            )


def _reviewed(competences: Iterable[SignOff], on: date) -> Iterator[Item]:
    """Of each activity the newest sign-off, unless it was revoked."""
    for activity, each in {each.activity: each for each in competences}.items():
        if not each.revoked:
            yield Item(
                kind="competence",
                name=activity,
                due_on=each.review_due,
                done_on=each.assessed_on,
                state=_lasting(each.review_due, on),
            )


def _checked(
    registrations: Iterable[RegistrationEntry], good_for: timedelta, on: date
) -> Iterator[Item]:
    """One for each body: a look at its register tells of status and expiry both. Of several with
    one body the one that counts."""
    of_body: dict[str, RegistrationEntry] = {}
    for each in sorted(registrations, key=lambda each: counts(each.status, each.expires_on, on)):
        of_body[each.body] = each
    for body, each in of_body.items():
        due_on, state = _registered(each, good_for, on)
        yield Item(
            kind="registration", name=body, due_on=due_on, done_on=each.checked_on, state=state
        )


def _registered(
    entry: RegistrationEntry, good_for: timedelta, on: date
) -> tuple[date | None, State]:
    if not counts(entry.status, entry.expires_on, on):
        expired = entry.expires_on if entry.expires_on and entry.expires_on < on else None
        return expired, "expired"
    if entry.checked_on is None:
        return None, "overdue"
    look_again = _after(entry.checked_on, good_for)
    if look_again < on:
        return look_again, "overdue"
    return min(look_again, entry.expires_on or look_again), "done"


def _lasting(until: date | None, on: date) -> State:
    return "done" if until is None or until >= on else "expired"


def _after(day: date, so_long: timedelta) -> date:
    return day + so_long if so_long <= date.max - day else date.max
