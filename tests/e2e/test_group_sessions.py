"""A group session: one event, and for each person an entry that names nobody else."""

import json
from typing import Any

import pytest

from deploy.local.processes import wait_until
from tests.support.client import Answer, Client, moment
from tests.support.wait import until

pytestmark = pytest.mark.anyio

Json = dict[str, Any]


@pytest.fixture(scope="module")
def people(client: Client) -> list[str]:
    return [client.service_user() for _ in range(3)]


def entry(person: str, **changes: Any) -> Json:
    return {
        "service_user_id": person,
        "attendance": "attended",
        "narrative": "Cooked a soup and took a portion home.",
        **changes,
    }


def hold(client: Client, entries: list[Json], by: str = "str-worker-1", **changes: Any) -> Answer:
    key = changes.pop("key", None)
    body = {
        "activity": "cooking",
        "occurred_at": moment(hours_ago=2),
        "duration_minutes": 90,
        "setting": "community",
        "functions": ["daily_living", "ordinary_lives"],
        "staff_present": ["str-worker-3"],
        "entries": entries,
        **changes,
    }
    return client.post("notes", "/v1/group-sessions", by, body, key=key)


def test_each_person_has_an_entry_of_their_own_and_it_names_no_one_else(
    client: Client, people: list[str]
) -> None:
    held = hold(
        client,
        [
            entry(people[0], service_user_view="Best afternoon this week."),
            entry(people[1], functions=["companionship"]),
            entry(people[2], attendance="did_not_attend", narrative="Did not come; rang after."),
        ],
    )
    assert held.status == 201, held.body
    assert held.headers["location"] == f"/v1/group-sessions/{held.body['id']}"
    assert (held.body["expected"], held.body["attended"]) == (3, 2)
    assert held.body["leader_id"] == "str-worker-1"
    assert {each["service_user_id"] for each in held.body["entries"]} == set(people)
    for each in held.body["entries"]:
        note = client.get("notes", f"/v1/notes/{each['note_id']}", "coordinator-1").body
        assert note["group_session_id"] == held.body["id"]
        assert note["service_user_id"] == each["service_user_id"]
        assert note["attendance"] == each["attendance"]
        others = set(people) - {each["service_user_id"]}
        assert not any(other in json.dumps(note) for other in others)
        assert note["status"] == "awaiting_countersignature"
    mine = client.get("notes", f"/v1/notes?service_user_id={people[1]}", "coordinator-1").body
    assert mine["items"][0]["functions"] == ["companionship"]


def test_the_event_names_nobody_and_the_record_of_each_holds_their_own(
    client: Client, people: list[str]
) -> None:
    held = hold(client, [entry(each) for each in people])

    def told(resource_id: str, type: str) -> list[Json]:
        path = f"/v1/audit/events?resource_id={resource_id}&type={type}&limit=10"
        wait_until(lambda: client.get("audit", path, "auditor-1").body["items"], 20, type)
        return client.every("audit", path, "auditor-1")

    [event] = told(held.body["id"], "group-session-held")
    assert not any(each in json.dumps(event) for each in people)
    for each in held.body["entries"]:
        [recorded] = told(each["note_id"], "note-recorded")
        assert recorded["service_user_id"] == each["service_user_id"]


def test_all_of_them_or_none(client: Client, people: list[str]) -> None:
    unknown = "01a00000-0000-7000-8000-00000000dead"
    path = f"/v1/notes?service_user_id={people[0]}&limit=200"
    before = len(client.every("notes", path, "coordinator-1"))
    refused = hold(client, [entry(people[0]), entry(unknown)])
    assert (refused.status, refused.code) == (404, "not_found")
    twice = hold(client, [entry(people[0]), entry(people[0])])
    assert (twice.status, twice.code) == (422, "malformed")
    nobody = hold(client, [])
    assert (nobody.status, nobody.code) == (422, "malformed")
    early = hold(client, [entry(people[0])], occurred_at=moment(hours_ago=-1))
    assert (early.status, early.code) == (422, "malformed")
    assert len(client.every("notes", path, "coordinator-1")) == before


def test_a_repeat_with_the_same_key_is_the_same_session(client: Client, people: list[str]) -> None:
    when = moment(hours_ago=3)
    first = hold(client, [entry(each) for each in people], key="once", occurred_at=when)
    again = hold(client, [entry(each) for each in people], key="once", occurred_at=when)
    assert (first.status, again.status) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.body == first.body


async def test_who_sees_which_entries(client: Client, people: list[str]) -> None:
    hidden = client.service_user()
    held = hold(client, [entry(people[0]), entry(hidden)])
    path = f"/v1/group-sessions/{held.body['id']}"
    assert client.restricted(hidden, named_staff=["coordinator-1"]).status == 201

    def seen(by: str) -> set[str]:
        return {each["service_user_id"] for each in client.get("notes", path, by).body["entries"]}

    assert seen("coordinator-1") == {people[0], hidden}
    await until(lambda: hidden not in seen("nurse-1"))  # the restriction has come to notes
    assert seen("nurse-1") == {people[0]}
    refused = client.get("notes", path, "nurse-9")
    assert (refused.status, refused.code) == (403, "no_relationship")
    listed = client.get("notes", "/v1/group-sessions?team_id=north-cmht", "nurse-1").body["items"]
    mine = next(each for each in listed if each["id"] == held.body["id"])
    assert "entries" not in mine
    assert (mine["expected"], mine["attended"]) == (2, 2)


def test_who_led_a_session_that_another_recorded_sees_no_less_than_the_team(
    client: Client, people: list[str]
) -> None:
    held = hold(client, [entry(people[0])], leader_id="str-worker-3")
    path = f"/v1/group-sessions/{held.body['id']}"
    for by in ("str-worker-1", "str-worker-3", "nurse-1"):
        assert client.get("notes", path, by).body["entries"] == held.body["entries"], by
