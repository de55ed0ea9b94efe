"""What is due of a worker on a day: every case worked out by hand, for a worker who started on
7 September 2026 under the shipped rules."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.policy import (
    DEFAULT,
    Completion,
    Item,
    Learner,
    SignOff,
    calls,
    learning,
)
from shared.contracts.supervision import RegistrationEntry

RULES = DEFAULT.rules
STARTED = date(2026, 9, 7)
TWELVE_WEEKS_ON = date(2026, 11, 30)
TWO_YEARS_ON = date(2028, 9, 4)
WORKER = Learner(
    staff_id="str-worker-1",
    level="foundation",
    started_on=STARTED,
    status="active",
    teams=("north-cmht",),
    training=(),
    competences=(),
    registrations=(),
)
NURSE = replace(WORKER, staff_id="nurse-1", level=None)


def _on(text: str) -> date:
    return date.fromisoformat(text)


def _told(learner: Learner, on: str | date) -> dict[tuple[str, str], Item]:
    day = on if isinstance(on, date) else _on(on)
    found = learning(learner, RULES, day)
    told: dict[tuple[str, str], Item] = {(each.kind, each.name): each for each in found}
    assert len(told) == len(found)
    return told


def _short(item: Item) -> tuple[str | None, str | None, str]:
    return _text(item.due_on), _text(item.done_on), item.state


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _course(course: str, done: str, until: str | None = None, **more: Any) -> Completion:
    expires_on = _on(until) if until else None
    return Completion(course=course, completed_on=_on(done), expires_on=expires_on, **more)


def test_the_pathway_of_someone_who_has_just_started() -> None:
    assert learning(WORKER, RULES, STARTED) == [
        Item(kind="pathway", name=name, due_on=due_on, done_on=None, state="due", **more)
        for name, due_on, more in (
            ("induction", TWELVE_WEEKS_ON, {}),
            ("record_keeping", TWELVE_WEEKS_ON, {"before_unsupervised": True}),
            ("level_3", TWO_YEARS_ON, {}),
        )
    ]


@pytest.mark.parametrize(
    ("training", "on", "told"),
    [
        ((), "2026-11-30", ("2026-11-30", None, "due")),
        ((), "2026-12-01", ("2026-11-30", None, "overdue")),
        ((("2026-10-01",),), "2026-10-01", (None, "2026-10-01", "done")),
        ((("2027-03-01",),), "2027-03-02", (None, "2027-03-01", "done")),
        ((("2019-03-01",),), "2026-10-01", (None, "2019-03-01", "done")),
        ((("2026-10-01", "2027-10-01"),), "2027-10-01", ("2027-10-01", "2026-10-01", "done")),
        ((("2026-10-01", "2027-10-01"),), "2027-10-02", ("2027-10-01", "2026-10-01", "expired")),
        ((("2026-10-01", "2026-10-15"),), "2026-10-16", ("2026-10-15", "2026-10-01", "expired")),
        # Of several the one completed last, whichever was recorded last.
        ((("2026-10-01", "2027-10-01"), ("2025-01-01", "2026-01-01")), "2026-10-02",
         ("2027-10-01", "2026-10-01", "done")),
        ((("2025-01-01", "2026-01-01"), ("2026-10-01", "2027-10-01")), "2026-10-02",
         ("2027-10-01", "2026-10-01", "done")),
        # Of one day what was recorded last, which may put the other right.
        ((("2026-10-01", "2026-10-02"), ("2026-10-01", "2027-10-01")), "2026-10-05",
         ("2027-10-01", "2026-10-01", "done")),
    ],
)  # fmt: skip
def test_a_step_of_the_pathway(
    training: tuple[tuple[str, ...], ...], on: str, told: tuple[str | None, str | None, str]
) -> None:
    worker = replace(WORKER, training=tuple(_course("induction", *each) for each in training))
    found = _told(worker, on)
    assert _short(found["pathway", "induction"]) == told
    assert ("training", "induction") not in found


def test_what_was_withdrawn_was_never_completed() -> None:
    wrong = _course("level_3", "2026-10-01", withdrawn={"reason": None})
    for training, told in (
        ((_course("level_3", "2020-01-01"), wrong), (None, "2020-01-01", "done")),
        ((wrong,), ("2028-09-04", None, "due")),
    ):
        found = _told(replace(WORKER, training=training), "2026-10-02")
        assert _short(found["pathway", "level_3"]) == told


@pytest.mark.parametrize("on", ["2026-09-07", "2030-01-01"])
def test_without_a_start_there_is_no_day(on: str) -> None:
    found = _told(replace(WORKER, started_on=None), on)
    assert {_short(each) for each in found.values()} == {(None, None, "due")}
    assert len(found) == 3


def test_a_start_at_the_end_of_time_is_no_error() -> None:
    found = _told(replace(WORKER, started_on=date.max), "2026-09-07")
    assert {each.due_on for each in found.values()} == {date.max}


def test_only_str_workers_have_a_pathway() -> None:
    nurse = replace(
        NURSE,
        training=(
            _course("induction", "2020-01-01"),
            _course("record_keeping", "2026-01-01", "2027-01-01"),
            _course("first_aid", "2023-05-01", "2026-05-01"),
        ),
    )
    assert {key: _short(item) for key, item in _told(nurse, "2026-09-07").items()} == {
        ("training", "record_keeping"): ("2027-01-01", "2026-01-01", "done"),
        ("training", "first_aid"): ("2026-05-01", "2023-05-01", "expired"),
    }


def test_training_besides_the_pathway_is_told_if_it_expires() -> None:
    worker = replace(
        WORKER,
        training=(
            _course("first_aid", "2024-05-01", "2027-05-01"),
            _course("boundaries", "2024-05-01"),
            _course("medicines", "2024-05-01", "2025-05-01"),
            _course("medicines", "2025-04-01"),
        ),
    )
    told = _told(worker, "2026-09-07")
    assert _short(told["training", "first_aid"]) == ("2027-05-01", "2024-05-01", "done")
    assert {name for kind, name in told if kind == "training"} == {"first_aid"}


def _signed(activity: str, on: str, due: str, revoked: object = None) -> SignOff:
    return SignOff(activity=activity, assessed_on=_on(on), review_due=_on(due), revoked=revoked)


def test_sign_offs_are_reviewed() -> None:
    worker = replace(
        WORKER,
        competences=(
            _signed("record_keeping", "2025-01-10", "2026-01-10"),
            _signed("record_keeping", "2026-01-05", "2027-01-05"),
            _signed("prompt", "2025-06-01", "2026-06-01"),
            _signed("first_aid", "2026-06-01", "2027-06-01"),
            _signed("first_aid", "2026-07-01", "2027-07-01", {"reason": None}),
        ),
    )
    told = _told(worker, "2026-09-07")
    assert {name: _short(item) for (kind, name), item in told.items() if kind == "competence"} == {
        "record_keeping": ("2027-01-05", "2026-01-05", "done"),
        "prompt": ("2026-06-01", "2025-06-01", "expired"),
    }
    later = _told(worker, "2027-01-06")["competence", "record_keeping"]
    assert later.state == "expired"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, (None, None, "overdue")),
        ({"checked_on": "2026-09-07"}, ("2026-12-06", "2026-09-07", "done")),
        ({"checked_on": "2026-06-09"}, ("2026-09-07", "2026-06-09", "done")),
        ({"checked_on": "2026-06-08"}, ("2026-09-06", "2026-06-08", "overdue")),
        ({"checked_on": "2026-09-07", "expires_on": "2026-10-31"},
         ("2026-10-31", "2026-09-07", "done")),
        ({"checked_on": "2026-09-07", "expires_on": "2029-10-31"},
         ("2026-12-06", "2026-09-07", "done")),
        ({"checked_on": "2026-09-07", "expires_on": "2026-09-07"},
         ("2026-09-07", "2026-09-07", "done")),
        ({"checked_on": "2026-09-07", "expires_on": "2026-09-06"},
         ("2026-09-06", "2026-09-07", "expired")),
        ({"checked_on": "2026-09-07", "expires_on": "2029-10-31", "status": "suspended"},
         (None, "2026-09-07", "expired")),
        ({"checked_on": "2026-01-01", "expires_on": "2026-08-31", "status": "lapsed"},
         ("2026-08-31", "2026-01-01", "expired")),
    ],
)  # fmt: skip
def test_registrations_are_looked_at_again(
    entry: dict[str, str], told: tuple[str | None, str | None, str]
) -> None:
    held = RegistrationEntry(
        body="NMC",
        number="18A1234E",
        status=entry.get("status", "effective"),  # type: ignore[arg-type]
        expires_on=_on(entry["expires_on"]) if "expires_on" in entry else None,
        checked_on=_on(entry["checked_on"]) if "checked_on" in entry else None,
    )
    [item] = learning(replace(NURSE, registrations=(held,)), RULES, _on("2026-09-07"))
    assert (item.kind, item.name) == ("registration", "NMC")
    assert _short(item) == told


def test_of_two_registrations_with_one_body_the_one_that_counts() -> None:
    old = RegistrationEntry(body="NMC", number="10A1234E", expires_on=_on("2020-01-31"))
    new = RegistrationEntry(body="NMC", number="18A1234E", checked_on=_on("2026-09-01"))
    other = RegistrationEntry(body="SWE", number="SW1", status="removed")
    for held in ((old, new, other), (new, other, old)):
        told = _told(replace(NURSE, registrations=held), "2026-09-07")
        assert {name: _short(item) for (_, name), item in told.items()} == {
            "NMC": ("2026-11-30", "2026-09-01", "done"),
            "SWE": (None, None, "expired"),
        }


def test_nothing_is_due_of_who_has_left() -> None:
    assert learning(replace(WORKER, status="left"), RULES, STARTED) == []
    assert len(learning(replace(WORKER, status="absent"), RULES, STARTED)) == 3


def _item(due_on: date | None, state: Any) -> Item:
    return Item(kind="training", name="first_aid", due_on=due_on, done_on=None, state=state)


@pytest.mark.parametrize(
    ("due_in", "state", "called"),
    [
        (28, "due", True),
        (29, "due", False),
        (28, "done", True),
        (29, "done", False),
        (-1, "overdue", True),
        (-900, "expired", True),
        (None, "due", True),
        (None, "overdue", True),
        (None, "expired", True),
        (None, "done", False),
    ],
)
def test_what_calls_for_someone(due_in: int | None, state: str, called: bool) -> None:
    due_on = None if due_in is None else STARTED + timedelta(days=due_in)
    assert calls(_item(due_on, state), STARTED, timedelta(days=28)) is called


@given(
    st.lists(
        st.tuples(st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.integers(1, 800)), max_size=6
    ),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_what_is_done_holds_and_what_does_not_is_not_done(
    completed: list[tuple[date, int]], on: date
) -> None:
    """Against the rule said another way: whether a completion with the latest day holds."""
    training = tuple(
        Completion(course="induction", completed_on=day, expires_on=day + timedelta(days=days))
        for day, days in completed
    )
    item = _told(replace(WORKER, training=training), on)["pathway", "induction"]
    if not training:
        assert item.state == ("due" if on <= TWELVE_WEEKS_ON else "overdue")
        return
    latest = max(each.completed_on for each in training)
    [*_, counted] = (each for each in training if each.completed_on == latest)
    assert counted.expires_on
    assert item.state == ("done" if on <= counted.expires_on else "expired")
