"""Auditors read within engagements: agreed, scoped, ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local.engagement import agree_standing_engagement
from tests.support.client import Answer, Client, Json
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
PATH = "/v1/audit/engagements"


def terms(auditor: str, **changes: Any) -> Json:
    return {
        "auditor_id": auditor,
        "purpose": "Quarterly record-keeping audit.",
        "approver_id": "ig-lead-2",
        "ends_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
        **changes,
    }


def agree(client: Client, auditor: str, by: str = "ig-lead-1", **changes: Any) -> Answer:
    return client.post("audit", PATH, by, terms(auditor, **changes))


def auditor_asks(client: Client, auditor: str, path: str, service: str = "audit") -> Answer:
    """A question of an auditor who is no persona, and has no engagement but what a test agrees."""
    token = signed(client, sub=auditor, name=f"The auditor {auditor}", roles=["auditor"])
    return client.get(service, path, headers={"Authorization": f"Bearer {token}"})


QUESTIONS = (
    "/v1/audit/events",
    "/v1/audit/events/01a00000-0000-7000-8000-000000000009",
    "/v1/audit/service-users/{person}/timeline",
    "/v1/audit/service-users/{person}/accesses",
    "/v1/audit/access-rights?service_user_id={person}",
    "/v1/audit/governance/break-glass",
    "/v1/audit/completeness",
)


async def in_the_ledger(client: Client, person: str, how_many: int = 1) -> None:
    path = f"/v1/audit/events?service_user_id={person}&service=referrals"
    await until(lambda: len(client.get("audit", path, "ig-lead-1").body["items"]) >= how_many)


@pytest.mark.parametrize("path", QUESTIONS)
async def test_an_auditor_without_an_engagement_is_refused(
    client: Client, person: str, path: str
) -> None:
    await in_the_ledger(client, person)
    refused = auditor_asks(client, "auditor-none", path.format(person=person))
    assert (refused.status, refused.code) == (403, "no_engagement")
    assert "IG lead" in refused.body["detail"]
    assert client.get("audit", path.format(person=person), "ig-lead-2").status in (200, 404)


async def test_the_local_auditors_standing_engagement(client: Client) -> None:
    [standing] = client.get("audit", f"{PATH}?active=true", "auditor-1").body["items"]
    assert (standing["identities"], standing["teams"], standing["ended"]) == (True, [], None)
    assert standing["approver_id"] == "ig-lead-2"
    assert standing["agreed"]["by"]["staff_id"] == "ig-lead-1"


async def test_a_start_agrees_the_standing_engagement_only_when_none_is_in_force(
    client: Client,
) -> None:
    auditor = "auditor-of-the-start"

    def standing() -> list[Json]:
        path = f"{PATH}?active=true&auditor_id={auditor}"
        return list(client.get("audit", path, "ig-lead-1").body["items"])

    agree_standing_engagement(client.layout, auditor)
    [before] = standing()
    agree_standing_engagement(client.layout, auditor)
    assert standing() == [before]
    path = f"{PATH}/{before['id']}/endings"
    ended = client.post("audit", path, "ig-lead-1", {"reason": "Over."}, if_match='"1"')
    assert ended.status == 201
    agree_standing_engagement(client.layout, auditor)
    [after] = standing()
    assert after["id"] != before["id"]


async def test_a_scoped_auditor_sees_the_scope_and_no_names_or_content(client: Client) -> None:
    person = client.service_user()
    unseen = client.service_user("manager-9", team_id="south-cmht", care_coordinator_id=None)
    for each in (person, unseen):
        await in_the_ledger(client, each)
    made = agree(client, "auditor-scoped", service_user_ids=[person])
    assert made.status == 201
    assert made.headers["location"] == f"{PATH}/{made.body['id']}"

    seen = auditor_asks(client, "auditor-scoped", "/v1/audit/events").body["items"]
    assert {each["service_user_id"] for each in seen} == {person}
    for event in seen:
        assert (event["content"], event["content_state"]) == (None, "confidential")
        assert event["actor"]["staff_id"]
        assert (event["actor"]["name"], event["actor"]["registration"]) == (None, None)
    for path in QUESTIONS[2:5]:
        assert auditor_asks(client, "auditor-scoped", path.format(person=person)).status == 200
        outside = auditor_asks(client, "auditor-scoped", path.format(person=unseen))
        assert (outside.status, outside.code) == (403, "no_engagement")
    rights = auditor_asks(client, "auditor-scoped", QUESTIONS[4].format(person=person)).body
    assert {"staff_id": "coordinator-1", "name": None, "at_work": True, "excluded": False,
            "ties": [{"basis": "care_coordination", "override_id": None},
                     {"basis": "team", "override_id": None}]} in rights["items"]  # fmt: skip
    assert auditor_asks(client, "auditor-scoped", "/v1/audit/alerts").code == "role_not_permitted"

    path = f"/v1/audit/service-users/{person}/accesses?actor_id=auditor-scoped"
    await until(lambda: bool(client.get("audit", path, "ig-lead-1").body["items"]))
    asked = client.get("audit", path, "ig-lead-1").body["items"][0]
    assert (asked["basis"], asked["purpose"]) == ("engagement", "audit")
    assert asked["engagement_id"] == made.body["id"]
    assert asked["actor"]["name"] == "The auditor auditor-scoped"


async def test_an_ended_engagement_is_over_at_once(client: Client) -> None:
    made = agree(client, "auditor-ended", identities=True)
    assert auditor_asks(client, "auditor-ended", "/v1/audit/events?limit=1").status == 200
    path, why = f"{PATH}/{made.body['id']}/endings", {"reason": "The audit is done."}
    missing = client.post("audit", path, "ig-lead-1", why)
    assert (missing.status, missing.code) == (428, "if_match_required")
    stale = client.post("audit", path, "ig-lead-1", why, if_match='"9"')
    assert (stale.status, stale.code) == (412, "version_changed")
    assert client.post("audit", path, "auditor-1", why, if_match='"1"').status == 403
    ended = client.post("audit", path, "ig-lead-1", why, if_match=made.etag)
    assert (ended.status, ended.etag) == (201, '"2"')
    assert ended.body["ended"]["reason"] == why["reason"]
    refused = auditor_asks(client, "auditor-ended", "/v1/audit/events?limit=1")
    assert (refused.status, refused.code) == (403, "no_engagement")
    again = client.post("audit", path, "ig-lead-1", why, if_match='"2"')
    assert (again.status, again.code) == (409, "engagement_over")
    own = auditor_asks(client, "auditor-ended", f"{PATH}/{made.body['id']}")
    assert own.body == ended.body
    other = auditor_asks(client, "auditor-none", f"{PATH}/{made.body['id']}")
    assert (other.status, other.code) == (403, "not_your_engagement")


def _author(client: Client, auditor: str, path: str, note: Json) -> Json:
    """Who wrote a note, as a list shows it to an auditor."""
    found = auditor_asks(client, auditor, path, "notes").body["items"]
    (author,) = (each["author"] for each in found if each["id"] == note["id"])
    return dict(author)


async def test_notes_keep_to_the_engagement_too(client: Client, person: str) -> None:
    note = client.note(person).body
    other = client.service_user(team_id="south-cmht", care_coordinator_id=None, by="manager-9")
    auditor = "auditor-of-north"
    listed, history = f"/v1/notes?service_user_id={person}", f"/v1/notes/{note['id']}/history"
    for path in (listed, history):
        assert auditor_asks(client, auditor, path, "notes").code == "no_engagement"

    assert agree(client, auditor, teams=["north-cmht"]).status == 201
    (item,) = (
        each
        for each in auditor_asks(client, auditor, listed, "notes").body["items"]
        if each["id"] == note["id"]
    )
    assert item["author"] == {**note["author"], "name": None, "registration": None}
    assert item["narrative"] is None
    (entry,) = auditor_asks(client, auditor, history, "notes").body["items"]
    assert entry["actor"]["name"] is None
    assert agree(client, auditor, service_user_ids=[person], identities=True).status == 201
    await until(lambda: _author(client, auditor, listed, note) == note["author"])
    (entry,) = auditor_asks(client, auditor, history, "notes").body["items"]
    assert entry["actor"]["name"] == note["author"]["name"]
    of_the_team = _author(client, auditor, "/v1/notes?team_id=north-cmht&limit=200", note)
    assert of_the_team["name"] is None
    for path in ("/v1/notes", f"/v1/notes?service_user_id={other}"):
        assert auditor_asks(client, auditor, path, "notes").code == "no_engagement"
    mine = auditor_asks(client, auditor, "/v1/notes?team_id=north-cmht&limit=1", "notes")
    assert len(mine.body["items"]) == 1


async def test_terms_that_are_refused(client: Client) -> None:
    days = {
        number: (datetime.now(UTC) + timedelta(days=number)).isoformat() for number in (-1, 400)
    }
    for changes in (
        {"approver_id": ""},
        {"purpose": " "},
        {"ends_at": days[-1]},
        {"ends_at": days[400]},
        {"ends_at": "2030-01-01T00:00:00"},
        {"service_user_ids": ["not an id"]},
        {"identities": "yes"},
        {"surprise": 1},
    ):
        refused = agree(client, "auditor-refused", **changes)
        assert (refused.status, refused.code) == (422, "malformed"), changes
    own = agree(client, "auditor-refused", approver_id="auditor-refused")
    assert (own.status, own.code) == (409, "approver_is_auditor")
    assert agree(client, "ig-lead-1").code == "own_engagement"
    assert agree(client, "auditor-refused", by="manager-1").code == "role_not_permitted"
    assert agree(client, "auditor-refused", by="auditor-1").code == "role_not_permitted"
    listed = client.get("audit", f"{PATH}?auditor_id=auditor-refused", "ig-lead-1").body
    assert listed == {"items": [], "next_cursor": None}


async def test_what_the_ig_lead_watches(client: Client) -> None:
    assert client.get("audit", "/v1/audit/alerts?limit=5", "ig-lead-1").status == 200
    assert client.get("audit", "/v1/audit/alerts?kind=else", "ig-lead-1").status == 422
    path = "/v1/audit/governance/break-glass"

    def granted() -> int:
        measure = client.get("audit", path, "ig-lead-1").body
        assert (measure["measure"], measure["unit"]) == ("break-glass", "overrides")
        assert len(measure["items"]) == 27
        return sum(week["granted"] for week in measure["items"])

    before = granted()
    person = client.service_user()
    glass = {"service_user_id": person, "reason_code": "emergency", "reason": "Found unwell."}
    await until(
        lambda: client.post("notes", "/v1/access-overrides", "nurse-9", glass).status == 201
    )
    await until(lambda: granted() == before + 1)
    [alert] = client.get("audit", "/v1/audit/alerts?limit=1", "ig-lead-1").body["items"]
    assert (alert["kind"], alert["service_user_id"]) == ("glass_broken", person)
    backwards = "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"
    path = f"/v1/audit/governance/break-glass?{backwards}"
    assert client.get("audit", path, "ig-lead-1").status == 422
    metrics = client.get("audit", "/metrics").body
    assert 'countersign_audit_alerts_total{kind="glass_broken"}' in metrics
