"""Service users: registered, put right, moved to another team, died; who may say what of them."""

from typing import Any

import pytest

from tests.support.client import Client, day, moment, shift
from tests.support.wait import until

pytestmark = pytest.mark.anyio
UNKNOWN = "01a00000-0000-7000-8000-00000000dead"
SPOKEN = {
    "language": "Polish", "interpreter_needed": True, "formats": ["easy_read", "text_message"],
    "details": "Prefers to be rung after ten.",
}  # fmt: skip
YOUNG = {
    "parental_responsibility": ["A parent"],
    "competence": "competent",
    "assessed_on": day(ago=10),
    "wishes_withheld": "Where she goes on Fridays.",
}


def _shown(client: Client, person: str, by: str = "manager-1") -> Any:
    found = client.get("referrals", f"/v1/service-users/{person}", by)
    assert found.status == 200, found.body
    return found.body


def _body(**changes: Any) -> dict[str, Any]:
    return {
        "name": {"given": ["Service User"], "family": "Three"},
        "date_of_birth": "1999-02-03",
        "team_id": "north-cmht",
        **changes,
    }


async def test_what_a_registration_may_say(client: Client) -> None:
    said = {
        "nhs_number": "9990001006",
        "nhs_number_status": "verified",
        "ethnicity": "M",
        "communication": SPOKEN,
        "young_person": YOUNG,
    }
    made = client.post("referrals", "/v1/service-users", "ehr-1", _body(**said))
    assert made.status == 201, made.body
    assert {name: made.body[name] for name in said} == said
    assert [made.body[name] for name in ("died_on", "moved_away_on")] == [None] * 2
    assert made.body["merged"] == []
    assert _shown(client, made.body["id"]) == made.body
    plain = client.post("referrals", "/v1/service-users", "manager-1", _body())
    assert plain.body["nhs_number_status"] == "trace_required"
    assert plain.body["communication"] is None


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("#/nhs_number_status", {"nhs_number_status": "verified"}),
        ("#/nhs_number_status", {"nhs_number_status": "postponed", "nhs_number": "9990001014"}),
        ("#/nhs_number_status", {"nhs_number_status": "09"}),
        ("#/ethnicity", {"ethnicity": "Q"}),
        ("#/communication/formats/0", {"communication": {"formats": ["semaphore"]}}),
        ("#/communication/interpreter_needed", {"communication": {"interpreter_needed": "yes"}}),
        ("#/communication/tone", {"communication": {"tone": "soft"}}),
        ("#/young_person/assessed_on", {"young_person": {"competence": "competent"}}),
        ("#/young_person/competence", {"young_person": {"competence": "unsure"}}),
        ("#/date_of_birth", {"date_of_birth": day(ago=-2)}),
        ("#/died_on", {"died_on": "2026-01-01"}),
    ],
)
async def test_malformed_registrations(client: Client, pointer: str, change: Any) -> None:
    refused = client.post("referrals", "/v1/service-users", "ehr-1", _body(**change))
    assert (refused.status, refused.code) == (422, "malformed"), refused.body
    assert [error["pointer"] for error in refused.body["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("#/name", {"name": None}),
        ("#/team_id", {"team_id": None}),
        ("#/nhs_number_status", {"nhs_number_status": None}),
        ("#/restricted", {"restricted": True}),
        ("#/died_on", {"died_on": day(ago=-2)}),
        ("#/died_on", {"died_on": "1900-01-01"}),
        ("#/died_on", {"died_on": 1_700_006_400}),
        ("#/date_of_birth", {"date_of_birth": 0}),
        ("#/moved_away_on", {"moved_away_on": day(ago=-400)}),
        ("#/nhs_number", {"nhs_number": "9990001007"}),
        ("#/nhs_number_status", {"nhs_number_status": "verified"}),
        ("#", {"reason": "For nothing."}),
    ],
)
async def test_malformed_patches(client: Client, person: str, pointer: str, change: Any) -> None:
    before = _shown(client, person)
    refused = client.patched(person, **change)
    assert (refused.status, refused.code) == (422, "malformed"), refused.body
    assert [error["pointer"] for error in refused.body["errors"]] == [pointer]
    assert _shown(client, person) == before


