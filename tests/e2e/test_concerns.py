"""Concerns over HTTP: a whole life, who may do what with it, and whom it names."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.client import Answer, Client, moment, shift
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
SAID = {
    "kind": "risk",
    "urgency": "urgent",
    "description": "Says the neighbours are coming in at night.",
    "alerted": [{"who": "duty desk", "how": "telephone", "at": "2026-11-20T10:15:00Z"}],
    "service_user_told": True,
}
DUTY = "north-cmht"


@pytest.fixture(scope="module")
def duty(client: Client) -> Iterator[str]:
    """Who is on duty for the team throughout, and works in another."""
    assert client.on_duty(DUTY, [shift("nurse-9", -1, 8)]).status in (200, 201)
    yield "nurse-9"
    assert client.on_duty(DUTY, []).status == 200


def get(client: Client, concern: Answer, by: str) -> Answer:
    return client.get("notes", f"/v1/concerns/{concern.body['id']}", by)


def history(client: Client, concern: Answer, by: str = "nurse-1") -> list[dict[str, Any]]:
    path = f"/v1/concerns/{concern.body['id']}/history"
    items: list[dict[str, Any]] = client.get("notes", path, by).body["items"]
    return items


def listed(client: Client, by: str, query: str) -> list[str]:
    return [each["id"] for each in client.every("notes", f"/v1/concerns?{query}", by)]


async def settled(client: Client, person: str, duty: str) -> None:
    """Once the rota has come to notes: who is on duty sees the person."""
    path = f"/v1/notes?service_user_id={person}"
    await until(lambda: client.get("notes", path, duty).status == 200)


async def test_a_life(client: Client, duty: str) -> None:
    person = client.service_user()
    await settled(client, person, duty)
    raised = client.concern(person, by="str-worker-9", service_user_told=False)
    assert raised.status == 201, raised.body
    assert raised.headers["location"] == f"/v1/concerns/{raised.body['id']}"
    assert raised.etag == '"1"'
    shown = raised.body
    assert shown["routed_to"] == ["coordinator-1", "nurse-9"]
    assert (shown["status"], shown["overdue"], shown["note_id"]) == ("raised", False, None)
    assert shown["outstanding"] == ["not_told_reason"]
    due = datetime.fromisoformat(shown["acknowledge_by"])
    assert due - datetime.fromisoformat(shown["raised_at"]) == timedelta(hours=4)
    assert shown["raised_by"]["staff_id"] == "str-worker-9"
    assert shown["alerted"][0]["who"] == "coordinator-1"

    told = client.on_concern(
        raised, "alerts", "str-worker-9", alerted=[{"who": "GP", "how": "message", "at": moment()}]
    )
    assert (told.status, told.etag) == (201, '"2"')
    assert [each["who"] for each in told.body["alerted"]] == ["coordinator-1", "GP"]
    assert client.on_concern(told, "alerts", "nurse-1").code == "nothing_changed"

    asked = client.on_concern(told, "escalations", "nurse-1", reason="Nobody answers the phone.")
    assert asked.status == 201, asked.body
    [step] = asked.body["escalations"]
    assert (step["because"], step["to"], step["reached"]) == ("asked", "duty", ["nurse-9"])
    assert step["by"]["staff_id"] == "nurse-1"
    assert step["reason"] == "Nobody answers the phone."

    urgent = client.on_concern(asked, "upgrades", "str-worker-9", reason="Worse this evening.")
    assert (urgent.status, urgent.body["urgency"]) == (201, "urgent")
    sooner = datetime.fromisoformat(urgent.body["acknowledge_by"])
    assert sooner < due
    assert client.on_concern(urgent, "upgrades", "nurse-1", reason="x").code == "already_urgent"

    acknowledged = client.on_concern(
        urgent, "acknowledgements", duty, plan="Visit tonight.", not_told_reason="Not reachable."
    )
    assert acknowledged.status == 201, acknowledged.body
    assert acknowledged.body["status"] == "acknowledged"
    assert acknowledged.body["acknowledged"]["plan"] == "Visit tonight."
    assert acknowledged.body["acknowledged"]["by"]["staff_id"] == duty
    assert acknowledged.body["outstanding"] == []
    again = client.on_concern(acknowledged, "acknowledgements", "coordinator-1", plan="x")
    assert (again.status, again.code) == (409, "already_acknowledged")

    closed = client.on_concern(acknowledged, "closures", duty, outcome="Seen; sleeps again.")
    assert (closed.status, closed.body["closed"]["outcome"]) == (201, "Seen; sleeps again.")
    for command in ("acknowledgements", "closures", "escalations", "upgrades"):
        word = {"acknowledgements": "plan", "closures": "outcome"}.get(command, "reason")
        refused = client.on_concern(closed, command, "coordinator-1", **{word: "x"})
        assert (refused.status, refused.code) == (409, "already_closed"), command

    reopened = client.on_concern(closed, "reopenings", "str-worker-1", reason="Again awake.")
    assert (reopened.status, reopened.body["status"]) == (201, "raised")
    assert reopened.body["acknowledged"] is reopened.body["closed"] is None
    assert datetime.fromisoformat(reopened.body["acknowledge_by"]) > sooner
    assert client.on_concern(reopened, "reopenings", "nurse-1", reason="x").code == "not_closed"

    assert get(client, raised, "ot-1").body == reopened.body
    assert [each["type"] for each in history(client, raised)] == [
        "concern-raised", "concern-alerted", "concern-escalated", "concern-upgraded",
        "concern-alerted", "concern-acknowledged", "concern-closed", "concern-reopened",
    ]  # fmt: skip


async def test_who_is_neither_on_duty_nor_co_ordinator_does_not_answer_it(
    client: Client, duty: str
) -> None:
    person = client.service_user()
    await settled(client, person, duty)
    raised = client.concern(person)
    for by in ("nurse-1", "str-worker-1", "manager-1"):
        refused = client.on_concern(raised, "acknowledgements", by, plan="x")
        assert (refused.status, refused.code) == (403, "not_yours_to_answer")
    stranger = client.on_concern(raised, "acknowledgements", "str-worker-9", plan="x")
    assert (stranger.status, stranger.code) == (403, "no_relationship")
    assert client.on_concern(raised, "closures", "ot-1", outcome="x").code == "not_yours_to_answer"
    answered = client.on_concern(raised, "acknowledgements", "coordinator-1", plan="Visit.")
    assert answered.status == 201
    closed = client.on_concern(answered, "closures", "manager-1", outcome="Passed on.")
    assert closed.status == 201


async def test_a_command_says_which_version_it_is_for(client: Client, person: str) -> None:
    raised = client.concern(person)
    missing = client.on_concern(raised, "escalations", "nurse-1", reason="x", if_match=None)
    assert (missing.status, missing.code) == (428, "if_match_required")
    stale = client.on_concern(raised, "escalations", "nurse-1", reason="x", if_match='"7"')
    assert (stale.status, stale.code) == (412, "version_changed")
    key = {"Idempotency-Key": "a-concern"}
    path, body = "/v1/concerns", {"service_user_id": person, **SAID}
    first = client.post("notes", path, "str-worker-1", body, headers=key)
    again = client.post("notes", path, "str-worker-1", body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.body == first.body
    assert get(client, raised, "nurse-1").body["version"] == 1


async def test_what_is_refused(client: Client, person: str) -> None:
    nobody = "01a00000-0000-7000-8000-00000000dead"
    assert client.concern(nobody).status == 404
    assert client.concern(person, urgency="soon").status == 422
    assert client.concern(person, by="ig-lead-1").code == "role_not_permitted"
    other = client.note(client.service_user())
    misplaced = client.concern(person, note_id=other.body["id"])
    assert (misplaced.status, misplaced.body["errors"][0]["pointer"]) == (422, "#/note_id")
    assert client.get("notes", f"/v1/concerns/{nobody}", "nurse-1").status == 404
    raised = client.concern(person)
    assert get(client, raised, "str-worker-9").code == "no_relationship"


async def test_those_it_names_neither_see_it_nor_act_on_it(client: Client, duty: str) -> None:
    person = client.service_user()
    await settled(client, person, duty)
    raised = client.concern(person, about_staff=["coordinator-1"], kind="safeguarding")
    assert raised.body["routed_to"] == ["nurse-9"]
    refused = get(client, raised, "coordinator-1")
    assert (refused.status, refused.code) == (403, "named_in_concern")
    path = f"/v1/concerns/{raised.body['id']}/history"
    assert client.get("notes", path, "coordinator-1").code == "named_in_concern"
    for command, word in (("acknowledgements", "plan"), ("closures", "outcome"),
                          ("escalations", "reason"), ("upgrades", "reason"),
                          ("reopenings", "reason")):  # fmt: skip
        said = {word: "x"}
        assert client.on_concern(raised, command, "coordinator-1", **said).code == (
            "named_in_concern"
        ), command
    for query in (f"service_user_id={person}", "team_id=north-cmht&limit=200"):
        assert raised.body["id"] not in listed(client, "coordinator-1", query)
        assert raised.body["id"] in listed(client, "nurse-1", query)
    await until(lambda: _denied(client, person) >= 2)


async def test_who_governs_and_is_named_finds_nothing_of_it_in_the_ledger(client: Client) -> None:
    person = client.service_user()
    named = {**SAID, "about_staff": ["ig-lead-2", "auditor-1"]}
    note = client.note(person, concern=named).body
    path = f"/v1/audit/events?service_user_id={person}&resource_id="
    things = (note["id"], note["concern_id"])

    def shown(by: str, thing: str) -> list[dict[str, Any]]:
        return list(client.get("audit", path + thing, by).body["items"])

    def refused(path: str, by: str) -> None:
        found = client.get("audit", path, by)
        assert (found.status, found.code) == (403, "excluded"), (path, by)
        assert "concern" not in str(found.body).replace(path, "")

    assert client.seen(note, "nurse-1").status == 200
    for thing in things:
        await until(lambda each=thing: bool(shown("ig-lead-1", each)))  # type: ignore[misc]
        [whole] = shown("ig-lead-1", thing)
        assert whole["content_state"] == "shown"
        for by in ("ig-lead-2", "auditor-1"):
            assert shown(by, thing) == []
            refused(f"/v1/audit/events/{whole['event_id']}", by)
            refused(f"/v1/audit/ledger/proofs/inclusion?event_id={whole['event_id']}", by)
    for by in ("ig-lead-2", "auditor-1"):
        refused(f"/v1/audit/notes/{note['id']}", by)
        refused(f"/v1/audit/notes/{note['id']}/readers", by)
        for listing in ("timeline", "accesses"):
            path = f"/v1/audit/service-users/{person}/{listing}?limit=200"
            items = client.get("audit", path, by).body["items"]
            assert items
            assert not any(thing in str(items) for thing in things), listing
        path = f"/v1/audit/events?limit=200&service_user_id={person}&actor_id=str-worker-1"
        assert client.get("audit", path, by).body["items"] == []


def _denied(client: Client, person: str) -> int:
    path = f"/v1/audit/service-users/{person}/accesses?outcome=denied"
    found = client.get("audit", path, "ig-lead-1").body["items"]
    return sum(each["code"] == "named_in_concern" for each in found)


async def test_who_raised_it_reads_what_they_wrote_but_does_not_act(
    client: Client, person: str
) -> None:
    raised = client.concern(person, by="nurse-1", about_staff=["nurse-1"])
    assert get(client, raised, "nurse-1").status == 200
    refused = client.on_concern(raised, "escalations", "nurse-1", reason="x")
    assert (refused.status, refused.code) == (403, "named_in_concern")


async def test_a_note_raises_its_concern_and_is_kept_from_those_it_names(
    client: Client, person: str
) -> None:
    concern = {**SAID, "about_staff": ["ot-1"]}
    made = client.note(person, concern=concern)
    assert made.status == 201, made.body
    found = client.get("notes", f"/v1/concerns/{made.body['concern_id']}", "nurse-1")
    assert found.status == 200
    assert found.body["note_id"] == made.body["id"]
    assert found.body["description"] == SAID["description"]
    assert found.body["raised_by"]["staff_id"] == "str-worker-1"

    path = f"/v1/notes/{made.body['id']}"
    for asked in (path, f"{path}/history", f"{path}?version=1"):
        refused = client.get("notes", asked, "ot-1")
        assert (refused.status, refused.code) == (403, "named_in_concern")
    assert client.countersign(made, "ot-1").code == "named_in_concern"
    notes = f"/v1/notes?service_user_id={person}"
    worklist = "/v1/countersignatures/worklist?team_id=north-cmht&limit=200"
    for by, sees in (("ot-1", False), ("nurse-1", True)):
        seen = {each["id"] for each in client.every("notes", notes, by)}
        due = {each["note_id"] for each in client.every("notes", worklist, by)}
        assert (made.body["id"] in seen, made.body["id"] in due) == (sees, sees)
    assert client.countersign(made, "nurse-1").status == 201

    reworded = {**SAID, "description": "It was in the afternoon."}
    amended = client.post(
        "notes", f"{path}/amendments", "str-worker-1", {"reason": "A slip.", "concern": reworded},
        if_match='"2"',
    )  # fmt: skip
    assert amended.body["concern_id"] == made.body["concern_id"], "it has a life of its own"
    assert client.get("notes", path, "ot-1").code == "named_in_concern", "once named, always"


async def test_an_amendment_that_adds_a_concern_raises_it(client: Client, person: str) -> None:
    made = client.note(person)
    assert made.body["concern_id"] is None
    path = f"/v1/notes/{made.body['id']}"
    body = {"reason": "Left out how she looked.", "concern": SAID}
    amended = client.post("notes", f"{path}/amendments", "str-worker-1", body, if_match='"1"')
    assert amended.status == 201, amended.body
    found = client.get("notes", f"/v1/concerns/{amended.body['concern_id']}", "nurse-1")
    assert (found.body["note_id"], found.body["urgency"]) == (made.body["id"], "urgent")


async def test_whom_it_reached_reads_and_answers_until_it_is_closed(client: Client) -> None:
    """The line manager of another team, and a restricted record that doesn't name them."""
    lead = "manager-28"
    client.tokens[lead] = signed(client, sub=lead, roles=["team_manager"], exp=2_000_000_000)
    assert client.put_worker(lead, level=None, teams=["west-cmht"]).status == 201
    worker = "str-worker-28"
    client.tokens[worker] = signed(client, sub=worker, roles=["str_worker"], exp=2_000_000_000)
    assert client.put_worker(worker, teams=["west-cmht"], line_manager_id=lead).status == 201
    assert client.on_duty(DUTY, []).status in (200, 201)
    person = client.service_user()
    assert client.restricted(person, named_staff=["nurse-1", "coordinator-1"]).status == 201
    path = f"/v1/notes?service_user_id={person}"
    await until(lambda: client.get("notes", path, "ot-1").status == 403)
    raised = client.concern(person, by=worker)
    assert get(client, raised, lead).code == "no_relationship"
    assert listed(client, lead, "reached=true") == []

    asked = client.on_concern(raised, "escalations", worker, reason="Nobody is on duty.")
    assert asked.status == 201, asked.body
    assert asked.body["escalations"][0]["reached"] == [lead]
    assert listed(client, lead, "reached=true") == [raised.body["id"]]
    assert get(client, raised, lead).status == 200
    assert client.get("notes", path, lead).status == 200
    elsewhere = f"/v1/service-users/{person}"
    await until(lambda: client.get("referrals", elsewhere, lead).status == 200)
    answered = client.on_concern(asked, "acknowledgements", lead, plan="Sending somebody.")
    assert answered.status == 201, answered.body
    closed = client.on_concern(answered, "closures", lead, outcome="Seen.")
    assert closed.status == 201
    for refused in (get(client, raised, lead), client.get("notes", path, lead)):
        assert (refused.status, refused.code) == (403, "no_relationship")
    assert listed(client, lead, "reached=true") == []
    await until(lambda: client.get("referrals", elsewhere, lead).status == 403)
    reopened = client.on_concern(closed, "reopenings", "nurse-1", reason="Again.")
    assert reopened.status == 201
    assert get(client, raised, lead).code == "no_relationship", "not until it reaches them again"
    audited = f"/v1/audit/service-users/{person}/accesses?limit=200"
    await until(
        lambda: (
            "escalation"
            in {each["basis"] for each in client.get("audit", audited, "ig-lead-1").body["items"]}
        )
    )


