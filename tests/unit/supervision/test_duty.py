"""Duty: a team's whole rota, replaced whole; nobody is in two places at once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import from_json

from services.supervision.domain import Duty
from services.supervision.policy import is_shift, twice_at_once
from services.supervision.projection import rota
from services.supervision.schemas import RotaRequest
from shared.contracts.supervision import DutyShift
from shared.eventstore.mapper import EventMapper
from shared.kernel.actor import Actor
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
SHIFTS = st.lists(
    st.builds(
        lambda staff_id, begins, hours: _shift(staff_id, begins, begins + hours),
        st.sampled_from(("nurse-1", "ot-1")),
        st.integers(0, 72),
        st.integers(1, 24),
    ),
    max_size=8,
)


def _shift(staff_id: str, begins: float, ends: float) -> DutyShift:
    """A shift that begins and ends so many hours after `NOW`."""
    begin, end = (NOW + timedelta(hours=hours) for hours in (begins, ends))
    return DutyShift(staff_id=staff_id, starts_at=begin, ends_at=end)


def test_a_rota_replaces_the_one_before_and_the_same_again_is_nothing() -> None:
    day, night = _shift("nurse-1", 0, 8), _shift("ot-1", 8, 20)
    duty = Duty.set_up(MANAGER, NOW, "north-cmht", (night, day))
    assert duty.subject == duty.resource_id == duty.team_id == "north-cmht"
    duty.assign(MANAGER, NOW, (day, night))
    assert duty.version == 1
    duty.assign(MANAGER, NOW, (night,))
    assert (duty.version, duty.shifts) == (2, (night,))
    duty.assign(MANAGER, NOW, ())
    assert (duty.version, duty.shifts) == (3, ())


def test_every_rota_is_read_back_from_one_type_of_event() -> None:
    mapper = EventMapper("supervision", (Duty,))
    duty = Duty.set_up(MANAGER, NOW, "north-cmht", (_shift("nurse-1", 0, 8),))
    duty.assign(MANAGER, NOW, (_shift("ot-1", 8, 20),))
    again: Any = None
    for stored in mapper.store(duty, None, None):
        assert stored.type == "countersign.supervision.duty-assigned.v1"
        again = mapper.domain_event(Duty, from_json(stored.body), {}).mutate(again)  # type: ignore[attr-defined]
    assert (again.id, again.version, again.shifts) == (duty.id, 2, duty.shifts)


@pytest.mark.parametrize(("hours", "fits"), [(0, False), (-1, False), (8, True), (24, True)])
def test_a_shift_has_a_length(hours: float, fits: bool) -> None:
    assert is_shift(_shift("nurse-1", 0, hours)) is fits
    assert not is_shift(_shift("nurse-1", 0, 24.01))


@given(SHIFTS)
def test_nobody_is_on_twice_at_any_hour(shifts: list[DutyShift]) -> None:
    def times_on(staff_id: str, hour: int) -> int:
        at = NOW + timedelta(hours=hour)
        return sum(s.staff_id == staff_id and s.starts_at <= at < s.ends_at for s in shifts)

    double = any(times_on(each, hour) > 1 for each in ("nurse-1", "ot-1") for hour in range(96))
    assert twice_at_once(shifts) is double


def test_who_is_on_duty_answers_until_just_before_the_end() -> None:
    shifts = (_shift("nurse-1", 0, 8), _shift("ot-1", 8, 20), _shift("str-worker-1", 6, 10))

    def on_duty(hours: float) -> list[str]:
        shown = rota("north-cmht", 1, shifts, NOW + timedelta(hours=hours))["on_duty"]
        assert isinstance(shown, list)
        return shown

    assert on_duty(-0.1) == on_duty(20) == []
    assert on_duty(0) == ["nurse-1"]
    assert on_duty(7) == ["nurse-1", "str-worker-1"]
    assert on_duty(8) == ["ot-1", "str-worker-1"]


SHIFT = {"staff_id": "nurse-1", "from": "2026-11-20T08:00:00Z", "to": "2026-11-20T16:00:00Z"}


@pytest.mark.parametrize(
    ("where", "shifts"),
    [
        (("shifts", 0), [{**SHIFT, "to": SHIFT["from"]}]),
        (("shifts", 0), [{**SHIFT, "to": "2026-11-21T08:00:01Z"}]),
        (("shifts", 0, "from"), [{**SHIFT, "from": "2026-11-20T08:00:00"}]),
        (("shifts", 0, "staff_id"), [{**SHIFT, "staff_id": "a nurse"}]),
        ((), [SHIFT, {**SHIFT, "from": "2026-11-20T17:00:00+02:00"}]),
        (("shifts",), [SHIFT] * 501),
    ],
)
def test_a_request_says_where_a_rota_is_wrong(where: tuple[Any, ...], shifts: list[Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        RotaRequest.model_validate({"shifts": shifts})
    assert refused.value.errors()[0]["loc"] == where