async def test_a_patch_changes_what_it_gives_and_nothing_else(client: Client) -> None:
    person = client.service_user(ethnicity="A", local_ids=[{"system": "ehr", "value": "A1"}])
    before = _shown(client, person)
    done = client.patched(person, "str-worker-1", communication=SPOKEN, moved_away_on=day(ago=-30))
    assert (done.status, done.etag) == (200, '"2"'), done.body
    now = {**before, "version": 2, "communication": SPOKEN, "moved_away_on": day(ago=-30)}
    assert done.body == now
    assert _shown(client, person) == now
    cleared = client.patched(person, "nurse-1", communication=None, local_ids=None)
    assert cleared.body == {**now, "version": 3, "communication": None, "local_ids": []}


async def test_a_patch_is_merge_safe(client: Client) -> None:
    person = client.service_user()
    first = client.patched(person, "str-worker-1", if_match='"1"', ethnicity="B")
    second = client.patched(person, "coordinator-1", if_match='"1"', communication=SPOKEN)
    assert (first.status, second.status, second.code) == (200, 412, "version_changed")
    path = f"/v1/service-users/{person}"
    bare = client.call("PATCH", "referrals", path, "coordinator-1", {"communication": SPOKEN})
    assert (bare.status, bare.code) == (428, "if_match_required")
    again = client.patched(person, "coordinator-1", communication=SPOKEN)
    assert (again.body["ethnicity"], again.body["communication"]) == ("B", SPOKEN)


async def test_what_changes_nothing_is_answered_and_is_a_look(client: Client) -> None:
    person = client.service_user(ethnicity="A")
    for change in ({}, {"ethnicity": "A", "team_id": "north-cmht", "died_on": None}):
        same = client.patched(person, "str-worker-1", **change)
        assert (same.status, same.etag, same.body) == (200, '"1"', _shown(client, person))
    looks = f"/v1/audit/service-users/{person}/accesses?actor_id=str-worker-1"

    def asked() -> list[str]:
        items = client.get("audit", looks, "ig-lead-1").body["items"]
        return [each["operation"] for each in items]

    await until(lambda: asked() == ["update_service_user"] * 2)


@pytest.mark.parametrize("by", ["str-worker-1", "nurse-1", "coordinator-1"])
async def test_what_is_not_for_staff_to_change(client: Client, by: str) -> None:
    person = client.service_user()
    for change in (
        {"team_id": "south-cmht"},
        {"care_coordinator_id": "nurse-1"},
        {"nhs_number": "9990001022"},
        {"nhs_number_status": "in_progress"},
    ):
        refused = client.patched(person, by, **change)
        assert (refused.status, refused.code) == (403, "not_yours_to_change"), change
    changed = client.patched(
        person,
        by,
        name={"given": ["Service User"], "family": "Renamed"},
        young_person=YOUNG,
        died_on=day(ago=1),
    )
    assert changed.status == 200, changed.body
    revived = client.patched(person, by, died_on=None, reason="It was somebody else.")
    assert revived.code == "not_yours_to_change"


async def test_strangers_and_the_unknown(client: Client, person: str) -> None:
    elsewhere = client.patched(person, "manager-9", ethnicity="A")
    assert (elsewhere.status, elsewhere.code) == (403, "no_relationship")
    path = f"/v1/service-users/{UNKNOWN}"
    for method, body in (("PATCH", {"ethnicity": "A"}), ("GET", None)):
        address = path if method == "PATCH" else f"{path}/history"
        nobody = client.call(method, "referrals", address, "manager-1", body, if_match='"1"')
        assert (nobody.status, nobody.code) == (404, "not_found")


