"""What is due of workers' learning, over HTTP: of one, and of a team."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.kernel.days import local_day
from tests.support.client import Answer, Client, day
from tests.support.stack import NMC
from tests.support.tokens import manager, signed

TEAM = "learning-cmht"
NEW, SENIOR, NURSE, GONE = "str-worker-61", "str-worker-62", "nurse-61", "str-worker-63"
MANAGER = "manager-61"


def _in(**time: float) -> date:
    """The day in England after so long."""
    return local_day(datetime.now(UTC)) + timedelta(**time)


@pytest.fixture(scope="module")
def team(client: Client) -> Client:
    """A worker who starts today, one of long standing, a nurse, and somebody who has left."""
    manager(client, MANAGER, TEAM)
    checked = {**NMC[0], "expires_on": _in(days=10).isoformat(), "checked_on": day(ago=5)}
    for staff_id, role, changes in (
        (NEW, "str_worker", {"level": "foundation", "started_on": _in().isoformat()}),
        (SENIOR, "str_worker", {"level": "senior", "started_on": "2019-05-13"}),
        (NURSE, "registered_practitioner", {"level": None, "registrations": [checked]}),
        (GONE, "str_worker", {"status": "left"}),
    ):
        client.tokens[staff_id] = signed(client, sub=staff_id, roles=[role], exp=2_000_000_000)
        made = client.put_worker(staff_id, MANAGER, teams=[TEAM], **changes)
        assert made.status == 201, made.body
    return client


def _of(client: Client, staff_id: str, by: str = MANAGER) -> dict[tuple[str, str], Any]:
    found = client.get("supervision", f"/v1/workers/{staff_id}/learning", by)
    assert found.status == 200, found.body
    assert found.body["staff_id"] == staff_id
    return {(each["kind"], each["name"]): each for each in found.body["items"]}


def _withdrawn(client: Client, course: str) -> Answer:
    path = f"/v1/workers/{NEW}"
    now, reason = client.get("supervision", path, MANAGER), {"reason": "Somebody else's."}
    return client.post(
        "supervision", f"{path}/training/{course}/withdrawals", MANAGER, reason, if_match=now.etag
    )


def _due(client: Client, query: str = "", by: str = MANAGER) -> list[tuple[str, str, str, str]]:
    """Who is to see to what of the team's, in the order of the list."""
    found = client.every("supervision", f"/v1/learning?team_id={TEAM}&limit=2{query}", by)
    return [(each["staff_id"], each["kind"], each["name"], each["state"]) for each in found]


def test_a_new_worker_has_twelve_weeks_and_two_years(team: Client) -> None:
    assert _of(team, NEW, NEW) == _of(team, NEW)
    assert _of(team, NEW) == {
        ("pathway", name): {
            "kind": "pathway",
            "name": name,
            "due_on": _in(weeks=weeks).isoformat(),
            "done_on": None,
            "state": "due",
            "before_unsupervised": unsupervised,
        }
        for name, weeks, unsupervised in (
            ("induction", 12, False), ("record_keeping", 12, True), ("level_3", 104, False),
        )
    }  # fmt: skip


def test_what_is_recorded_is_done_until_it_expires(team: Client) -> None:
    def state(course: str = "induction") -> tuple[str, str | None, str | None]:
        item = _of(team, NEW)["pathway", course]
        return item["state"], item["done_on"], item["due_on"]

    assert team.trained(NEW, MANAGER, course="level_3", completed_on=day(ago=3)).status == 201
    assert state("level_3") == ("done", day(ago=3), None)
    late = {"completed_on": day(ago=400), "expires_on": day(ago=35)}
    assert team.trained(NEW, MANAGER, course="induction", **late).status == 201
    assert state() == ("expired", day(ago=400), day(ago=35))
    again = {"completed_on": day(ago=30), "expires_on": day(ago=-335)}
    assert team.trained(NEW, MANAGER, course="induction", **again).status == 201
    assert state() == ("done", day(ago=30), day(ago=-335))

    for told in (("expired", day(ago=400), day(ago=35)), ("due", None, _in(weeks=12).isoformat())):
        assert _withdrawn(team, "induction").status == 201
        assert state() == told


