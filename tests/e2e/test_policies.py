"""A team's record-keeping policy: published, proposed and approved, in force from its time on."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.client import Answer, Client, Json, moment
from tests.support.moving import MovableClock
from tests.support.tokens import manager
from tests.support.wait import until

pytestmark = pytest.mark.anyio
BASE = "/v1/policies/record-keeping"
REVIEW_ON = (datetime.now(UTC) + timedelta(days=180)).date().isoformat()
COMMITTEE: Json = {"committee_reference": "RKC 2026/11", "review_on": REVIEW_ON}


def policy(client: Client, team_id: str, by: str = "str-worker-1", **params: str) -> Json:
    shown = client.get("notes", f"{BASE}/{team_id}", by, params=params)
    assert shown.status == 200, shown.body
    assert shown.etag == f'"{shown.body["version"]}"'
    found: Json = shown.body
    return found


def decide(client: Client, team_id: str, by: str, version: int, **body: str) -> Answer:
    path = f"{BASE}/{team_id}/approvals"
    return client.post("notes", path, by, body, if_match=f'"{version}"')


async def test_a_team_that_published_none_has_what_is_shipped(client: Client) -> None:
    for reader in ("str-worker-1", "nurse-9", "supervisor-1", "auditor-1", "ig-lead-1"):
        found = policy(client, "east-cmht", reader)
        assert (found["version"], found["policy_version"]) == (0, 1)
        assert found["rules"]["late_after_hours"] == 24
        assert found["rules"]["countersign_bases"] == ["witnessed", "validated"]
        assert found["floor"]["late_after_hours"] == 72
        assert (found["published_by"], found["proposal"], found["upcoming"]) == (None, None, [])
    assert client.get("notes", f"{BASE}/east-cmht/versions", "nurse-1").body == {"items": []}
    nothing = client.post("notes", f"{BASE}/east-cmht/approvals", "ig-lead-1", {})
    assert (nothing.status, nothing.code) == (404, "not_found")


async def test_a_manager_publishes_and_replaces(client: Client) -> None:
    by = manager(client, "manager-publish", "publish-cmht")
    path = f"{BASE}/publish-cmht"
    first = client.call("PUT", "notes", path, by, {"late_after_hours": 12})
    assert (first.status, first.etag) == (201, '"1"'), first.body
    assert first.headers["location"] == path
    assert (first.body["policy_version"], first.body["published_by"]) == (2, by)
    assert first.body["approved_by"] is None
    assert first.body["rules"]["late_after_hours"] == 12
    assert first.body["rules"]["countersign_working_days"] == 3, "what isn't given is as shipped"
    shown = policy(client, "publish-cmht")
    assert shown == first.body

    second = {"late_after_hours": 12, "countersign_working_days": 2}
    missing = client.call("PUT", "notes", path, by, second)
    assert (missing.status, missing.code) == (428, "if_match_required")
    stale = client.call("PUT", "notes", path, by, second, if_match='"0"')
    assert (stale.status, stale.code) == (412, "version_changed")
    replaced = client.call("PUT", "notes", path, by, second, if_match=first.etag)
    assert (replaced.status, replaced.etag) == (200, '"2"')
    assert replaced.body["policy_version"] == 3
    same = client.call("PUT", "notes", path, by, second, if_match=replaced.etag)
    assert (same.status, same.code) == (409, "nothing_changed")

    versions = client.get("notes", f"{path}/versions", "auditor-1").body["items"]
    assert [each["policy_version"] for each in versions] == [3, 2]
    assert versions[1]["effective_until"] == versions[0]["effective_from"]
    assert versions[0]["effective_until"] is None
    then = policy(client, "publish-cmht", at=versions[1]["effective_from"])
    assert (then["policy_version"], then["rules"]["countersign_working_days"]) == (2, 3)
    before = policy(client, "publish-cmht", at=moment(hours_ago=1))
    assert (before["policy_version"], before["effective_from"]) == (1, None)
    assert before["effective_until"] == versions[1]["effective_from"]


async def test_a_first_policy_has_no_version_to_match_but_nought(client: Client) -> None:
    by = manager(client, "manager-nought", "nought-cmht")
    rules = {"late_after_hours": 12}
    ahead = client.call("PUT", "notes", f"{BASE}/nought-cmht", by, rules, if_match='"1"')
    assert (ahead.status, ahead.code) == (412, "version_changed")
    assert client.put_policy("nought-cmht", by, if_match='"0"', **rules).status == 201


async def test_what_loosens_takes_two_a_committee_and_a_review(client: Client) -> None:
    by = manager(client, "manager-loosen", "loosen-cmht")
    looser = {"late_after_hours": 48, "countersign_bases": ["witnessed", "validated", "reviewed"]}
    refused = client.put_policy("loosen-cmht", by, **looser)
    assert (refused.status, refused.code) == (409, "loosening_needs_committee")
    assert refused.body["loosened"] == ["late_after_hours", "countersign_bases"]
    assert policy(client, "loosen-cmht")["version"] == 0, "nothing changes"

    proposed = client.put_policy("loosen-cmht", by, **looser, **COMMITTEE)
    assert (proposed.status, proposed.etag) == (201, '"1"')
    assert proposed.body["policy_version"] == 1
    assert proposed.body["rules"]["late_after_hours"] == 24, "not before somebody else agrees"
    proposal = proposed.body["proposal"]
    assert (proposal["proposed_by"], proposal["review_on"]) == (by, REVIEW_ON)
    assert proposal["loosened"] == ["late_after_hours", "countersign_bases"]

    own = decide(client, "loosen-cmht", by, 1)
    assert (own.status, own.code) == (403, "own_proposal")
    mute = decide(client, "loosen-cmht", "ig-lead-1", 1, decision="declined")
    assert mute.status == 422
    unmatched = client.post("notes", f"{BASE}/loosen-cmht/approvals", "ig-lead-1", {})
    assert unmatched.code == "if_match_required"
    reason = "The committee asked for one day first."
    no = decide(client, "loosen-cmht", "manager-9", 1, decision="declined", reason=reason)
    assert (no.status, no.etag, no.body["proposal"]) == (201, '"2"', None)

    again = client.put_policy("loosen-cmht", by, **looser, **COMMITTEE)
    other = client.put_policy("loosen-cmht", by, late_after_hours=36, **COMMITTEE)
    assert (again.status, other.status) == (200, 200)
    assert other.body["proposal"]["rules"]["late_after_hours"] == 36, "it takes the first's place"
    assert decide(client, "loosen-cmht", "ig-lead-1", 3).code == "version_changed"
    approved = decide(client, "loosen-cmht", "ig-lead-1", 4, reason="As minuted.")
    assert (approved.status, approved.etag) == (201, '"5"')
    assert approved.headers["location"] == f"{BASE}/loosen-cmht"
    assert (approved.body["published_by"], approved.body["approved_by"]) == (by, "ig-lead-1")
    assert approved.body["loosened"] == ["late_after_hours"]
    assert approved.body["reason"] == "As minuted."
    assert approved.body["rules"]["late_after_hours"] == 36
    [version] = client.get("notes", f"{BASE}/loosen-cmht/versions", by).body["items"]
    assert (version["policy_version"], version["committee_reference"]) == (2, "RKC 2026/11")
    late = decide(client, "loosen-cmht", "ig-lead-2", 5)
    assert (late.status, late.code) == (409, "no_proposal")


async def test_what_no_team_may_set(client: Client) -> None:
    by = manager(client, "manager-floor", "floor-cmht")
    below = {
        "late_after_hours": 73, "countersign_when": ["concern_raised"], "escalate_to": ["team"],
    }  # fmt: skip
    refused = client.put_policy("floor-cmht", by, **below, **COMMITTEE)
    assert (refused.status, refused.code) == (409, "below_trust_floor")
    assert refused.body["loosened"] == ["late_after_hours", "countersign_when", "escalate_to"]
    past = client.put_policy(
        "floor-cmht", by, late_after_hours=12, effective_from=moment(hours_ago=1)
    )
    assert (past.status, past.code) == (409, "effective_in_the_past")
    elsewhere = client.put_policy("floor-cmht", "manager-1", late_after_hours=12)
    assert (elsewhere.status, elsewhere.code) == (403, "not_your_team")
    assert client.put_policy("floor-cmht", "nurse-1").code == "role_not_permitted"
    wrong: tuple[Json, ...] = (
        {"late_after_hours": 0},
        {"late_after_hours": "12"},
        {"late_hours": 12},
        {"countersign_bodies": []},
        {"acknowledge_hours": 2, "acknowledge_urgent_hours": 3},
        {"escalate_to": ["duty", "named"]},
        {"escalate_to": ["duty", "duty"]},
        {
            "delegated_tasks": [
                {"boundary": "medication", "task": "administer", "needs": "training"}
            ]
        },
        {"effective_from": "2027-01-01T09:00:00"},
        {"late_after_hours": 12, **COMMITTEE, "review_on": "2026-01-01"},
    )
    for malformed in wrong:
        answer = client.put_policy("floor-cmht", by, **malformed)
        assert (answer.status, answer.code) == (422, "malformed"), malformed
    assert policy(client, "floor-cmht")["version"] == 0


async def test_two_notes_are_each_judged_by_their_own_version(client: Client) -> None:
    """Also when they are read as they were, and when what was judged is amended."""
    by = manager(client, "manager-judged", "judged-cmht")
    person = client.service_user(team_id="judged-cmht", care_coordinator_id=None)
    three_hours_ago = moment(hours_ago=3)
    first = client.note(person, occurred_at=three_hours_ago)
    assert (first.body["late"], first.body["countersignature"]["policy_version"]) == (False, 1)

    stricter = {"late_after_hours": 2, "countersign_when": ["always"]}
    published = client.put_policy("judged-cmht", by, **stricter)
    assert published.status == 201
    second = client.note(person, occurred_at=three_hours_ago)
    assert (second.body["late"], second.body["countersignature"]["policy_version"]) == (True, 2)
    assert "policy" in second.body["countersignature"]["reasons"]
    assert "policy" not in first.body["countersignature"]["reasons"]

    amended = client.amended(first, narrative="Went through two letters.")
    assert amended.body["late"] is False, "late by the policy of when it was recorded"
    assert amended.body["countersignature"]["policy_version"] == 2
    moved = client.amended(amended, occurred_at=moment(hours_ago=4))
    assert moved.body["late"] is False
    for version, policy_version in ((1, 1), (2, 2)):
        path = f"/v1/notes/{first.body['id']}?version={version}"
        shown = client.get("notes", path, "str-worker-1").body
        assert shown["countersignature"]["policy_version"] == policy_version
    when = {"as_of": first.body["recorded_at"]}
    then = client.get("notes", f"/v1/notes/{first.body['id']}", "str-worker-1", params=when).body
    assert then["countersignature"] == first.body["countersignature"]
    assert policy(client, "judged-cmht", at=first.body["recorded_at"])["policy_version"] == 1
    assert policy(client, "judged-cmht", at=second.body["recorded_at"])["published_by"] == by


async def test_it_is_in_force_from_its_time_on(moving: tuple[Client, MovableClock]) -> None:
    client, clock = moving
    by = manager(client, "manager-dated", "dated-cmht")
    person = client.service_user(team_id="dated-cmht")
    always = {"countersign_when": ["always"]}
    begins = (clock.now() + timedelta(days=1)).isoformat()
    put = client.put_policy("dated-cmht", by, **always, effective_from=begins)
    assert put.status == 201
    assert (put.body["policy_version"], put.body["effective_from"]) == (1, None)
    assert [each["policy_version"] for each in put.body["upcoming"]] == [2]
    assert client.note(person, "nurse-1").body["status"] == "complete"
    looser = {**always, "late_after_hours": 30, **COMMITTEE}
    begins = (clock.now() + timedelta(days=2)).isoformat()
    proposed = client.put_policy("dated-cmht", by, **looser, effective_from=begins)
    assert proposed.body["proposal"]["loosened"] == ["late_after_hours"]
    with clock.moved(days=1, minutes=1):
        assert policy(client, "dated-cmht")["policy_version"] == 2
        note = client.note(person, "nurse-1", occurred_at=clock.now().isoformat())
        assert note.body["countersignature"]["reasons"] == ["policy"]
        assert note.body["countersignature"]["policy_version"] == 2
    with clock.moved(days=3):
        assert policy(client, "dated-cmht")["policy_version"] == 2, "nobody has approved it"
        approved = decide(client, "dated-cmht", "ig-lead-1", 2)
        assert (approved.status, approved.body["policy_version"]) == (201, 3)
        assert approved.body["effective_from"] > proposed.body["proposal"]["effective_from"]
        assert approved.body["effective_from"] == approved.body["published_at"]


async def test_who_may_countersign_is_the_policys_to_say(client: Client) -> None:
    by = manager(client, "manager-bodies", "bodies-cmht")
    person = client.service_user(team_id="bodies-cmht", care_coordinator_id="coordinator-1")
    note = client.note(person)
    on_the_record = client.countersign(note, "coordinator-1", basis="reviewed")
    assert (on_the_record.status, on_the_record.code) == (409, "basis_not_allowed")
    strict = {"countersign_bodies": ["HCPC", "GMC"]}
    assert client.put_policy("bodies-cmht", by, **strict).status == 201
    nurse = client.countersign(note, "coordinator-1")
    assert (nurse.status, nurse.code) == (409, "body_not_accepted")
    assert nurse.body["accepted"] == ["HCPC", "GMC"]
    bases = ["witnessed", "validated", "reviewed"]
    put = client.put_policy("bodies-cmht", by, countersign_bases=bases, **COMMITTEE)
    assert put.body["proposal"]["loosened"] == ["countersign_bases", "countersign_bodies"]
    assert decide(client, "bodies-cmht", "ig-lead-1", 2).status == 201
    signed_ = client.countersign(note, "coordinator-1", basis="reviewed")
    assert (signed_.status, signed_.body["status"]) == (201, "countersigned")


async def test_the_ledger_says_who_published_and_approved(client: Client) -> None:
    by = manager(client, "manager-ledger", "ledger-cmht")
    assert client.put_policy("ledger-cmht", by, late_after_hours=48, **COMMITTEE).status == 201
    no = decide(client, "ledger-cmht", "ig-lead-1", 1, decision="declined", reason="Not yet.")
    assert no.status == 201
    assert client.put_policy("ledger-cmht", by, late_after_hours=48, **COMMITTEE).status == 200
    assert decide(client, "ledger-cmht", "ig-lead-1", 3).status == 201
    path = "/v1/audit/events?resource_id=ledger-cmht&order=asc"

    def events() -> list[Json]:
        found: list[Json] = client.get("audit", path, "auditor-1").body["items"]
        return found

    await until(lambda: len(events()) == 4)
    assert [(each["type"], each["actor"]["staff_id"]) for each in events()] == [
        ("record-keeping-policy-proposed", by),
        ("record-keeping-policy-declined", "ig-lead-1"),
        ("record-keeping-policy-proposed", by),
        ("record-keeping-policy-published", "ig-lead-1"),
    ]
    assert events()[3]["content"]["approved_by"] == "ig-lead-1"
    assert events()[1]["summary"] == "Record-keeping policy declined by ig-lead-1"