async def test_untraced_and_then_traced(client: Client) -> None:
    person = client.service_user(nhs_number_status="in_progress")
    number = "9990001030"
    unfound = client.post(
        "referrals", "/v1/service-users/searches", "ehr-1", {"nhs_number": number}
    )
    assert unfound.body["items"] == []
    given = client.patched(person, "ehr-1", nhs_number=number)
    assert given.body["nhs_number_status"] == "not_traced"
    traced = client.patched(person, "manager-1", nhs_number_status="verified")
    assert (traced.body["nhs_number"], traced.body["nhs_number_status"]) == (number, "verified")
    found = client.post("referrals", "/v1/service-users/searches", "ehr-1", {"nhs_number": number})
    assert [each["id"] for each in found.body["items"]] == [person]
    other = client.patched(person, "ehr-1", nhs_number="9990001049")
    assert other.body["nhs_number_status"] == "not_traced", "nothing is known of the new one"
    gone = client.post("referrals", "/v1/service-users/searches", "ehr-1", {"nhs_number": number})
    assert gone.body["items"] == []


async def test_somebody_elses_number(client: Client) -> None:
    theirs = client.service_user(nhs_number="9990001057")
    person = client.service_user()
    taken = client.patched(person, nhs_number="9990001057")
    assert (taken.status, taken.code, taken.body["id"]) == (409, "already_registered", theirs)
    assert _shown(client, person)["version"] == 1
    south = client.service_user("manager-9", team_id="south-cmht")
    untold = client.patched(south, "manager-9", nhs_number="9990001057")
    assert (untold.status, untold.code) == (409, "already_registered")
    assert "id" not in untold.body
    accesses = f"/v1/audit/service-users/{theirs}/accesses?outcome=denied"

    def refused() -> list[str]:
        items = client.get("audit", accesses, "ig-lead-1").body["items"]
        return [each["actor"]["staff_id"] for each in items]

    await until(lambda: refused() == ["manager-9"])


async def test_a_change_of_team_takes_open_referrals_along(client: Client) -> None:
    person = client.service_user()
    ended = client.closed(client.allocated(person, "str-worker-3"))
    supported = client.allocated(person, "str-worker-1")
    waiting = client.referral(person)
    moved = client.patched(person, team_id="south-cmht", care_coordinator_id="nurse-9")
    assert moved.status == 200, moved.body
    assert moved.body["team_id"] == "south-cmht"

    def referral(which: Any, by: str) -> Any:
        return client.get("referrals", f"/v1/referrals/{which.body['id']}", by)

    for each in (supported, waiting):
        now = referral(each, "nurse-9").body
        assert (now["team_id"], now["version"]) == ("south-cmht", each.body["version"] + 1)
        assert (now["status"], now["allocation"]) == (
            each.body["status"], each.body["allocation"],
        )  # fmt: skip
        path = f"/v1/referrals/{each.body['id']}/history"
        history = client.get("referrals", path, "nurse-9").body["items"]
        assert history[-1]["type"] == "referral-moved"
    assert referral(ended, "nurse-9").body["team_id"] == "north-cmht"
    listed = client.get("referrals", "/v1/referrals?team_id=south-cmht", "nurse-9").body["items"]
    assert {waiting.body["id"], supported.body["id"]} <= {each["id"] for each in listed}

    # At once in referrals; the worker keeps them until they are transferred.
    assert referral(waiting, "manager-1").status == 403
    assert referral(waiting, "str-worker-1").status == 200
    assert client.patched(person, "manager-1", ethnicity="A").code == "no_relationship"
    assert client.patched(person, "manager-9", ethnicity="A").status == 200
    decision = {"outcome": "accepted", "rationale": "Ours now."}
    path = f"/v1/referrals/{waiting.body['id']}/decisions"
    seen = referral(waiting, "manager-9").etag
    decided = client.post("referrals", path, "manager-9", decision, if_match=seen)
    assert decided.status == 201, decided.body


async def test_a_change_of_team_moves_the_ties_in_notes(client: Client) -> None:
    person = client.service_user()
    assert client.note(person, "nurse-1").body["flags"] == []
    moved = client.patched(person, team_id="south-cmht", care_coordinator_id=None)
    assert moved.status == 200
    notes = f"/v1/notes?service_user_id={person}"
    # Refused or allowed on the newest word: what would be refused is looked at again first.
    assert client.get("notes", notes, "nurse-9").status == 200
    assert client.get("notes", notes, "nurse-1").status == 403
    made = client.note(person, "nurse-9")
    assert (made.body["flags"], made.body["team_id"]) == ([], "south-cmht")
    assert client.note(person, "nurse-1").body["flags"] == ["no_relationship"]