def test_a_team_sees_what_calls_for_someone_by_when(team: Client) -> None:
    for course, changes in (
        ("induction", {}),
        ("first_aid", {"completed_on": day(ago=700), "expires_on": day(ago=-20)}),
        ("medicines", {"completed_on": day(ago=700), "expires_on": day(ago=-40)}),
    ):
        assert team.trained(SENIOR, MANAGER, course=course, **changes).status == 201
    overdue = [
        (SENIOR, "pathway", "record_keeping", "overdue"),
        (SENIOR, "pathway", "level_3", "overdue"),
    ]
    soon = [
        (NURSE, "registration", "NMC", "done"),
        (SENIOR, "training", "first_aid", "done"),
    ]
    later = [(SENIOR, "training", "medicines", "done")]
    in_twelve_weeks = [
        (NEW, "pathway", "induction", "due"),
        (NEW, "pathway", "record_keeping", "due"),
    ]
    assert _due(team) == overdue + soon
    assert _due(team, "&within_days=0") == overdue
    assert _due(team, "&within_days=50") == overdue + soon + later
    assert _due(team, "&within_days=90&kind=pathway") == overdue + in_twelve_weeks
    assert _due(team, "&state=overdue") == overdue
    assert _due(team, "&within_days=90&state=due") == in_twelve_weeks
    assert _due(team, "&state=expired") == []


def test_a_start_that_nobody_knows_comes_first(team: Client) -> None:
    unknown, by = "str-worker-64", manager(team, "manager-64", "learning-64")
    made = team.put_worker(unknown, by, teams=["learning-64"], started_on=None, status="absent")
    assert made.status == 201, made.body
    assert team.trained(
        unknown, by, course="first_aid", completed_on=day(ago=9), expires_on=day(ago=1)
    ).status == 201  # fmt: skip
    found = team.get("supervision", "/v1/learning", by).body["items"]
    assert [(each["name"], each["due_on"], each["state"]) for each in found] == [
        ("induction", None, "due"),
        ("level_3", None, "due"),
        ("record_keeping", None, "due"),
        ("first_aid", day(ago=1), "expired"),
    ]
    assert {(each["staff_id"], each["absent"]) for each in found} == {(unknown, True)}


def test_a_team_is_judged_by_its_own_rules(team: Client) -> None:
    own, by = "learning-65", manager(team, "manager-65", "learning-65")
    path = f"/v1/policies/supervision/{own}"
    shipped = team.get("supervision", path, by).body["rules"]["pathway"]
    more = {"pathway": [*shipped, {"course": "walking", "within_weeks": 1}]}
    published = team.call("PUT", "supervision", path, by, more)
    assert published.status == 201, published.body
    for staff_id, teams in (("str-worker-65", [own, TEAM]), ("str-worker-66", [TEAM, own])):
        assert team.put_worker(staff_id, "ehr-1", teams=teams).status == 201
    assert ("pathway", "walking") in _of(team, "str-worker-65")
    assert ("pathway", "walking") not in _of(team, "str-worker-66")
    found = team.every("supervision", f"/v1/learning?team_id={own}&limit=1", by)
    assert {each["staff_id"] for each in found if each["name"] == "walking"} == {"str-worker-65"}


def test_whose_it_is_to_see(team: Client) -> None:
    def refused(path: str, by: str) -> tuple[int, str]:
        answer = team.get("supervision", path, by)
        return answer.status, answer.code

    assert refused(f"/v1/workers/{SENIOR}/learning", NEW) == (403, "not_yours")
    assert refused("/v1/workers/nobody-61/learning", NEW) == (404, "not_found")
    assert refused(f"/v1/workers/{SENIOR}/learning", "ehr-1") == (403, "role_not_permitted")
    assert _of(team, GONE) == {}
    assert refused("/v1/learning", "ig-lead-1") == (422, "malformed")
    assert refused("/v1/learning", "auditor-1") == (422, "malformed")
    assert refused(f"/v1/learning?team_id={TEAM}", "manager-9") == (403, "no_relationship")
    assert refused(f"/v1/learning?team_id={TEAM}", NEW) == (403, "role_not_permitted")
    assert refused(f"/v1/learning?team_id={TEAM}&cursor=x", MANAGER) == (422, "malformed")
    assert _due(team, by="ig-lead-1") == _due(team, by="auditor-1") == _due(team)