async def test_what_an_amendment_says_of_it_reaches_it(client: Client, person: str) -> None:
    assert client.on_duty(DUTY, []).status in (200, 201)
    said = {**SAID, "urgency": "routine"}
    note = client.note(person, concern=said)
    concern = client.get("notes", f"/v1/concerns/{note.body['concern_id']}", "nurse-1").body
    assert concern["routed_to"] == ["coordinator-1"]
    worse = {**said, "urgency": "urgent", "about_staff": ["nurse-1"]}
    assert client.amended(note, concern=worse).status == 201
    refused = client.get("notes", f"/v1/concerns/{concern['id']}", "nurse-1")
    assert (refused.status, refused.code) == (403, "named_in_concern")
    now = client.get("notes", f"/v1/concerns/{concern['id']}", "coordinator-1").body
    assert (now["urgency"], now["about_staff"], now["version"]) == ("urgent", ["nurse-1"], 2)
    assert now["acknowledge_by"] < concern["acknowledge_by"]


async def test_one_raised_on_a_note_keeps_whom_it_names_from_both(
    client: Client, person: str
) -> None:
    note = client.note(person)
    raised = client.concern(person, note_id=note.body["id"], about_staff=["nurse-1"])
    assert raised.status == 201, raised.body
    for refused in (client.seen(note, "nurse-1"), get(client, raised, "nurse-1")):
        assert (refused.status, refused.code) == (403, "named_in_concern")
    assert client.countersign(client.seen(note, "ot-1"), "nurse-1").code == "named_in_concern"
    hidden = client.retracted(client.seen(note, "str-worker-1"), kind="wrong_person")
    assert hidden.status == 201
    late = client.concern(person, note_id=note.body["id"])
    assert (late.status, late.code) == (409, "note_retracted")


