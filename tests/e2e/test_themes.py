"""Themes of supervision over HTTP, while the clock goes from quarter to quarter."""

import pytest

from services.supervision.policy import FEWEST, Quarter
from tests.support.client import Client
from tests.support.developing import THEMES, recorded, told
from tests.support.moving import MovableClock
from tests.support.supervising import introduced, on_session
from tests.support.wait import until

pytestmark = pytest.mark.anyio
MANY, NEW = "themed-cmht", "newly-themed-cmht"
MANAGER, GUIDE = "theming-manager", "theming-guide"
WORKERS = [f"themed-{number}" for number in range(FEWEST)]
A_QUARTER = 95
"""Days, at least."""


@pytest.fixture(scope="module")
def team(moving: tuple[Client, MovableClock]) -> tuple[Client, MovableClock]:
    client, _ = moving
    introduced(client, MANAGER, "team_manager", MANY)
    introduced(client, GUIDE, "supervisor", MANY)
    for worker in WORKERS:
        introduced(client, worker, "str_worker", MANY)
    return moving


async def test_four_are_nobody_five_are_told_of_and_later_changes_nothing(
    team: tuple[Client, MovableClock],
) -> None:
    client, clock = team
    first = Quarter.of(clock.now()).name
    sessions = [
        recorded(client, worker, GUIDE, "Lone  working", *(["Bullied"] if number else []))
        for number, worker in enumerate(WORKERS)
    ]
    assert sessions[1].body["themes"] == ["lone working", "bullied"]
    assert told(client, MANY, MANAGER) == {}
    with clock.moved(days=A_QUARTER):
        await until(lambda: first in told(client, MANY, MANAGER))
        shown = told(client, MANY, MANAGER)[first]
        assert shown["themes"] == [{"theme": "lone working", "workers_at_least": FEWEST}]
        # The fifth names it too: in a record of before, and in one of now.
        second = Quarter.of(clock.now()).name
        put_right = on_session(
            client, sessions[0], "amendments", GUIDE,
            if_match=client.get("supervision", _of(sessions[0].body["id"]), GUIDE).etag,
            reason="Left out.", themes=["bullied"],
        )  # fmt: skip
        assert put_right.status == 201, put_right.body
        recorded(client, WORKERS[0], GUIDE, "bullied")
        assert told(client, MANY, MANAGER) == {first: shown}
        with clock.moved(days=A_QUARTER):
            await until(lambda: second in told(client, MANY, MANAGER))
            later = told(client, MANY, MANAGER)
            assert (later[first], later[second]["themes"]) == (shown, [])


async def test_a_team_without_records_is_told_nothing(team: tuple[Client, MovableClock]) -> None:
    client, _ = team
    manager = introduced(client, "newly-theming", "team_manager", NEW)
    assert client.get("supervision", THEMES, manager).body == {"items": [], "next_cursor": None}


async def test_themes_are_for_the_team_s_own_manager(team: tuple[Client, MovableClock]) -> None:
    client, _ = team
    path = f"{THEMES}?team_id={MANY}"
    for by, code in (
        ("manager-9", "not_your_team"),
        (GUIDE, "role_not_permitted"),
        (WORKERS[0], "role_not_permitted"),
        ("auditor-1", "role_not_permitted"),
    ):
        assert client.get("supervision", path, by).code == code, by
    both = introduced(client, "theming-both", "team_manager", MANY, NEW)
    assert client.get("supervision", THEMES, both).code == "not_your_team", "names neither"
    assert client.get("supervision", path, both).status == 200
    assert client.get("supervision", f"{path}&cursor=x", both).status == 422


def _of(session_id: str) -> str:
    return f"/v1/supervision/sessions/{session_id}"
