"""Who may change an entry of the register into what: managers of its teams, and of others."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.domain import NotYourTeam, Worker
from services.supervision.domain.entry import may_change, may_enter, teams_of
from services.supervision.schemas import WorkerRequest
from shared.contracts.supervision import Employment, RegistrationEntry, WorkerDetails
from shared.kernel.actor import Actor
from tests.support.build import NOW

NMC = RegistrationEntry(body="NMC", number="18A1234E")
DETAILS = WorkerDetails(
    name="n", job_title="j", employer="e", teams=("north",), registrations=(NMC,)
)
OTHER: dict[str, Any] = {
    "name": "x",
    "job_title": "x",
    "level": "senior",
    "band": 8,
    "employer": "x",
    "line_manager_id": "manager-9",
    "started_on": NOW.date(),
    "registrations": (),
    "status": "absent",
    "whole_time_equivalent": 0.5,
    "employments": (Employment(employer="x"),),
    "lead_for": ("south",),
    "absent_from": NOW.date(),
    "absent_until": NOW.date(),
    "left_on": NOW.date(),
}
"""Every field but the teams, as someone else would have it."""


def _may(own: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    held = replace(DETAILS, **before)
    return may_change(held, replace(held, **after), frozenset(own.split()))


def test_a_change_of_every_field_is_tried() -> None:
    assert {*OTHER, "teams"} == set(vars(DETAILS))


@pytest.mark.parametrize("field", OTHER)
@pytest.mark.parametrize("teams", [("north",), ("north", "south")])
def test_a_manager_of_another_team_changes_nothing(field: str, teams: tuple[str, ...]) -> None:
    changed = {field: OTHER[field], "teams": teams}
    assert not _may("south", {}, changed)
    assert not _may("", {}, changed)
    assert _may("north south", {}, changed)


@pytest.mark.parametrize(
    ("own", "before", "after", "may"),
    [
        ("south", "north", "north south", True),
        ("south west", "north", "north south west", True),
        ("south", "north", "north", True),
        ("south", "north", "south", False),
        ("south", "north", "south north", False),
        ("south", "north", "north west", False),
        ("south", "north", "north south west", False),
        ("south", "north", "north north", False),
        ("south", "north", "", False),
        ("", "north", "north south", False),
        ("north", "north", "", True),
        ("north", "north", "south", True),
        ("north", "north", "north south", False),
        ("north", "north south", "north", False),
        ("north", "north south", "south", True),
        ("north", "north south", "south north", True),
        ("north", "north south", "west", False),
        ("north", "north south", "", False),
        ("south", "north south", "north", True),
        ("south", "north south", "south", False),
        ("south", "north south", "south north", False),
        ("north south", "north", "north south", True),
        ("south", "", "south", True),
        ("south", "", "south north", True),
        ("south", "", "north", False),
        ("south", "", "", True),
        ("", "", "south", False),
    ],
)
def test_who_moves_whom(own: str, before: str, after: str, may: bool) -> None:
    held, wanted = tuple(before.split()), tuple(after.split())
    assert _may(own, {"teams": held}, {"teams": wanted}) is may


@pytest.mark.parametrize(
    ("own", "after", "may"),
    [
        ("north", {"status": "active"}, True),
        ("south", {"status": "active"}, False),
        ("south", {"status": "active", "teams": ("south",)}, True),
        ("south", {"status": "active", "teams": ()}, True),
        ("south", {"name": "x"}, True),
    ],
)
def test_who_has_left_is_in_no_team(own: str, after: dict[str, Any], may: bool) -> None:
    assert _may(own, {"status": "left"}, after) is may


def test_who_lets_someone_leave() -> None:
    assert _may("north", {}, {"status": "left"})
    assert not _may("south", {}, {"status": "left"})


TEAMS = st.lists(st.sampled_from(("north", "south", "west")), unique=True, max_size=3).map(tuple)
ENTRIES = st.builds(
    replace,
    st.just(DETAILS),
    teams=TEAMS,
    status=st.sampled_from(("active", "left")),
    line_manager_id=st.sampled_from((None, "manager-9")),
)


@given(ENTRIES, ENTRIES, TEAMS)
def test_who_manages_another_than_their_first_team_changes_their_own_place_only(
    before: WorkerDetails, after: WorkerDetails, teams: tuple[str, ...]
) -> None:
    own, held = frozenset(teams), teams_of(before)
    if held and before.teams[0] not in own and may_change(before, after, own):
        assert held - own <= teams_of(after) <= held | own
        assert replace(after, teams=before.teams) == before


@pytest.mark.parametrize("field", OTHER)
def test_taking_somebody_on_makes_nobody_their_manager(field: str) -> None:
    both = {"teams": ("north", "south")}
    assert not _may("south", both, {field: OTHER[field]})
    assert _may("north", both, {field: OTHER[field]})


@pytest.mark.parametrize(
    ("own", "before", "after", "may"),
    [
        ("north", None, {"teams": ("north",)}, True),
        ("north", None, {"teams": ("guarded",)}, False),
        ("north", None, {"teams": ("north", "guarded")}, False),
        ("guarded", None, {"teams": ("north", "guarded")}, True),
        ("north", None, {"teams": ("guarded",), "status": "left"}, True),
        ("north", {}, {"teams": ("guarded",)}, False),
        ("north guarded", {}, {"teams": ("guarded",)}, True),
        ("north", {"teams": ()}, {"teams": ("north", "guarded")}, False),
        ("north", {"teams": ("north", "guarded")}, {"teams": ("guarded", "north")}, True),
        ("north", {"teams": ("north", "guarded")}, {"teams": ("guarded",)}, True),
        (
            "north",
            {"teams": ("guarded",), "status": "left"},
            {"teams": ("guarded", "north"), "status": "active"},
            False,
        ),
    ],
)
def test_only_its_own_managers_put_anybody_into_a_guarded_team(
    own: str, before: dict[str, Any] | None, after: dict[str, Any], may: bool
) -> None:
    held = None if before is None else replace(DETAILS, **before)
    entry = replace(held or DETAILS, **after)
    assert may_enter(held, entry, frozenset(own.split()), "guarded") is may


def test_a_worker_refuses_who_manages_another_team() -> None:
    manager = Actor("manager-1", "Manager 1", "team_manager")
    worker = Worker.register(manager, NOW, "nurse-1", DETAILS)
    changed = replace(DETAILS, band=4)
    worker.refuse_outsider(changed, frozenset({"north"}), "west")
    with pytest.raises(NotYourTeam):
        worker.refuse_outsider(changed, frozenset({"south"}), "west")
    handed_over = replace(DETAILS, teams=("west",))
    worker.refuse_outsider(handed_over, frozenset({"north"}), "south")
    with pytest.raises(NotYourTeam):
        worker.refuse_outsider(handed_over, frozenset({"north"}), "west")


def test_a_registration_put_again_is_the_one_held() -> None:
    asked = {"body": "NMC", "number": "18A1234E"}
    body = {"name": "n", "job_title": "j", "employer": "e", "teams": ["north"]}
    again = WorkerRequest.model_validate({**body, "registrations": [asked]})
    assert again.asked().details == DETAILS