async def test_access_rights_follow_the_team_and_the_co_ordinator(client: Client) -> None:
    person = client.service_user()
    assert client.on_duty("south-cmht", [], by="manager-9").status in (200, 201)
    assert client.on_duty("north-cmht", [shift("str-worker-9", -1, 1)]).status in (200, 201)
    before = moment()
    client.patched(person, team_id="south-cmht", care_coordinator_id="nurse-9")

    def could(as_of: str = "") -> dict[str, set[str]]:
        asked = f"/v1/audit/access-rights?service_user_id={person}{as_of}"
        found = client.get("audit", asked, "ig-lead-1")
        items = found.body["items"]
        return {each["staff_id"]: {tie["basis"] for tie in each["ties"]} for each in items}

    await until(lambda: "nurse-9" in could())
    now, then = could(), could(f"&as_of={before.replace('+', '%2B')}")
    assert (now["nurse-9"], now["str-worker-9"]) == ({"care_coordination", "team"}, {"team"})
    assert "coordinator-1" not in now
    assert then["coordinator-1"] == {"care_coordination", "team"}
    assert then["str-worker-9"] == {"duty"}, "by the rota of the team that it was then"
    assert client.on_duty("north-cmht", []).status == 200
    assert "nurse-9" not in then
    assert client.on_duty("north-cmht", []).status == 200


async def test_a_death_marks_what_comes_after_it(client: Client) -> None:
    person = client.service_user()
    client.allocated(person, "str-worker-1")
    early = client.note(person, occurred_at=moment(hours_ago=3))
    recorded = client.patched(person, "coordinator-1", died_on=day(ago=3))
    assert (recorded.status, recorded.body["died_on"]) == (200, day(ago=3))

    def marked() -> bool:
        made = client.note(person, occurred_at=moment(hours_ago=2))
        assert made.status == 201, made.body
        return "after_death" in made.body["flags"]

    # A death that hasn't arrived in notes yet marks nothing.
    await until(marked)
    alive = client.note(person, occurred_at=moment(hours_ago=24 * 5), late_entry_reason="Ill.")
    assert alive.body["flags"] == ["late"]
    amended = client.amended(early, duration_minutes=15)
    assert amended.body["flags"] == [], "nothing applies backwards"
    moved = client.amended(amended, occurred_at=moment(hours_ago=4))
    assert moved.body["flags"] == ["after_death"]
    listed = f"/v1/notes?service_user_id={person}&flag=after_death"
    assert moved.body["id"] in {
        each["id"] for each in client.get("notes", listed, "nurse-1").body["items"]
    }

    unsaid = client.patched(person, died_on=None)
    assert (unsaid.status, unsaid.body["errors"][0]["pointer"]) == (422, "#/reason")
    revived = client.patched(person, died_on=None, reason="It was somebody else.")
    assert (revived.status, revived.body["died_on"]) == (200, None)
    assert client.note(person).body["flags"] == [], "what would be marked is looked at again"
    assert client.seen(moved, "nurse-1").body["flags"] == ["after_death"]


async def test_the_history_says_who_changed_what(client: Client) -> None:
    person = client.service_user()
    client.patched(person, "str-worker-1", communication=SPOKEN)
    client.patched(person, died_on=day(ago=1), reason="Told by the ward.")
    assert client.restricted(person, named_staff=["nurse-1"], reason="Her sister works here.")
    path = f"/v1/service-users/{person}/history"
    items = client.get("referrals", path, "nurse-1").body["items"]
    told = [
        (each["type"], each["version"], each["actor"]["staff_id"], each["changes"], each["reason"])
        for each in items
    ]
    assert told == [
        ("service-user-registered", 1, "manager-1", [], None),
        ("service-user-updated", 2, "str-worker-1", ["communication"], None),
        ("service-user-updated", 3, "manager-1", ["died_on"], "Told by the ward."),
        ("restriction-set", 4, "ig-lead-1", [], None),
    ]
    assert client.get("referrals", path, "manager-1").code == "no_relationship"
