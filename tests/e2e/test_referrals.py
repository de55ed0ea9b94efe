"""Service users, referrals, caseloads and the register: what is refused, and who wins."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.client import Client, entry
from tests.support.stack import NMC

pytestmark = pytest.mark.anyio


async def test_service_users_and_referrals(client: Client) -> None:
    body = {
        "nhs_number": "9990000018",
        "local_ids": [{"system": "ehr", "value": "A1"}],
        "name": {"given": ["Service User"], "family": "Two"},
        "date_of_birth": "1985-04-12",
        "team_id": "north-cmht",
        "care_coordinator_id": "coordinator-1",
    }
    made = client.post("referrals", "/v1/service-users", "ehr-1", body)
    assert made.status == 201
    assert made.body["nhs_number"] == "9990000018"
    again = client.post("referrals", "/v1/service-users", "ehr-1", body)
    assert (again.status, again.code) == (409, "already_registered")
    assert again.body["id"] == made.body["id"]
    elsewhere = client.post("referrals", "/v1/service-users", "manager-9", body)
    assert elsewhere.code == "already_registered"
    assert "id" not in elsewhere.body
    for wrong in ("9990000019", "999000001", "99900000180", "999000001x", 9990000018):
        refused = client.post(
            "referrals", "/v1/service-users", "ehr-1", {**body, "nhs_number": wrong}
        )
        assert (refused.status, refused.code) == (422, "malformed"), wrong
    person = made.body["id"]
    assert client.get("referrals", f"/v1/service-users/{person}", "nurse-1").body == made.body
    assert client.get("referrals", f"/v1/service-users/{person}", "nurse-9").status == 403

    referral = client.referral(person, received_at="2026-11-02T09:00:00Z")
    listed = f"/v1/referrals?service_user_id={person}"
    during = "&from=2026-11-02T00:00:00Z&to=2026-11-03T00:00:00Z"
    found = client.get("referrals", f"{listed}{during}", "nurse-1")
    assert found.body["items"] == [referral.body]
    after = client.get("referrals", f"{listed}&from=2026-11-03T00:00:00Z", "nurse-1")
    assert after.body["items"] == []
    path = f"/v1/referrals/{referral.body['id']}"
    declined = {"outcome": "declined", "rationale": "Not ours."}
    no_code = client.post(
        "referrals", f"{path}/decisions", "manager-1", declined, if_match=referral.etag
    )
    assert no_code.status == 422
    early = client.post(
        "referrals",
        f"{path}/allocations",
        "manager-1",
        {"worker_id": "str-worker-1"},
        if_match=referral.etag,
    )
    assert early.code == "not_accepted"
    coded = {**declined, "reason_code": "outside_criteria"}
    south = client.post("referrals", f"{path}/decisions", "manager-9", coded, if_match='"1"')
    assert south.code == "no_relationship"
    decided = client.post("referrals", f"{path}/decisions", "manager-1", coded, if_match='"1"')
    assert (decided.status, decided.body["status"]) == (201, "declined")
    twice = client.post("referrals", f"{path}/decisions", "manager-1", coded, if_match='"2"')
    assert twice.code == "already_decided"


async def test_allocating_to_nobody(client: Client) -> None:
    refused = client.allocated(client.service_user(), "nobody-1")
    assert (refused.status, refused.code) == (409, "worker_not_registered")


async def test_two_managers_deciding_at_once(client: Client) -> None:
    referral = client.referral(client.service_user())
    path = f"/v1/referrals/{referral.body['id']}/decisions"
    body = {"outcome": "accepted", "rationale": "Fits."}

    def decide(_: int) -> int:
        return client.post("referrals", path, "manager-1", body, if_match='"1"').status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(decide, range(8)))
    assert statuses == [201] + [412] * 7


async def test_a_full_caseload_takes_no_one_more(client: Client) -> None:
    """One over the limit, all at once: the limit holds, and the override says why."""
    client.put_worker("str-worker-5")
    ready = []
    for _ in range(14):
        made = client.referral(client.service_user())
        path = f"/v1/referrals/{made.body['id']}"
        body = {"outcome": "accepted", "rationale": "Fits."}
        client.post("referrals", f"{path}/decisions", "manager-1", body, if_match='"1"')
        ready.append(path)

    def allocate(path: str, **more: Any) -> Any:
        body = {"worker_id": "str-worker-5", **more}
        return client.post("referrals", f"{path}/allocations", "manager-1", body, if_match='"2"')

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(allocate, ready))
    assert sorted(answer.status for answer in answers) == [201] * 12 + [409] * 2
    refused = [path for path, answer in zip(ready, answers, strict=True) if answer.status == 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"caseload_full"}
    assert allocate(refused[0], override_reason="Nobody else speaks the language.").status == 201
    assert allocate(refused[1]).code == "caseload_full"


async def test_nobody_gives_themselves_a_team_or_a_registration(client: Client) -> None:
    made = client.put_worker("manager-1", teams=["north-cmht"])
    assert made.status == 201, made.body
    for changes in ({"teams": ["north-cmht", "south-cmht"]}, {"registrations": NMC}):
        own = client.put_worker("manager-1", if_match=made.etag, **changes)
        assert (own.status, own.code) == (403, "own_entry")
    assert client.put_worker("manager-9", "manager-9", teams=["north-cmht"]).code == "own_entry"
    foreign = client.get("supervision", "/v1/workers/nurse-9", "manager-1")
    for changes in ({"teams": ["south-cmht", "north-cmht"]}, {"teams": ["south-cmht"]}):
        status = {"status": "left"} if changes["teams"] == ["south-cmht"] else {}
        refused = client.put_worker(
            "nurse-9", "manager-9" if not status else "manager-1", if_match=foreign.etag,
            registrations=NMC, **changes, **status,
        )  # fmt: skip
        assert (refused.status, refused.code) == (403, "not_your_team"), changes
    renamed = client.put_worker("manager-1", name="Manager One", if_match=made.etag)
    assert renamed.status == 200


async def test_workers(client: Client) -> None:
    made = client.put_worker("nurse-7", level=None, registrations=[])
    assert (made.status, made.etag) == (201, '"1"')
    assert made.headers["location"] == "/v1/workers/nurse-7"
    second = client.put_worker("nurse-7", level=None)
    assert (second.status, second.code) == (428, "if_match_required")
    path = "/v1/workers/nurse-7"
    body = entry(made)
    changed = {**body, "band": 6}
    stale = client.call("PUT", "supervision", path, "manager-1", changed, if_match='"2"')
    assert (stale.status, stale.code) == (412, "version_changed")
    done = client.call("PUT", "supervision", path, "manager-1", changed, if_match='"1"')
    assert (done.status, done.etag, done.body["band"]) == (200, '"2"', 6)
    assert client.get("supervision", path, "nurse-1").body == done.body
    bad = [{"body": "NMC", "number": "1"}]
    assert client.put_worker("nurse-6", registrations=bad).status == 422
    listed = client.get("supervision", "/v1/workers?team_id=south-cmht", "nurse-1").body["items"]
    assert {item["staff_id"] for item in listed} >= {"nurse-9", "str-worker-9"}
    assert all("south-cmht" in item["teams"] for item in listed)
