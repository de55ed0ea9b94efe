"""A team's referral policy: published, proposed and approved, in the shape of every team policy."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.client import Answer, Client, Json, moment
from tests.support.tokens import manager
from tests.support.wait import until

pytestmark = pytest.mark.anyio
BASE = "/v1/policies/referrals"
REVIEW_ON = (datetime.now(UTC) + timedelta(days=180)).date().isoformat()
COMMITTEE: Json = {"committee_reference": "RC 2026/4", "review_on": REVIEW_ON}


def policy(client: Client, team_id: str, by: str = "str-worker-1", **params: str) -> Json:
    shown = client.get("referrals", f"{BASE}/{team_id}", by, params=params)
    assert shown.status == 200, shown.body
    assert shown.etag == f'"{shown.body["version"]}"'
    found: Json = shown.body
    return found


def put(client: Client, team_id: str, by: str, **rules: Any) -> Answer:
    """On the version that the team has, or on `if_match`."""
    path = f"{BASE}/{team_id}"
    if_match = rules.pop("if_match", None) or client.get("referrals", path, by).etag
    return client.call("PUT", "referrals", path, by, rules, if_match=if_match)


def decide(client: Client, team_id: str, by: str, version: int, **body: str) -> Answer:
    path = f"{BASE}/{team_id}/approvals"
    return client.post("referrals", path, by, body, if_match=f'"{version}"')


async def test_a_team_that_published_none_has_what_is_shipped(client: Client) -> None:
    for reader in ("str-worker-1", "nurse-9", "supervisor-1", "auditor-1", "ig-lead-1"):
        found = policy(client, "east-cmht", reader)
        assert (found["version"], found["policy_version"]) == (0, 1)
        assert found["rules"]["routes"] == ["manager"]
        assert found["rules"]["caseload_limit"] == 12
        assert found["floor"]["caseload_limit"] == 20
        assert (found["published_by"], found["proposal"], found["upcoming"]) == (None, None, [])
    assert client.get("referrals", f"{BASE}/east-cmht/versions", "nurse-1").body == {"items": []}
    nothing = client.post("referrals", f"{BASE}/east-cmht/approvals", "ig-lead-1", {})
    assert (nothing.status, nothing.code) == (404, "not_found")


async def test_a_manager_publishes_and_replaces(client: Client) -> None:
    by = manager(client, "manager-places", "places-cmht")
    path = f"{BASE}/places-cmht"
    stricter: Json = {
        "caseload_limit": 10,
        "caseload_limit_by_level": [{"level": "foundation", "limit": 8}],
        "weights": [{"complexity": "complex", "weight": 2}],
        "assessment_required": True,
    }
    first = client.call("PUT", "referrals", path, by, stricter)
    assert (first.status, first.etag) == (201, '"1"'), first.body
    assert first.headers["location"] == path
    assert (first.body["policy_version"], first.body["published_by"]) == (2, by)
    assert {name: first.body["rules"][name] for name in stricter} == stricter
    assert first.body["rules"]["review_every_days"] == 28, "what isn't given is as shipped"
    assert policy(client, "places-cmht") == first.body

    missing = client.call("PUT", "referrals", path, by, stricter)
    assert (missing.status, missing.code) == (428, "if_match_required")
    stale = client.call("PUT", "referrals", path, by, stricter, if_match='"0"')
    assert (stale.status, stale.code) == (412, "version_changed")
    same = client.call("PUT", "referrals", path, by, stricter, if_match=first.etag)
    assert (same.status, same.code) == (409, "nothing_changed")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    later = put(client, "places-cmht", by, **stricter, pro_rata=True, decide_within_days=5)
    assert (later.status, later.body["policy_version"]) == (200, 3), later.body
    ahead = put(
        client, "places-cmht", by, **stricter, decide_within_days=3, effective_from=tomorrow
    )
    assert ahead.body["policy_version"] == 3, "not before its time"
    assert [each["policy_version"] for each in ahead.body["upcoming"]] == [4]
    assert policy(client, "places-cmht", at=tomorrow)["rules"]["decide_within_days"] == 3

    versions = client.get("referrals", f"{path}/versions", "auditor-1").body["items"]
    assert [each["policy_version"] for each in versions] == [4, 3, 2]
    assert versions[2]["effective_until"] == versions[1]["effective_from"]
    then = policy(client, "places-cmht", at=versions[2]["effective_from"])
    assert (then["policy_version"], then["rules"]["decide_within_days"]) == (2, 7)
    before = policy(client, "places-cmht", at=moment(hours_ago=1))
    assert (before["policy_version"], before["effective_from"]) == (1, None)


async def test_what_loosens_takes_two_a_committee_and_a_review(client: Client) -> None:
    by = manager(client, "manager-routes", "routes-cmht")
    looser: Json = {"routes": ["manager", "worker"], "caseload_limit": 15}
    refused = put(client, "routes-cmht", by, **looser)
    assert (refused.status, refused.code) == (409, "loosening_needs_committee")
    assert refused.body["loosened"] == ["routes", "caseload_limit"]
    assert policy(client, "routes-cmht")["version"] == 0, "nothing changes"

    proposed = put(client, "routes-cmht", by, **looser, **COMMITTEE)
    assert (proposed.status, proposed.etag) == (201, '"1"')
    assert proposed.body["rules"]["routes"] == ["manager"], "not before somebody else agrees"
    assert proposed.body["proposal"]["loosened"] == ["routes", "caseload_limit"]
    own = decide(client, "routes-cmht", by, 1)
    assert (own.status, own.code) == (403, "own_proposal")
    assert decide(client, "routes-cmht", "ig-lead-1", 1, decision="declined").status == 422
    unmatched = client.post("referrals", f"{BASE}/routes-cmht/approvals", "ig-lead-1", {})
    assert unmatched.code == "if_match_required"
    reason = "Not before the new workers have started."
    no = decide(client, "routes-cmht", "manager-9", 1, decision="declined", reason=reason)
    assert (no.status, no.etag, no.body["proposal"]) == (201, '"2"', None)

    assert put(client, "routes-cmht", by, **looser, **COMMITTEE).status == 200
    assert decide(client, "routes-cmht", "ig-lead-1", 2).code == "version_changed"
    approved = decide(client, "routes-cmht", "ig-lead-1", 3, reason="As minuted.")
    assert (approved.status, approved.etag) == (201, '"4"')
    assert approved.headers["location"] == f"{BASE}/routes-cmht"
    assert (approved.body["published_by"], approved.body["approved_by"]) == (by, "ig-lead-1")
    assert approved.body["rules"]["routes"] == ["manager", "worker"]
    late = decide(client, "routes-cmht", "ig-lead-2", 4)
    assert (late.status, late.code) == (409, "no_proposal")

    path = "/v1/audit/events?service=referrals&resource_id=routes-cmht&order=asc"

    def events() -> list[Json]:
        found: list[Json] = client.get("audit", path, "auditor-1").body["items"]
        return found

    await until(lambda: len(events()) == 4)
    assert [each["summary"] for each in events()] == [
        f"Referral policy proposed by {by}",
        "Referral policy declined by manager-9",
        f"Referral policy proposed by {by}",
        "Referral policy published by ig-lead-1",
    ]


async def test_what_no_team_may_set(client: Client) -> None:
    by = manager(client, "manager-thirty", "thirty-cmht")
    below: Json = {
        "routes": ["meeting", "worker"], "meeting_quorum": 1, "caseload_limit": 30,
        "self_acceptance_levels": ["foundation"],
    }  # fmt: skip
    refused = put(client, "thirty-cmht", by, **below, **COMMITTEE)
    assert (refused.status, refused.code) == (409, "below_trust_floor")
    assert refused.body["loosened"] == [
        "meeting_quorum", "self_acceptance_levels", "caseload_limit",
    ]  # fmt: skip
    past = put(client, "thirty-cmht", by, caseload_limit=10, effective_from=moment(hours_ago=1))
    assert (past.status, past.code) == (409, "effective_in_the_past")
    elsewhere = put(client, "thirty-cmht", "manager-1", caseload_limit=10)
    assert (elsewhere.status, elsewhere.code) == (403, "not_your_team")
    assert put(client, "thirty-cmht", "nurse-1").code == "role_not_permitted"
    wrong: tuple[Json, ...] = (
        {"caseload_limit": 0},
        {"caseload_limit": "10"},
        {"limit": 10},
        {"routes": []},
        {"routes": ["worker"]},
        {"routes": ["manager", "manager"]},
        {"routes": ["manager", "worker"], "self_acceptance_levels": []},
        {"pro_rata": "yes"},
        {"caseload_limit_by_level": [{"level": "senior"}]},
        {"caseload_limit_by_level": [{"level": "senior", "limit": "9"}]},
        {"caseload_limit_by_level": [{"level": "senior", "limit": 9}] * 2},
        {"weights": [{"complexity": "complex", "weight": 2, "why": "x"}]},
        {"effective_from": "2027-01-01T09:00:00"},
        {"caseload_limit": 10, **COMMITTEE, "review_on": "2026-01-01"},
    )
    for malformed in wrong:
        answer = put(client, "thirty-cmht", by, **malformed)
        assert (answer.status, answer.code) == (422, "malformed"), malformed
    assert policy(client, "thirty-cmht")["version"] == 0
