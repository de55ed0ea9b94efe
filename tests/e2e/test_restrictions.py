"""Restricted records, and finding people: nobody learns more than they may."""

from typing import Any

import pytest

from tests.support.client import Answer, Client
from tests.support.wait import until

pytestmark = pytest.mark.anyio
NHS_NUMBER = "9990000026"


def _restrict(client: Client, person: str, by: str = "ig-lead-1", **changes: Any) -> Answer:
    path = f"/v1/service-users/{person}/restrictions"
    if_match = changes.pop("if_match", '"1"')
    body = {
        "restricted": True,
        "named_staff": ["nurse-1"],
        "excluded_staff": ["ot-1"],
        "reason": "Works in the team.",
        **changes,
    }
    return client.post("referrals", path, by, body, if_match=if_match)


def _search(client: Client, by: str, number: str = NHS_NUMBER) -> Answer:
    return client.post("referrals", "/v1/service-users/searches", by, {"nhs_number": number})


async def test_a_restricted_record_is_for_named_staff(client: Client) -> None:
    person = client.service_user(care_coordinator_id=None)
    referral = client.allocated(person, "str-worker-1").body["id"]
    record, listed = f"/v1/service-users/{person}", "/v1/referrals?team_id=north-cmht&limit=200"
    set_ = _restrict(client, person)
    assert (set_.status, set_.etag) == (201, '"2"')
    assert set_.body["restricted"] is True
    assert "named_staff" not in set_.body
    seen = client.get("referrals", record, "nurse-1").body
    hidden = {"nhs_number": None, "local_ids": None, "name": None, "date_of_birth": None}
    assert set_.body == {**seen, **hidden, "content_state": "confidential"}
    for persona in ("str-worker-1", "manager-1", "ot-1"):
        refused = client.get("referrals", record, persona)
        assert (refused.status, refused.code) == (403, "no_relationship"), persona
        found = client.every("referrals", listed, persona)
        assert referral not in {item["id"] for item in found}, persona
    assert referral in {item["id"] for item in client.every("referrals", listed, "nurse-1")}
    caseload = client.get("referrals", "/v1/caseloads/str-worker-1", "manager-1").body
    assert referral not in {item["referral_id"] for item in caseload["items"]}
    assert caseload["open"] > len(caseload["items"])
    lifted = _restrict(client, person, restricted=False, named_staff=[], if_match='"2"')
    assert lifted.body["restricted"] is False
    assert client.get("referrals", record, "str-worker-1").status == 200
    assert client.get("referrals", record, "ot-1").code == "no_relationship"


async def test_only_an_ig_lead_sees_who_is_named(client: Client) -> None:
    person = client.service_user()
    path = f"/v1/service-users/{person}/restrictions"
    open_to_all = client.get("referrals", path, "ig-lead-1")
    assert open_to_all.body == {"restricted": False, "named_staff": [], "excluded_staff": []}
    assert open_to_all.etag == '"1"'
    _restrict(client, person)
    shown = client.get("referrals", path, "ig-lead-2")
    assert shown.body == {
        "restricted": True, "named_staff": ["nurse-1"], "excluded_staff": ["ot-1"],
    }  # fmt: skip
    assert shown.etag == '"2"'
    for persona in ("nurse-1", "manager-1", "auditor-1", "ehr-1"):
        assert client.get("referrals", path, persona).code == "role_not_permitted"
        assert _restrict(client, person, persona).code == "role_not_permitted"


async def test_an_author_who_is_kept_out_is_kept_out_of_their_own_notes_too(
    client: Client,
) -> None:
    person = client.service_user()
    note = client.note(person, "str-worker-2").body
    _restrict(client, person, named_staff=["nurse-1"], excluded_staff=["str-worker-2"])
    path, listed = f"/v1/notes/{note['id']}", "/v1/notes?author_id=str-worker-2&limit=200"
    await until(lambda: client.get("notes", path, "str-worker-2").status == 403)
    assert note["id"] not in {each["id"] for each in client.every("notes", listed, "str-worker-2")}
    change = {"reason": "A slip.", "duration_minutes": 5}
    amending = client.post("notes", f"{path}/amendments", "str-worker-2", change, if_match='"1"')
    assert (amending.status, amending.code) == (403, "no_relationship")
    excluded = client.post(
        "notes",
        "/v1/access-overrides",
        "nurse-9",
        {"service_user_id": person, "reason_code": "emergency", "reason": "Found unwell."},
    )
    assert excluded.status == 201
    _restrict(client, person, excluded_staff=["nurse-9"], if_match='"2"')
    await until(lambda: client.get("notes", path, "nurse-9").status == 403)


