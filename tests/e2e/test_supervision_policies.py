"""A team's supervision policy: published, proposed and approved, in the shape of every one."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.client import Client, Json
from tests.support.supervision_policies import BASE, COMMITTEE, decide, put
from tests.support.tokens import manager

pytestmark = pytest.mark.anyio


def policy(client: Client, team_id: str, by: str = "str-worker-1", **params: str) -> Json:
    shown = client.get("supervision", f"{BASE}/{team_id}", by, params=params)
    assert shown.status == 200, shown.body
    assert shown.etag == f'"{shown.body["version"]}"'
    found: Json = shown.body
    return found


async def test_a_team_that_published_none_has_what_is_shipped(client: Client) -> None:
    for reader in ("str-worker-1", "nurse-9", "supervisor-1", "auditor-1", "ig-lead-1"):
        found = policy(client, "east-cmht", reader)
        assert (found["version"], found["policy_version"]) == (0, 1)
        assert {"kind": "ad_hoc", "longest_interval_weeks": None} in found["rules"]["kinds"]
        assert found["rules"]["pathway"][1] == {
            "course": "record_keeping", "within_weeks": 12, "before_unsupervised": True,
        }  # fmt: skip
        assert found["floor"]["target_percent"] == 80
        assert (found["published_by"], found["proposal"], found["upcoming"]) == (None, None, [])
    assert client.get("supervision", f"{BASE}/east-cmht/versions", "nurse-1").body == {"items": []}


async def test_kinds_are_data(client: Client) -> None:
    by = manager(client, "manager-kinds", "kinds-cmht")
    shipped = policy(client, "kinds-cmht")["rules"]["kinds"]
    kinds = [*shipped, {"kind": "reflective", "longest_interval_weeks": 4}]
    first = put(client, "kinds-cmht", by, kinds=kinds, if_match='"0"')
    assert (first.status, first.etag, first.headers["location"]) == (
        201,
        '"1"',
        f"{BASE}/kinds-cmht",
    )
    assert (first.body["policy_version"], first.body["rules"]["kinds"]) == (2, kinds)
    assert first.body["rules"]["target_percent"] == 95, "what isn't given is as shipped"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    ahead = put(client, "kinds-cmht", by, kinds=kinds, target_percent=98, effective_from=tomorrow)
    assert (ahead.status, ahead.body["policy_version"]) == (200, 2), "not before its time"
    assert policy(client, "kinds-cmht", at=tomorrow)["rules"]["target_percent"] == 98
    versions = client.get("supervision", f"{BASE}/kinds-cmht/versions", "auditor-1").body["items"]
    assert [each["policy_version"] for each in versions] == [3, 2]


async def test_what_loosens_takes_two_a_committee_and_a_review(client: Client) -> None:
    by = manager(client, "manager-peers", "peers-cmht")
    kinds = [
        each for each in policy(client, "peers-cmht")["rules"]["kinds"] if each["kind"] != "peer"
    ]
    looser: Json = {"kinds": kinds, "answer_issues_within_days": 28}
    refused = put(client, "peers-cmht", by, **looser)
    assert (refused.status, refused.code) == (409, "loosening_needs_committee")
    assert refused.body["loosened"] == ["kinds", "answer_issues_within_days"]
    proposed = put(client, "peers-cmht", by, **looser, **COMMITTEE)
    assert proposed.body["rules"]["answer_issues_within_days"] == 14, "not before somebody agrees"
    assert decide(client, "peers-cmht", by, 1).code == "own_proposal"
    no = decide(client, "peers-cmht", "manager-9", 1, decision="declined", reason="Not yet.")
    assert (no.status, no.etag, no.body["proposal"]) == (201, '"2"', None)
    assert put(client, "peers-cmht", by, **looser, **COMMITTEE).status == 200
    approved = decide(client, "peers-cmht", "ig-lead-1", 3)
    assert (approved.status, approved.etag) == (201, '"4"')
    assert approved.headers["location"] == f"{BASE}/peers-cmht"
    assert approved.body["rules"]["kinds"] == kinds


async def test_what_no_team_may_set(client: Client) -> None:
    by = manager(client, "manager-below", "below-cmht")
    below: Json = {
        "kinds": [{"kind": "developmental", "longest_interval_weeks": 27}],
        "target_percent": 79,
        "pathway": [{"course": "induction", "within_weeks": 12}],
        "check_registrations_days": 365,
    }
    refused = put(client, "below-cmht", by, **below, **COMMITTEE)
    assert (refused.status, refused.code) == (409, "below_trust_floor")
    assert refused.body["loosened"] == ["kinds", "target_percent", "pathway"]
    elsewhere = put(client, "below-cmht", "manager-1", sign_within_days=7)
    assert (elsewhere.status, elsewhere.code) == (403, "not_your_team")
    assert put(client, "below-cmht", "nurse-1").code == "role_not_permitted"
    wrong: tuple[Json, ...] = (
        {"target_percent": 101},
        {"target_percent": "95"},
        {"target": 95},
        {"kinds": []},
        {"kinds": [{"kind": "Peer", "longest_interval_weeks": 4}]},
        {"kinds": [{"kind": "peer", "longest_interval_weeks": 105}]},
        {"kinds": [{"kind": "peer", "longest_interval_weeks": "4"}]},
        {"kinds": [{"kind": "peer"}, {"kind": "peer"}]},
        {"kinds": [{"kind": "peer", "why": "x"}]},
        {"pathway": [{"course": "induction"}]},
        {"pathway": [{"course": "induction", "within_weeks": 9}] * 2},
        {"pathway": [{"course": "induction", "within_weeks": 9, "before_unsupervised": "yes"}]},
        {"issues_name_raiser": "no"},
        {"safeguarding_team": "below-cmht"},
        {"sign_within_days": 0},
        {"sign_within_days": 7, **COMMITTEE, "review_on": "2026-01-01"},
    )
    for malformed in wrong:
        answer = put(client, "below-cmht", by, **malformed)
        assert (answer.status, answer.code) == (422, "malformed"), malformed
    assert policy(client, "below-cmht")["version"] == 0
