"""Hand-overs that are answered, and people whose worker left, is away, or won't take them."""

from typing import Any

import pytest

from deploy.local.processes import wait_until
from tests.support.client import Client
from tests.support.tokens import signed

pytestmark = pytest.mark.anyio


def reallocations(client: Client, by: str = "manager-1") -> dict[str, Any]:
    """Everyone of the team who must be allocated again, by referral."""
    items = client.every("referrals", "/v1/reallocations?team_id=north-cmht&limit=200", by)
    assert items == sorted(items, key=lambda item: (item["since"], item["referral_id"]))
    return {item["referral_id"]: item for item in items}


def now(client: Client, staff_id: str, **changes: Any) -> None:
    """The worker's entry put again as it is, but for what changes."""
    etag = client.get("supervision", f"/v1/workers/{staff_id}", "manager-1").etag
    assert client.put_worker(staff_id, if_match=etag, **changes).status in (200, 201)


def come(client: Client, ids: set[str], because: str) -> dict[str, Any]:
    def there() -> bool:
        found = reallocations(client)
        return ids <= found.keys() and {found[each]["because"] for each in ids} == {because}

    wait_until(there, 30, because)
    return reallocations(client)


async def test_a_hand_over_is_accepted_by_who_receives_it(client: Client) -> None:
    allocated = client.allocated(client.service_user(), "str-worker-1")
    assert allocated.body["handover"] is None
    early = client.answered(allocated, "str-worker-1", "accepted")
    assert (early.status, early.code) == (409, "no_handover_awaits")
    moved = client.transferred(allocated, "str-worker-2")
    assert moved.body["handover"] == "awaiting"
    for other in ("str-worker-1", "nurse-1"):
        refused = client.answered(moved, other, "accepted")
        assert (refused.status, refused.code) == (403, "not_yours_to_accept")
    assert client.answered(moved, "manager-1", "accepted").code == "role_not_permitted"
    assert client.answered(moved, "str-worker-2", "accepted", if_match=None).status == 428
    assert client.answered(moved, "str-worker-2", "declined").code == "malformed"
    assert client.answered(moved, "str-worker-2", "accepted", reason="No.").code == "malformed"
    done = client.answered(moved, "str-worker-2", "accepted")
    assert (done.status, done.body["handover"]) == (201, "accepted")
    assert done.body["transfers"][-1]["accepted_at"] is not None
    [item] = [
        each
        for each in client.get("referrals", "/v1/caseloads/str-worker-2", "str-worker-2").body[
            "items"
        ]
        if each["referral_id"] == done.body["id"]
    ]
    assert (item["handover"], item["needs_reallocation"]) == ("accepted", None)
    assert client.answered(done, "str-worker-2", "declined", reason="No.").status == 409


async def test_a_declined_hand_over_is_for_the_manager_again(client: Client) -> None:
    moved = client.transferred(
        client.allocated(client.service_user(), "str-worker-1"), "str-worker-2"
    )
    reason = "Lives in the same street as my mother."
    declined = client.answered(moved, "str-worker-2", "declined", reason=reason)
    assert (declined.status, declined.body["handover"]) == (201, "declined")
    [transfer] = declined.body["transfers"]
    assert transfer["declined_because"] == reason
    referral = declined.body["id"]
    found = reallocations(client)[referral]
    assert (found["because"], found["worker_id"]) == ("handover_declined", "str-worker-2")
    assert (found["since"], found["overdue"]) == (transfer["declined_at"], False)
    assert client.transferred(declined, "str-worker-3").status == 201
    assert referral not in reallocations(client)


async def test_a_leaver_takes_nobody_along(client: Client) -> None:
    """Twelve people, each to be allocated again, and none of them for the leaver to read."""
    worker = "reallocated-60"
    client.tokens[worker] = signed(client, sub=worker, exp=2_000_000_000)
    client.put_worker(worker)
    theirs = [client.allocated(client.service_user(), worker) for _ in range(12)]
    assert {answer.status for answer in theirs} == {201}
    paths = [f"/v1/referrals/{answer.body['id']}" for answer in theirs]
    assert {client.get("referrals", path, worker).status for path in paths} == {200}
    now(client, worker, status="left")
    found = come(client, {answer.body["id"] for answer in theirs}, "left")
    for answer in theirs:
        item = found[answer.body["id"]]
        assert item["service_user_id"] == answer.body["service_user_id"]
        assert item["worker_id"] == worker
        refused = client.get("referrals", f"/v1/referrals/{answer.body['id']}", worker)
        assert (refused.status, refused.code) == (403, "no_relationship")
    assert client.get("referrals", f"/v1/caseloads/{worker}", worker).status == 403
    assert client.get("referrals", "/v1/reallocations?team_id=north-cmht", worker).status == 403
    whose = {answer.body["service_user_id"] for answer in theirs}

    def said() -> list[str]:
        path = "/v1/audit/events?service=referrals&type=reallocation-due&limit=200"
        events = client.every("audit", path, "auditor-1")
        return [each["service_user_id"] for each in events if each["service_user_id"] in whose]

    wait_until(lambda: len(said()) >= 12, 30, "the ledger")
    assert client.transferred(theirs[0], "str-worker-3").status == 201
    assert client.closed(theirs[1], outcome="no_further_support").status == 201
    left, still = {answer.body["id"] for answer in theirs[2:]}, reallocations(client)
    assert left == {each for each, item in still.items() if item["worker_id"] == worker}
    assert left <= reallocations(client, "coordinator-1").keys()
    assert sorted(said()) == sorted(whose)


async def test_who_comes_back_keeps_their_people(client: Client) -> None:
    worker = "reallocated-61"
    client.put_worker(worker)
    mine = client.allocated(client.service_user(), worker).body["id"]
    now(client, worker, status="absent")
    come(client, {mine}, "absent")
    [item] = client.get("referrals", f"/v1/caseloads/{worker}", "manager-1").body["items"]
    assert item["needs_reallocation"] == "absent"
    now(client, worker)
    wait_until(lambda: mine not in reallocations(client), 30, "the return")
    now(client, worker, teams=["south-cmht"])
    come(client, {mine}, "left_team")


async def test_the_list_is_for_the_team(client: Client) -> None:
    for other in ("manager-9", "nurse-1", "str-worker-1"):
        path = "/v1/reallocations?team_id=north-cmht"
        assert client.get("referrals", path, other).status == 403
    page = client.get("referrals", "/v1/reallocations?team_id=north-cmht&limit=1", "supervisor-1")
    assert (page.status, len(page.body["items"])) == (200, 1)


async def test_how_support_ends_is_kept(client: Client) -> None:
    allocated = client.allocated(client.service_user(), "str-worker-3")
    plan = "A letter, then two calls a week apart."
    closed = client.closed(allocated, outcome="disengaged", disengagement_plan=plan)
    assert closed.body["closure"]["disengagement_plan"] == plan
    other = client.closed(
        client.allocated(client.service_user(), "str-worker-3"), outcome="needs_met_elsewhere"
    )
    assert other.body["closure"]["disengagement_plan"] is None
