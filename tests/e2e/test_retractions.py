"""Notes that should not be where they are: struck through, hidden, and filed anew, over HTTP."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.client import Answer, Client, moment
from tests.support.wait import until

pytestmark = pytest.mark.anyio
SECRET = "Talked about the quarrel with the sister."
CONCERN = {
    "kind": "relapse_sign",
    "urgency": "routine",
    "description": "Hasn't slept for three nights.",
    "alerted": [],
    "service_user_told": True,
}
LEFT = {
    "id", "version", "service_user_id", "team_id", "status", "recorded_at", "retracted",
    "content_state",
}  # fmt: skip


def _refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code)


def _history(client: Client, note: Answer, by: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(
        "notes", f"/v1/notes/{note.body['id']}/history", by
    ).body["items"]
    return items


def _listed(client: Client, person: str, by: str, query: str = "") -> list[dict[str, Any]]:
    path = f"/v1/notes?service_user_id={person}{query}"
    items: list[dict[str, Any]] = client.get("notes", path, by).body["items"]
    return items


def _is_tombstone(shown: dict[str, Any]) -> None:
    assert {name for name, value in shown.items() if value} == LEFT
    assert (shown["status"], shown["content_state"]) == ("refiled", "confidential")
    assert SECRET not in str(shown)


@pytest.fixture
def people(client: Client) -> tuple[str, str]:
    """Whom the note was filed under, and whom it is about."""
    return client.service_user(), client.service_user()


async def test_what_was_entered_in_error_is_struck_through_and_readable(
    client: Client, person: str
) -> None:
    note = client.note(person, narrative=SECRET)
    _refused(client.retracted(note, "nurse-1"), 403, "not_author")
    struck = client.retracted(note)
    assert (struck.status, struck.body["status"]) == (201, "entered_in_error")
    retracted = struck.body["retracted"]
    assert (retracted["kind"], retracted["reason"]) == ("entered_in_error", "It did not happen.")
    assert retracted["by"]["staff_id"] == "str-worker-1"
    assert client.seen(note, "nurse-1").body == struck.body
    assert struck.body["narrative"] == SECRET
    assert note.body["id"] not in client.worklist()
    for refused in (
        client.countersign(struck),
        client.returned(struck),
        client.amended(struck, narrative="Something else."),
        client.reassigned(struck),
        client.retracted(struck),
        client.on_note(struck, "late-reasons", "str-worker-1", reason="No signal."),
    ):
        _refused(refused, 409, "note_retracted")
    added = client.on_note(struck, "addenda", "nurse-1", text="He asked why it is struck through.")
    assert (added.status, added.body["status"]) == (201, "entered_in_error")


async def test_a_note_under_the_wrong_person_goes_to_the_right_one(
    client: Client, people: tuple[str, str]
) -> None:
    wrong, right = people
    note = client.note(wrong, narrative=SECRET, occurred_at=moment(hours_ago=50))
    told = client.on_note(note, "late-reasons", "str-worker-1", reason="No signal.")
    added = client.on_note(told, "addenda", "ot-1", text=f"{SECRET} I was there.")
    signed = client.countersign(added, comment=SECRET, key="signed-once")
    assert client.seen(signed, "coordinator-1").status == 200
    request = {"kind": "wrong_person", "reason": "Two people of one name.", "belongs_to": right}
    hidden = client.retracted(signed, **request)
    assert hidden.status == 201
    assert hidden.body["narrative"] == SECRET, "its author still sees it"

    refiled_to = hidden.body["refiled_to"]
    now = quote(moment())
    for by in ("nurse-1", "coordinator-1", "manager-1", "ot-1", "ehr-1"):
        for query in ("", "?version=1", "?version=4", f"?as_of={now}"):
            seen = client.seen(note, by, query)
            _is_tombstone(seen.body)
            assert seen.etag == '"5"'
        [item] = _history(client, note, by)
        assert (item["type"], item["reason"], item["version"]) == ("note-retracted", None, 5)
        [listed] = _listed(client, wrong, by)
        _is_tombstone(listed)
        assert refiled_to not in str(listed)
        for query in (
            "&flag=late", "&author_id=str-worker-1", "&from=2026-01-01T00:00:00Z",
            f"&to={now}",
        ):  # fmt: skip
            assert _listed(client, wrong, by, query) == [], "what is asked tells nothing either"
    assert note.body["id"] not in client.worklist()
    replayed = client.countersign(added, comment=SECRET, key="signed-once")
    assert replayed.headers["idempotency-replayed"] == "true"
    _is_tombstone(replayed.body)
    _refused(client.on_note(hidden, "addenda", "ot-1", text="More."), 409, "note_retracted")

    new = client.get("notes", f"/v1/notes/{refiled_to}", "nurse-1")
    for name in ("narrative", "author", "recorded_at", "occurred_at", "flags", "outstanding"):
        assert new.body[name] == signed.body[name], name
    assert new.body["late_entry_reason"] == "No signal."
    assert (new.body["service_user_id"], new.body["version"]) == (right, 1)
    assert new.body["status"] == "awaiting_countersignature"
    assert new.body["countersignature"]["signed"] is None
    assert new.body["digest"] != signed.body["digest"]
    assert new.body["refiled_from"] is None
    [addendum] = new.body["addenda"]
    was = signed.body["addenda"][0]
    assert (addendum["text"], addendum["by"], addendum["at"]) == (was["text"], was["by"], was["at"])
    assert refiled_to in client.worklist()
    assert [each["type"] for each in _history(client, new, "nurse-1")] == ["note-refiled"]
    mine = client.seen(new, "str-worker-1").body
    assert mine["refiled_from"] == note.body["id"]
    assert client.countersign(new).status == 201


async def test_governance_and_audit_see_what_was_misfiled(
    client: Client, people: tuple[str, str]
) -> None:
    wrong, right = people
    note = client.note(wrong, narrative=SECRET)
    _refused(client.seen(note, "ig-lead-1"), 403, "no_relationship")
    _refused(
        client.get("notes", f"/v1/notes/{note.body['id']}/history", "ig-lead-1"),
        403,
        "no_relationship",
    )
    assert client.seen(note, "nurse-1").status == 200
    hidden = client.retracted(note, kind="wrong_person", belongs_to=right)
    seen = client.seen(note, "ig-lead-1")
    assert (seen.body["narrative"], seen.body["refiled_to"]) == (
        SECRET,
        hidden.body["refiled_to"],
    )
    assert seen.body == hidden.body
    types = ["note-recorded", "note-retracted"]
    assert [each["type"] for each in _history(client, note, "ig-lead-1")] == types
    assert [each["type"] for each in _history(client, note, "auditor-1")] == types
    [listed] = _listed(client, wrong, "auditor-1")
    assert (listed["author"]["staff_id"], listed["narrative"]) == ("str-worker-1", None)
    new = f"/v1/notes/{hidden.body['refiled_to']}"
    _refused(client.get("notes", new, "ig-lead-1"), 403, "no_relationship")

    def readers() -> set[str]:
        """Who read the note while it was under the wrong person."""
        path = f"/v1/audit/service-users/{wrong}/accesses?limit=200"
        found = client.get("audit", path, "ig-lead-1").body["items"]
        return {
            each["actor"]["staff_id"]
            for each in found
            if each["resource"] == f"note/{note.body['id']}"
            and each["time"] < hidden.body["retracted"]["at"]
        }

    await until(lambda: "nurse-1" in readers())


async def test_a_manager_retracts_with_a_second_person(
    client: Client, people: tuple[str, str]
) -> None:
    wrong, right = people
    note = client.note(wrong, narrative=SECRET)
    request = {"kind": "wrong_person", "reason": "Not about him.", "belongs_to": right}
    _refused(client.retracted(note, "manager-9", **request), 403, "no_relationship")
    _refused(client.on_note(note, "confirmations", "nurse-1"), 409, "nothing_to_confirm")
    asked = client.retracted(note, "manager-1", **request)
    assert (asked.status, asked.body["status"]) == (201, "awaiting_countersignature")
    requested = asked.body["retraction_requested"]
    assert {name: requested[name] for name in ("kind", "reason")} == {
        "kind": "wrong_person",
        "reason": "Not about him.",
    }
    assert right not in str(asked.body)
    assert client.seen(note, "nurse-1").body == asked.body
    assert client.seen(note, "ig-lead-1").status == 200
    _refused(client.on_note(asked, "confirmations", "manager-1"), 403, "own_request")
    _refused(client.on_note(asked, "confirmations", "nurse-9"), 403, "no_relationship")
    _refused(client.on_note(asked, "confirmations", "str-worker-1"), 403, "role_not_permitted")
    done = client.on_note(asked, "confirmations", "coordinator-1", comment="I know them both.")
    assert done.status == 201
    _is_tombstone(done.body)
    mine = client.seen(note, "str-worker-1").body
    assert mine["retracted"]["requested_by"] == "manager-1"
    assert mine["retracted"]["comment"] == "I know them both."
    assert mine["retracted"]["by"]["staff_id"] == "coordinator-1"
    new = client.get("notes", f"/v1/notes/{mine['refiled_to']}", "nurse-1").body
    assert (new["narrative"], new["author"]["staff_id"]) == (SECRET, "str-worker-1")
    _refused(client.on_note(done, "confirmations", "nurse-1"), 409, "nothing_to_confirm")


async def test_an_ig_lead_can_be_the_second_person(client: Client, person: str) -> None:
    asked = client.retracted(client.note(person), "manager-1")
    done = client.on_note(asked, "confirmations", "ig-lead-1")
    assert (done.status, done.body["status"]) == (201, "entered_in_error")


async def test_whom_it_is_about_may_be_found_out_later(
    client: Client, people: tuple[str, str]
) -> None:
    wrong, right = people
    for by in ("str-worker-1", "ig-lead-1"):
        note = client.note(wrong, narrative=SECRET)
        hidden = client.retracted(note, kind="wrong_person")
        assert hidden.body["refiled_to"] is None
        _is_tombstone(client.seen(note, "nurse-1").body)
        _refused(client.retracted(hidden, by, kind="wrong_person"), 409, "note_retracted")
        request = {"kind": "wrong_person", "belongs_to": right}
        _refused(client.retracted(hidden, "manager-1", **request), 409, "note_retracted")
        _refused(client.retracted(hidden, "nurse-1", **request), 403, "not_author")
        refiled = client.retracted(hidden, by, **request)
        assert refiled.status == 201
        new = client.get("notes", f"/v1/notes/{refiled.body['refiled_to']}", "nurse-1").body
        assert (new["narrative"], new["author"]["staff_id"]) == (SECRET, "str-worker-1")
        assert new["recorded_at"] == note.body["recorded_at"]
        assert len(_history(client, note, "nurse-1")) == 2
        _is_tombstone(client.seen(note, "nurse-1").body)


async def test_the_right_person_is_somebody_else_whom_we_know(
    client: Client, people: tuple[str, str]
) -> None:
    wrong, right = people
    note = client.note(wrong)
    unknown = "00000000-0000-7000-8000-000000000000"
    misfiled = {"kind": "wrong_person"}
    _refused(client.retracted(note, **misfiled, belongs_to=unknown), 404, "not_found")
    _refused(client.retracted(note, **misfiled, belongs_to=wrong), 409, "same_person")
    _refused(client.retracted(note, belongs_to=right), 422, "malformed")
    assert client.seen(note, "nurse-1").body == note.body


async def test_every_concern_of_a_misfiled_note_goes_with_it(
    client: Client, people: tuple[str, str]
) -> None:
    """The one it raised, and one that somebody raised about it since."""
    wrong, right = people
    note = client.note(wrong, concern=CONCERN)
    said = {"note_id": note.body["id"], "description": SECRET, "alerted": []}
    about = client.concern(wrong, "nurse-1", key="said-once", **said)
    now = client.seen(note, "str-worker-1")
    hidden = client.retracted(now, kind="wrong_person", belongs_to=right)
    new = client.get("notes", f"/v1/notes/{hidden.body['refiled_to']}", "nurse-1").body
    left = client.get("notes", f"/v1/concerns?service_user_id={wrong}", "nurse-1").body["items"]
    assert {each["status"] for each in left} == {"moved"}
    assert {each["id"] for each in left} == {note.body["concern_id"], about.body["id"]}
    assert SECRET not in str(left)
    repeated = client.concern(wrong, "nurse-1", key="said-once", **said)
    assert repeated.headers["idempotency-replayed"] == "true"
    assert (repeated.body["status"], repeated.body["description"]) == ("moved", None)
    moved = client.get("notes", f"/v1/concerns?service_user_id={right}", "nurse-1").body["items"]
    assert {each["note_id"] for each in moved} == {new["id"]}
    assert {each["description"] for each in moved} == {CONCERN["description"], SECRET}
    [raised_with_it] = [each for each in moved if each["description"] != SECRET]
    assert new["concern_id"] == raised_with_it["id"]


async def test_who_was_shown_a_misfiled_note_until_it_was_hidden(
    client: Client, people: tuple[str, str]
) -> None:
    wrong, right = people
    note = client.note(wrong)
    client.seen(note, "ot-1")
    _listed(client, wrong, "nurse-1")
    added = client.on_note(note, "addenda", "nurse-1", text="I was there too.")
    amended = client.amended(added, concern=CONCERN)
    client.get("notes", f"/v1/concerns/{amended.body['concern_id']}", "coordinator-1")
    about = client.concern(wrong, note_id=note.body["id"])
    client.get("notes", f"/v1/concerns/{about.body['id']}", "manager-1")
    client.get("notes", f"/v1/concerns?service_user_id={wrong}", "ot-1")
    unrelated = client.concern(wrong, "str-worker-2")
    client.get("notes", f"/v1/concerns/{unrelated.body['id']}", "supervisor-1")
    struck = client.retracted(client.seen(note, "str-worker-1"))
    client.seen(struck, "str-worker-3")
    hidden = client.retracted(struck, kind="wrong_person", belongs_to=right)
    client.seen(hidden, "str-worker-2")

    def asked() -> dict[str, Any]:
        path = f"/v1/audit/notes/{note.body['id']}/readers"
        found: dict[str, Any] = client.get("audit", path, "ig-lead-1").body
        return found

    await until(lambda: asked().get("until") == hidden.body["retracted"]["at"])
    assert [(each["staff_id"], each["how"]) for each in asked()["items"]] == [
        ("str-worker-1", "acted"),
        ("ot-1", "opened"),
        ("nurse-1", "listed"),
        ("nurse-1", "acted"),
        ("coordinator-1", "opened"),
        ("manager-1", "opened"),
        ("ot-1", "listed"),
        ("str-worker-1", "opened"),
        ("str-worker-3", "opened"),
    ]


async def test_a_refiled_note_is_judged_for_the_right_person(client: Client) -> None:
    """Another team's person, whom the author has no tie to."""
    wrong = client.service_user()
    right = client.service_user("manager-9", team_id="south-cmht", care_coordinator_id=None)
    hidden = client.retracted(client.note(wrong), kind="wrong_person", belongs_to=right)
    new = client.get("notes", f"/v1/notes/{hidden.body['refiled_to']}", "nurse-9").body
    assert (new["team_id"], new["flags"]) == ("south-cmht", ["no_relationship"])
    assert new["id"] in client.worklist("nurse-9", "&team_id=south-cmht")
    assert client.get("notes", f"/v1/notes/{new['id']}", "nurse-1").code == "no_relationship"
