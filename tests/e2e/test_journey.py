"""A note from REST call to countersignature to an auditor's screenful of history."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.support.client import Client, moment
from tests.support.wait import until

pytestmark = pytest.mark.anyio


async def test_a_notes_whole_way(client: Client) -> None:
    person = client.service_user()
    allocated = client.allocated(person, "str-worker-1")
    assert (allocated.status, allocated.body["status"]) == (201, "allocated")

    made = client.note(person)
    assert made.status == 201
    assert made.headers["location"] == f"/v1/notes/{made.body['id']}"
    assert made.etag == '"1"'
    assert made.body["status"] == "awaiting_countersignature"
    assert made.body["countersignature"]["reasons"] == [
        "author_not_registered",
        "no_competence_sign_off",
        "no_record_keeping_training",
    ]
    assert made.body["flags"] == []
    assert made.body["author"]["staff_id"] == "str-worker-1"
    assert made.body["author"]["role"] == "str_worker"

    worklist = client.get("notes", "/v1/countersignatures/worklist?limit=200", "nurse-1")
    assert made.body["id"] in [item["note_id"] for item in worklist.body["items"]]

    signed = client.countersign(made)
    assert (signed.status, signed.body["status"]) == (201, "countersigned")
    assert signed.etag == '"2"'
    signature = signed.body["countersignature"]["signed"]
    assert signature["by"]["registration"] == {"body": "NMC", "number": "18A1234E"}
    assert signature["digest"] == made.body["digest"]
    assert client.get("notes", f"/v1/notes/{made.body['id']}", "str-worker-1").body == signed.body

    timeline = f"/v1/audit/service-users/{person}/timeline"
    expected = [
        "service-user-registered",
        "referral-received",
        "referral-decided",
        "referral-allocated",
        "note-recorded",
        "note-countersigned",
    ]

    def done() -> list[Any]:
        """What was done, without who looked meanwhile."""
        events = client.get("audit", timeline, "auditor-1").body.get("items", [])
        looks = ("record-read", "ledger-queried")
        return [event for event in events if event["type"] not in looks]

    # In the order in which they came: of two services', the later may come first.
    await until(lambda: {event["type"] for event in done()} == {*expected})
    events = done()
    in_time = sorted(events, key=lambda event: datetime.fromisoformat(event["time"]))
    assert [event["type"] for event in in_time] == expected
    for before, after in pairwise(events):
        assert before["index"] < after["index"]
    for event in events:
        assert event["service_user_id"] == person
        assert event["actor"]["staff_id"]
        assert event["actor"]["role"]
        assert event["position"] > event["previous"]
    assert in_time[4]["content"]["account"]["narrative"] == made.body["narrative"]


async def test_the_record_is_complete_and_says_so(client: Client) -> None:
    person = client.service_user()
    client.note(person)
    found = client.get("audit", "/v1/audit/completeness", "auditor-1").body
    assert {each["service"] for each in found["services"]} == {
        "notes",
        "referrals",
        "supervision",
        "audit",
    }
    assert found["complete"], found


async def test_an_auditors_question_is_on_the_record_too(client: Client) -> None:
    person = client.service_user()
    await until(
        lambda: (
            client.get("audit", f"/v1/audit/events?service_user_id={person}", "auditor-1").body[
                "items"
            ]
            != []
        )
    )

    def asked() -> bool:
        path = "/v1/audit/events?type=ledger-queried&actor_id=auditor-1&limit=200"
        items = client.get("audit", path, "auditor-1").body["items"]
        return any(item["service_user_id"] == person for item in items)

    await until(asked)


async def test_filters_of_the_record(client: Client) -> None:
    person = client.service_user()
    note = client.note(person).body
    path = "/v1/audit/events"

    def items(query: str) -> Any:
        return client.get("audit", f"{path}?{query}", "auditor-1").body["items"]

    await until(lambda: items(f"resource_id={note['id']}") != [])
    [event] = items(f"resource_id={note['id']}")
    assert event["type"] == "note-recorded"
    assert items(f"resource_id={note['id']}&type=note-amended") == []
    assert items(f"resource_id={note['id']}&service=referrals") == []
    assert items(f"resource_id={note['id']}&actor_id=str-worker-1") == [event]
    assert items(f"resource_id={note['id']}&actor_role=auditor") == []
    assert items(f"resource_id={note['id']}&team_id=north-cmht") == [event]
    assert items(f"resource_id={note['id']}&to=2020-01-01T00:00:00Z") == []
    assert items(f"service_user_id={person}&outcome=success&order=asc")[0]["service"] == "referrals"
    one = client.get("audit", f"{path}/{event['event_id']}", "auditor-1").body
    assert one == event


async def test_pages_follow_one_another_without_gap_or_repeat(client: Client) -> None:
    person = client.service_user()
    made = [client.note(person).body["id"] for _ in range(7)]
    path = f"/v1/notes?service_user_id={person}&limit=3"
    seen = [item["id"] for item in client.every("notes", path, "nurse-1")]
    assert seen == made[::-1]


async def test_amendment_keeps_the_old_version_and_asks_for_a_new_signature(
    client: Client,
) -> None:
    person = client.service_user()
    first = client.note(person)
    signed = client.countersign(first)
    path = f"/v1/notes/{first.body['id']}"
    amended = client.post(
        "notes",
        f"{path}/amendments",
        "str-worker-1",
        {"reason": "Wrong letter.", "narrative": "Went through the council tax letter."},
        if_match=signed.etag,
    )
    assert amended.status == 201
    assert amended.body["status"] == "awaiting_countersignature"
    assert amended.body["digest"] != first.body["digest"]
    [entry] = amended.body["amendments"]
    assert entry["changed"] == ["narrative"]
    assert entry["replaced_signature"]["digest"] == first.body["digest"]
    old = client.get("notes", f"{path}?version=1", "nurse-1")
    assert old.body == first.body
    assert old.etag == '"1"'
    then = client.get("notes", path, "nurse-1", params={"as_of": entry["at"]})
    assert then.body["version"] == 3
    history = client.get("notes", f"{path}/history", "auditor-1").body["items"]
    assert [each["type"] for each in history] == [
        "note-recorded",
        "note-countersigned",
        "note-amended",
    ]
    assert history[2]["changes"] == ["narrative"]
    assert client.countersign(amended.body).status == 201


async def test_writing_needs_no_relationship_and_says_so(client: Client) -> None:
    person = client.service_user("manager-9", team_id="south-cmht", care_coordinator_id=None)
    made = client.note(person)
    assert made.status == 201
    assert made.body["flags"] == ["no_relationship"]
    assert client.get("notes", f"/v1/notes/{made.body['id']}", "str-worker-1").status == 200
    assert client.get("notes", f"/v1/notes/{made.body['id']}", "nurse-1").code == "no_relationship"


async def test_allocation_is_a_relationship_at_once(client: Client) -> None:
    """The worker of another team reads as soon as the allocation was answered."""
    person = client.service_user()
    note = client.note(person).body["id"]
    assert client.get("notes", f"/v1/notes/{note}", "str-worker-9").code == "no_relationship"
    assert client.allocated(person, "str-worker-9").status == 201
    assert client.get("notes", f"/v1/notes/{note}", "str-worker-9").status == 200


async def test_an_amendment_does_not_make_a_late_note_punctual(client: Client) -> None:
    """Domain, section 3 (NMC 10.1): a late entry is visible for ever."""
    person = client.service_user()
    outside = {"boundary": "medication", "class": "outside_role"}
    made = client.note(person, occurred_at="2026-11-01T10:00:00Z", boundary_activities=[outside])
    path = f"/v1/notes/{made.body['id']}/amendments"
    earlier = {"reason": "r", "occurred_at": moment(hours_ago=1), "boundary_activities": []}
    amended = client.post("notes", path, "str-worker-1", earlier, if_match=made.etag)
    assert amended.body["late"] is True
    assert amended.body["flags"] == ["late", "outside_role"]
    assert "outside_role" in amended.body["countersignature"]["reasons"]


async def test_a_registered_author_needs_no_countersignature(client: Client) -> None:
    person = client.service_user()
    made = client.note(person, "nurse-1")
    assert made.body["status"] == "complete"
    assert made.body["author"]["registration"] == {"body": "NMC", "number": "18A1234E"}
    assert client.countersign(made, "ot-1").code == "countersignature_not_required"


async def test_a_concern_is_due_in_a_day_and_a_late_note_is_asked_why(client: Client) -> None:
    person = client.service_user()
    concern = {
        "kind": "relapse_sign",
        "urgency": "routine",
        "description": "Not sleeping.",
        "alerted": [{"who": "coordinator-1", "how": "telephone", "at": "2026-11-01T10:00:00Z"}],
        "service_user_told": True,
        "not_told_reason": None,
    }
    made = client.note(person, concern=concern, occurred_at="2026-11-01T10:00:00+01:00")
    assert made.body["occurred_at"] == "2026-11-01T09:00:00Z"
    assert made.body["late"] is True
    assert made.body["outstanding"] == ["late_entry_reason"]
    assert "concern_raised" in made.body["countersignature"]["reasons"]
    boundary = {"boundary": "medication", "class": "outside_role", "task": "injection"}
    odd = client.note(person, boundary_activities=[boundary])
    assert odd.body["flags"] == ["outside_role"]
    assert odd.body["boundary_activities"] == [{**boundary, "authority": None}]
