"""Outside the role, or without the authority it needs: accepted, and put to the manager."""

from typing import Any

import pytest

from tests.support.client import Answer, Client
from tests.support.supporting import planned
from tests.support.wait import until

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
UNAUTHORISED = {"boundary": "medication", "class": "delegated_task", "task": "prompt"}
OUTSIDE = {"boundary": "mental_health_act", "class": "outside_role"}


@pytest.fixture(scope="module", autouse=True)
def plan(client: Client, person: str) -> str:
    """What `CP-7` is, for the person of these tests."""
    return planned(client, person, "CP-7")


def queries(client: Client, by: str, note: Answer, **more: str) -> list[Json]:
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    path = f"/v1/boundary-queries?note_id={note.body['id']}{asked}&limit=50"
    return client.every("notes", path, by)


def answer(client: Client, query: Json, by: str = "manager-1", **changes: Any) -> Answer:
    body = {"answer": "The care plan names it; put its reference in next time.", **changes}
    if_match = body.pop("if_match", f'"{query["version"]}"')
    path = f"/v1/boundary-queries/{query['id']}/answers"
    return client.post("notes", path, by, body, if_match=if_match)


def test_a_task_without_authority_waits_for_the_managers_answer(
    client: Client, person: str
) -> None:
    note = client.note(person, boundary_activities=[UNAUTHORISED])
    assert note.status == 201
    assert "boundary_authority" in note.body["outstanding"]
    assert "outside_role" not in note.body["flags"]
    assert note.body["countersignature"]["required"] is True
    [query] = queries(client, "manager-1", note, team_id="north-cmht", status="open")
    assert query["activities"] == [{"boundary": "medication", "why": "authority_missing"}]
    assert query["worker"]["staff_id"] == "str-worker-1"

    assert answer(client, query, if_match=None).code == "if_match_required"
    assert answer(client, query, if_match='"7"').code == "version_changed"
    refused = answer(client, query, "manager-9")
    assert (refused.status, refused.code) == (403, "no_relationship")
    answered = answer(client, query, outcome="authority_confirmed")
    assert answered.status == 201, answered.body
    assert answered.body["status"] == "answered"
    assert answered.body["answered"]["by"]["staff_id"] == "manager-1"
    again = answer(client, answered.body)
    assert (again.status, again.code) == (409, "already_answered")

    settled = client.get("notes", f"/v1/notes/{note.body['id']}", "coordinator-1")
    assert settled.body["outstanding"] == []
    assert settled.body["digest"] == note.body["digest"]
    assert settled.body["status"] == "awaiting_countersignature"
    history = client.get("notes", f"/v1/notes/{note.body['id']}/history", "coordinator-1").body
    assert [each["type"] for each in history["items"]] == [
        "note-recorded", "boundary-authority-settled",
    ]  # fmt: skip


def test_the_answer_reaches_the_note_wherever_it_was_filed_meanwhile(
    client: Client, person: str
) -> None:
    note = client.note(person, boundary_activities=[UNAUTHORISED])
    for _ in range(2):
        moved = {"kind": "wrong_person", "belongs_to": client.service_user()}
        refiled_to = client.retracted(note, **moved).body["refiled_to"]
        note = client.get("notes", f"/v1/notes/{refiled_to}", "str-worker-1")
        assert note.body["outstanding"] == ["boundary_authority"]
    [query] = queries(client, "manager-1", note)
    assert answer(client, query).status == 201
    assert client.seen(note, "str-worker-1").body["outstanding"] == []


def test_outside_the_role_is_accepted_and_asked_about(client: Client, person: str) -> None:
    note = client.note(person, boundary_activities=[OUTSIDE])
    assert note.status == 201
    assert "outside_role" in note.body["flags"]
    assert "outside_role" in note.body["countersignature"]["reasons"]
    [query] = queries(client, "manager-1", note)
    assert query["activities"] == [{"boundary": "mental_health_act", "why": "outside_role"}]


def test_a_contribution_asks_nobody_anything(client: Client, person: str) -> None:
    going_along = {"boundary": "clinical_treatment", "class": "contribution"}
    authorised = {**UNAUTHORISED, "authority": "CP-7"}
    note = client.note(person, boundary_activities=[going_along, authorised])
    assert note.body["outstanding"] == []
    assert queries(client, "manager-1", note) == []


def test_an_amendment_that_goes_outside_the_role_is_asked_about_too(
    client: Client, person: str
) -> None:
    note = client.note(person)
    path = f"/v1/notes/{note.body['id']}/amendments"
    body = {"reason": "Left out the tribunal.", "boundary_activities": [OUTSIDE]}
    assert client.post("notes", path, "str-worker-1", body, if_match=note.etag).status == 201
    [query] = queries(client, "manager-1", note)
    assert query["activities"][0]["why"] == "outside_role"


async def test_it_is_between_the_worker_and_the_manager(client: Client, person: str) -> None:
    """A staff matter, never a part of the person's record (HB 5.15)."""
    note = client.note(person, boundary_activities=[OUTSIDE])
    [mine] = queries(client, "str-worker-1", note)
    assert queries(client, "str-worker-2", note) == []
    path = f"/v1/boundary-queries/{mine['id']}"
    assert client.get("notes", path, "str-worker-1").status == 200
    assert client.get("notes", path, "manager-1").status == 200
    refused = client.get("notes", path, "str-worker-2")
    assert (refused.status, refused.code) == (403, "no_relationship")
    assert answer(client, mine, "str-worker-1").code == "role_not_permitted"
    timeline = client.every(
        "audit", f"/v1/audit/service-users/{person}/timeline?limit=200", "auditor-1"
    )
    assert not any(each["type"].startswith("boundary-query") for each in timeline)
    by_worker = "/v1/audit/events?type=boundary-query-raised&limit=200"

    def told() -> bool:
        asked = client.every("audit", by_worker, "auditor-1")
        return mine["id"] in {each["resource"]["id"] for each in asked}

    await until(told)


@pytest.mark.parametrize("body", [{}, {"answer": " "}, {"answer": "x", "outcome": "fine"}])
def test_an_answer_says_something(client: Client, person: str, body: Json) -> None:
    note = client.note(person, boundary_activities=[OUTSIDE])
    [query] = queries(client, "manager-1", note)
    path = f"/v1/boundary-queries/{query['id']}/answers"
    refused = client.post("notes", path, "manager-1", body, if_match=f'"{query["version"]}"')
    assert (refused.status, refused.code) == (422, "malformed")
