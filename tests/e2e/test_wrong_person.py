"""A note filed under the wrong person, with a concern and a signature: what is left, what moved,
and who had seen it meanwhile. And a registration that lapsed."""

import json
from typing import Any

import pytest

from tests.support.client import Answer, Client
from tests.support.moving import MovableClock
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
Json = dict[str, Any]
SECRET = "Quagmire Lane"
SAID = {
    "kind": "safeguarding",
    "urgency": "urgent",
    "description": f"Somebody waits outside in {SECRET}.",
    "alerted": [{"who": SECRET, "how": "telephone", "at": "2026-11-20T10:15:00Z"}],
    "service_user_told": True,
}


def misfiled(client: Client, wrong: str) -> Answer:
    made = client.note(wrong, narrative=f"Walked to {SECRET} together.", concern=SAID)
    assert made.status == 201, made.body
    assert client.countersign(made).status == 201
    return client.seen(made, "str-worker-1")


async def test_the_tombstone_the_right_record_and_who_had_read_it(client: Client) -> None:
    wrong, right = client.service_user(), client.service_user()
    before = misfiled(client, wrong).body
    concern = client.get("notes", f"/v1/concerns/{before['concern_id']}", "coordinator-1")
    assert client.on_concern(concern, "acknowledgements", "coordinator-1", plan="Go.").status == 201
    assert client.seen(before, "nurse-1").status == 200
    assert client.seen(before, "nurse-1").status == 200
    listed = f"/v1/notes?service_user_id={wrong}"
    assert SECRET in json.dumps(client.get("notes", listed, "ot-1").body)
    client.get("notes", "/v1/countersignatures/worklist?team_id=north-cmht", "supervisor-1")

    body = {"kind": "wrong_person", "reason": "Two files were open.", "belongs_to": right}
    gone = client.retracted(client.seen(before, "str-worker-1"), **body)
    assert gone.status == 201, gone.body
    assert client.seen(before, "coordinator-1").status == 200

    assert _nothing_left(client, wrong, before) == "refiled"
    moved = _is_under_the_right_person(client, right, before)
    assert moved["refiled_from"] is None, "of another record nothing is told"
    await _its_concern_moved(client, wrong, right, before, moved)
    await _readers_are(client, before, {"nurse-1": 2, "str-worker-1": 2}, {"ot-1": 1})


def _nothing_left(client: Client, wrong: str, before: Json) -> str:
    """Under the wrong person there is a tombstone, in every answer about the record."""
    path = f"/v1/notes/{before['id']}"
    answers = [
        client.get("notes", asked, by)
        for by in ("coordinator-1", "nurse-1", "ehr-1")
        for asked in (
            path, f"{path}?version=1", f"{path}?version=2", f"{path}/history",
            f"/v1/notes?service_user_id={wrong}", f"/v1/concerns?service_user_id={wrong}",
        )
    ]  # fmt: skip
    answers += [
        client.get("notes", f"/v1/concerns/{before['concern_id']}", "coordinator-1"),
        client.get("notes", f"/v1/concerns/{before['concern_id']}/history", "coordinator-1"),
        client.get("notes", "/v1/countersignatures/worklist?team_id=north-cmht", "nurse-1"),
    ]
    assert {answer.status for answer in answers} == {200}
    for answer in answers:
        assert SECRET not in json.dumps(answer.body)
    history = client.get("notes", f"{path}/history", "coordinator-1").body["items"]
    assert [each["type"] for each in history] == ["note-retracted"]
    assert SECRET in json.dumps(client.get("notes", path, "str-worker-1").body), "its author's"
    return str(client.get("notes", path, "coordinator-1").body["status"])


def _is_under_the_right_person(client: Client, right: str, before: Json) -> Json:
    [moved] = client.get("notes", f"/v1/notes?service_user_id={right}", "coordinator-1").body[
        "items"
    ]
    for same in ("narrative", "author", "recorded_at", "occurred_at", "late", "concern"):
        assert moved[same] == before[same], same
    assert moved["status"] == "awaiting_countersignature"
    assert moved["countersignature"]["signed"] is None
    assert moved["digest"] != before["digest"]
    assert dict(moved)["service_user_id"] == right
    return dict(moved)


async def _its_concern_moved(
    client: Client, wrong: str, right: str, before: Json, moved: Json
) -> None:
    old = client.get("notes", f"/v1/concerns/{before['concern_id']}", "coordinator-1").body
    assert (old["status"], old["description"]) == ("moved", None)
    new = client.get("notes", f"/v1/concerns/{moved['concern_id']}", "coordinator-1")
    assert new.body["service_user_id"] == right
    assert new.body["note_id"] == moved["id"]
    assert new.body["status"] == "acknowledged"
    assert new.body["acknowledged"]["plan"] == "Go."
    assert new.body["raised_at"] == old["raised_at"]
    closed = client.on_concern(new, "closures", "coordinator-1", outcome="Seen, and safe.")
    assert closed.status == 201


async def _readers_are(
    client: Client, before: Json, opened: dict[str, int], listed: dict[str, int]
) -> None:
    path = f"/v1/audit/notes/{before['id']}/readers"

    def found() -> Json:
        answer = client.get("audit", path, "ig-lead-1")
        return dict(answer.body) if answer.status == 200 else {}

    await until(lambda: found().get("retracted") is True)
    items = found()["items"]
    by_note = {i["staff_id"]: i["times"] for i in items if i["how"] == "opened"}
    # The co-ordinator opened its concern, which tells it too.
    assert by_note == {**opened, "coordinator-1": 1}
    assert {i["staff_id"]: i["times"] for i in items if i["how"] == "listed"} == listed
    # Recorded with its concern and retracted; signed; the concern acknowledged.
    acted = {i["staff_id"]: i["times"] for i in items if i["how"] == "acted"}
    assert acted == {"str-worker-1": 2, "nurse-1": 1, "coordinator-1": 1}
    assert {i["name"] for i in items if i["staff_id"] == "nurse-1"} == {"Nurse 1"}


async def test_a_registration_that_lapsed_yesterday_signs_nothing_today(
    moving: tuple[Client, MovableClock],
) -> None:
    client, clock = moving
    person = client.service_user()
    registered = {"body": "NMC", "number": "18A1234E"}
    lapses = (clock.now().date()).isoformat()
    entry = client.put_worker(
        "nurse-61", level=None, registrations=[{**registered, "expires_on": lapses}]
    )
    assert entry.status == 201
    role: Json = {"roles": ["registered_practitioner"], "teams": ["north-cmht"]}
    client.tokens["nurse-61"] = signed(client, sub="nurse-61", **role)
    first, second = client.note(person), client.note(person)
    made = client.countersign(first, "nurse-61")
    assert made.status == 201, made.body
    with clock.moved(days=1):
        refused = client.countersign(second, "nurse-61")
        assert (refused.status, refused.code) == (403, "not_registered")
        still = client.seen(first, "coordinator-1").body
        assert still["status"] == "countersigned"
        assert still["countersignature"]["signed"]["by"]["registration"] == registered