async def test_nobody_opens_a_restricted_record_to_themselves(client: Client) -> None:
    assert client.on_duty(DUTY, []).status in (200, 201)
    person = client.service_user()
    note = client.note(person)
    assert client.restricted(person, named_staff=["str-worker-1", "coordinator-1"]).status == 201
    await until(lambda: client.seen(note, "nurse-1").status == 403)
    raised = client.concern(person, by="nurse-1")
    assert raised.body["routed_to"] == ["coordinator-1"], "only who may see the record"
    for _ in range(4):
        raised = client.on_concern(raised, "escalations", "nurse-1", reason="Nobody answers.")
        assert raised.status == 201, raised.body
    reached = {who for each in raised.body["escalations"] for who in each["reached"]}
    assert "nurse-1" not in reached
    assert "ot-1" not in reached, "of a restricted record the team is who may see it"
    assert client.seen(note, "nurse-1").status == 403


async def test_what_was_told_is_told_already(client: Client, person: str) -> None:
    later = [{"who": "duty desk", "how": "telephone", "at": moment(hours_ago=-2)}]
    for refused in (
        client.concern(person, alerted=later),
        client.note(person, concern={**SAID, "alerted": later}),
        client.on_concern(client.concern(person), "alerts", "nurse-1", alerted=later),
    ):
        assert (refused.status, refused.code) == (422, "malformed")


async def test_auditors_see_that_it_was_and_not_the_words(client: Client, person: str) -> None:
    raised = client.concern(person)
    path = f"/v1/concerns?service_user_id={person}&status=raised&urgency=routine"
    [found] = [
        each for each in client.every("notes", path, "auditor-1") if each["id"] == raised.body["id"]
    ]
    assert (found["content_state"], found["description"]) == ("confidential", None)
    assert found["kind"] == "relapse_sign"
    assert client.get("notes", f"/v1/concerns/{raised.body['id']}", "auditor-1").status == 403
    assert len(history(client, raised, "auditor-1")) == 1


async def test_a_team_sees_its_own(client: Client, person: str) -> None:
    raised = client.concern(person)
    found = listed(client, "nurse-1", "team_id=north-cmht&status=raised&limit=200")
    assert found[0] == raised.body["id"], "newest first"
    refused = client.get("notes", "/v1/concerns?team_id=south-cmht", "nurse-1")
    assert (refused.status, refused.code) == (403, "no_relationship")
    page = client.get("notes", "/v1/concerns?team_id=north-cmht&limit=1", "nurse-1").body
    assert len(page["items"]) == 1
    assert page["next_cursor"]