async def test_the_ig_lead_is_told_of_each_look(client: Client) -> None:
    person = client.service_user()
    client.allocated(person, "str-worker-1")
    note = client.note(person).body
    _restrict(client, person, named_staff=["nurse-1"])
    await until(
        lambda: client.get("notes", f"/v1/notes/{note['id']}", "str-worker-3").status == 403
    )
    looks = [
        ("notes", f"/v1/notes/{note['id']}", 200),
        ("notes", f"/v1/notes?service_user_id={person}", 200),
        ("notes", "/v1/countersignatures/worklist?team_id=north-cmht&limit=200", 200),
        ("referrals", f"/v1/service-users/{person}", 200),
        ("referrals", "/v1/referrals?team_id=north-cmht&limit=200", 200),
    ]
    for service, path, status in looks:
        assert client.get(service, path, "nurse-1").status == status

    def told() -> bool:
        path = f"/v1/audit/service-users/{person}/accesses?actor_id=nurse-1&limit=200"
        items = client.get("audit", path, "ig-lead-1").body["items"]
        return len(items) == len(looks) and all(item["restricted"] for item in items)

    await until(told)
    alerts = client.every("audit", "/v1/audit/alerts?limit=200", "ig-lead-1")
    kinds = [
        alert["kind"] for alert in alerts
        if alert["service_user_id"] == person and alert["actor"]["staff_id"] == "nurse-1"
    ]  # fmt: skip
    assert kinds.count("restricted_record_read") >= 3
    denied = [
        alert["kind"] for alert in alerts
        if alert["service_user_id"] == person and alert["actor"]["staff_id"] == "str-worker-3"
    ]  # fmt: skip
    assert set(denied) == {"restricted_record_denied"}


async def test_what_a_restriction_refuses(client: Client) -> None:
    person = client.service_user()
    both = _restrict(client, person, named_staff=["ot-1"])
    assert (both.status, both.code) == (422, "malformed")
    herself = _restrict(client, person, named_staff=["ig-lead-1"])
    assert (herself.status, herself.code) == (403, "self_named")
    assert _restrict(client, person, if_match=None).status == 428
    assert _restrict(client, person, if_match='"7"').status == 412
    unknown = _restrict(client, "01a00000-0000-7000-8000-00000000dead")
    assert (unknown.status, unknown.code) == (404, "not_found")
    assert _restrict(client, person).status == 201
    same = _restrict(client, person, if_match='"2"')
    assert (same.status, same.code) == (409, "nothing_changed")
    kept_out = {"excluded_staff": ["ig-lead-1"], "if_match": '"2"'}
    assert _restrict(client, person, "ig-lead-2", **kept_out).status == 201
    own = _restrict(client, person, restricted=False, if_match='"3"')
    assert (own.status, own.code) == (403, "no_relationship")
    path = f"/v1/service-users/{person}/restrictions"
    assert client.get("referrals", path, "ig-lead-1").code == "no_relationship"


async def test_audit_is_closed_to_who_is_excluded(client: Client) -> None:
    person = client.service_user()
    kept_out = _restrict(client, person, "ig-lead-2", excluded_staff=["ig-lead-1"])
    assert kept_out.status == 201
    timeline = f"/v1/audit/service-users/{person}/timeline"

    def code(path: str) -> str:
        answer = client.get("audit", path, "ig-lead-1")
        return "seen" if answer.status == 200 else answer.code

    await until(lambda: code(timeline) == "excluded")
    event = client.get("audit", timeline, "ig-lead-2").body["items"][0]["event_id"]
    for path in (
        f"/v1/audit/events?service_user_id={person}",
        f"/v1/audit/events/{event}",
        f"/v1/audit/service-users/{person}/accesses",
        f"/v1/audit/access-rights?service_user_id={person}",
    ):
        assert code(path) == "excluded", path

    def told(path: str, by: str) -> set[str]:
        found = client.get("audit", path, by).body["items"]
        return {each["kind"] for each in found if each["service_user_id"] == person}

    kinds = {"restricted_record_read", "restricted_record_denied"}
    alerts = "/v1/audit/alerts?limit=200"
    await until(lambda: told(alerts, "ig-lead-2") == kinds)
    assert told(alerts, "ig-lead-1") == set()
    listed = client.get("audit", "/v1/audit/events?limit=200", "ig-lead-1").body["items"]
    assert person not in {each["service_user_id"] for each in listed}


async def test_people_are_found_by_those_related_to_them(client: Client) -> None:
    person = client.service_user("ehr-1", nhs_number=NHS_NUMBER)
    hit = {"items": [{"id": person, "team_id": "north-cmht"}]}
    for persona in ("ehr-1", "manager-1", "nurse-1", "coordinator-1"):
        found = _search(client, persona)
        assert (found.status, found.body) == (200, hit), persona
    known = client.post(
        "referrals",
        "/v1/service-users",
        "manager-9",
        {
            "nhs_number": NHS_NUMBER,
            "name": {"given": ["Service User"], "family": "One"},
            "date_of_birth": "1985-04-12",
            "team_id": "south-cmht",
        },
    )
    assert (known.status, known.code) == (409, "already_registered")
    assert "id" not in known.body
    unrelated, unknown = _search(client, "nurse-9"), _search(client, "nurse-9", "9990000034")
    assert unrelated.body == unknown.body == {"items": []}
    _restrict(client, person, named_staff=["nurse-1"])
    assert _search(client, "nurse-1").body == hit
    assert _search(client, "manager-1").body == {"items": []}
    assert _search(client, "str-worker-1").code == "role_not_permitted"

    def refused() -> bool:
        path = f"/v1/audit/service-users/{person}/accesses?outcome=denied"
        items = client.get("audit", path, "ig-lead-1").body["items"]
        return {(item["operation"], item["actor"]["staff_id"]) for item in items} >= {
            ("search_service_users", "nurse-9"),
            ("register_service_user", "manager-9"),
        }

    await until(refused)
    wrong = _search(client, "nurse-1", "9990000019")
    assert (wrong.status, wrong.code) == (422, "malformed")
    assert "9990000019" not in str(wrong.body)
