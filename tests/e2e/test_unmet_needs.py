"""Needs that nothing meets: recorded with why, met after all, counted."""

from typing import Any

import pytest

from tests.support.client import Client, day
from tests.support.elsewhere import met, onward, this_month, unmet
from tests.support.tokens import signed

PATH = "/v1/unmet-needs"


@pytest.fixture
def team(client: Client) -> str:
    """A team of its own, with a manager, so that its figures are its own."""
    client.tokens["unmet-manager"] = signed(
        client, sub="unmet-manager", roles=["team_manager"], teams=["unmet-cmht"]
    )
    return "unmet-cmht"


def test_recorded_and_met_after_all(client: Client, person: str) -> None:
    referral = onward(client, person)
    made = unmet(
        client, person, why="declined_by_service", onward_referral_id=referral.body["id"],
        details="They have no places.",
    )  # fmt: skip
    assert (made.status, made.headers["location"]) == (201, f"{PATH}/{made.body['id']}")
    assert (made.body["met"], made.body["details"]) == (False, "They have no places.")
    assert made.body["onward_referral_id"] == referral.body["id"]
    resolved = met(client, made, details="A neighbour drives.")
    assert (resolved.status, resolved.body["met"]) == (201, True)
    assert resolved.body["resolution"]["details"] == "A neighbour drives."
    again = met(client, resolved)
    assert (again.status, again.code) == (409, "already_met")
    stale = met(client, made, if_match=made.etag)
    assert (stale.status, stale.code) == (412, "version_changed")
    read = client.get("referrals", f"{PATH}/{made.body['id']}", "coordinator-1")
    assert (read.body, read.etag) == (resolved.body, resolved.etag)


def test_lists_by_person_need_and_whether_it_is_met(client: Client) -> None:
    person = client.service_user()
    bus = unmet(client, person, by="nurse-1")
    flat = unmet(client, person, by="nurse-1", need="housing", why="waiting_list")
    flat = met(client, flat, by="nurse-1")

    def listed(query: str) -> list[str]:
        path = f"{PATH}?service_user_id={person}{query}&limit=1"
        return [item["id"] for item in client.every("referrals", path, "nurse-1")]

    assert listed("") == [flat.body["id"], bus.body["id"]]
    assert listed("&order=asc") == [bus.body["id"], flat.body["id"]]
    assert listed("&met=true") == listed("&need=housing") == [flat.body["id"]]
    assert listed("&met=false") == [bus.body["id"]]


def test_a_team_list_leaves_restricted_people_out(client: Client) -> None:
    restricted = client.service_user()
    made = unmet(client, restricted, by="nurse-1")
    client.restricted(restricted, named_staff=["nurse-1"])
    for by, seen in (("nurse-1", True), ("coordinator-1", False)):
        items = client.every("referrals", f"{PATH}?team_id=north-cmht&limit=200", by)
        assert (made.body["id"] in {item["id"] for item in items}) is seen


@pytest.mark.parametrize(
    "changes", [{"need": "a bus"}, {"why": "because"}, {"details": ""}, {"met_on": day()}]
)
def test_what_is_malformed(client: Client, person: str, changes: dict[str, Any]) -> None:
    refused = unmet(client, person, **changes)
    assert (refused.status, refused.code) == (422, "malformed")


def test_an_onward_referral_is_the_persons_own(client: Client, person: str) -> None:
    other = client.service_user()
    of_other = onward(client, other, by="nurse-1").body["id"]
    assert unmet(client, person, onward_referral_id=of_other).status == 422
    assert met(client, unmet(client, person), met_on=day(ago=-2)).status == 422
    assert unmet(client, person, by="str-worker-9").code == "no_relationship"


def test_counts_by_team_need_and_why(client: Client, team: str) -> None:
    manager = "unmet-manager"
    person = client.service_user(by=manager, team_id=team)
    for _ in range(6):
        unmet(client, person, by=manager)
    resolved = unmet(client, person, by=manager, why="cost")
    met(client, resolved, by=manager)

    def report(by: str, query: str = f"team_id={team}&{this_month()}") -> Any:
        return client.get("referrals", f"/v1/reports/unmet-needs?{query}", by)

    shown = report(manager).body
    [ours] = shown["teams"]
    assert (shown["team_id"], ours["team_id"]) == (team, team)
    assert ours["unmet"] == {"count": 6, "suppressed": False}
    transport = {each["why"]: each for each in ours["items"] if each["need"] == "transport"}
    assert transport["no_service"]["unmet"] == {"count": 6, "suppressed": False}
    assert transport["cost"]["unmet"] == {"count": 0, "suppressed": False}
    hidden = {"count": None, "suppressed": True}
    assert ours["met"] == hidden
    assert all(each["met"] == hidden for each in ours["items"])
    assert report("ig-lead-1").body == shown
    assert ours in report("ig-lead-1", this_month()).body["teams"]
    assert report("manager-9").code == "no_relationship"
    assert report("auditor-1").code == "role_not_permitted"
    [before] = report(manager, f"team_id={team}&from=2026-01-01&to=2026-01-31").body["teams"]
    assert before["unmet"] == before["met"] == {"count": 0, "suppressed": False}
