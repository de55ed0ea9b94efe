"""From caseload to caseload and off it: who may, what is refused, what stays to be read."""

from typing import Any

import pytest

from tests.support.client import Answer, Client

pytestmark = pytest.mark.anyio


def _places(client: Client, worker_id: str, by: str = "manager-1") -> Any:
    return client.get("referrals", f"/v1/caseloads/{worker_id}", by).body


def _referrals_of(caseload: Any) -> set[str]:
    return {item["referral_id"] for item in caseload["items"]}


@pytest.fixture
def allocated(client: Client) -> Answer:
    return client.allocated(client.service_user(), "str-worker-2")


async def test_a_transfer_moves_the_person_and_says_how(client: Client, allocated: Answer) -> None:
    here, there = _places(client, "str-worker-2"), _places(client, "str-worker-3")
    moved = client.transferred(allocated, "str-worker-3", handover="Prefers a text first.")
    assert moved.status == 201
    assert moved.body["status"] == "allocated"
    assert moved.body["allocation"]["worker_id"] == "str-worker-3"
    before, now = moved.body["allocations"]
    assert before["worker_id"] == "str-worker-2"
    assert before["until"] == now["at"]
    [transfer] = moved.body["transfers"]
    assert (transfer["from_worker_id"], transfer["worker_id"]) == ("str-worker-2", "str-worker-3")
    assert transfer["handover"] == "Prefers a text first."
    referral = moved.body["id"]
    assert client.get("referrals", f"/v1/referrals/{referral}", "nurse-1").body == moved.body
    left, joined = _places(client, "str-worker-2"), _places(client, "str-worker-3")
    assert (left["open"], joined["open"]) == (here["open"] - 1, there["open"] + 1)
    assert referral not in _referrals_of(left)
    assert referral in _referrals_of(joined)


async def test_what_a_transfer_refuses(client: Client, allocated: Answer) -> None:
    same = client.transferred(allocated, "str-worker-2")
    assert (same.status, same.code) == (409, "same_worker")
    assert client.transferred(allocated, "nobody-1").code == "worker_not_registered"
    assert client.transferred(allocated, "str-worker-3", by="manager-9").code == "no_relationship"
    assert client.transferred(allocated, "str-worker-3", by="nurse-1").code == "role_not_permitted"
    assert client.transferred(allocated, "str-worker-3", handover=" ").code == "malformed"
    assert client.transferred(allocated, "str-worker-3", if_match=None).status == 428
    assert client.transferred(allocated, "str-worker-3", if_match='"2"').status == 412
    received = client.referral(client.service_user())
    assert client.transferred(received, "str-worker-3").code == "not_allocated"


async def test_an_override_is_used_once(client: Client) -> None:
    """Past the limit for a reason; once anyone leaves, the next over it needs a reason again."""
    client.put_worker("str-worker-6")
    full = [client.allocated(client.service_user(), "str-worker-6") for _ in range(12)]
    assert {answer.status for answer in full} == {201}
    waiting = [client.allocated(client.service_user(), "str-worker-3") for _ in range(2)]
    assert client.transferred(waiting[0], "str-worker-6").code == "caseload_full"
    reason = "Nobody else speaks the language."
    assert client.transferred(waiting[0], "str-worker-6", override_reason=reason).status == 201
    assert _places(client, "str-worker-6")["open"] == 13
    assert client.closed(full[0]).status == 201
    assert client.transferred(waiting[1], "str-worker-6").code == "caseload_full"
    assert client.closed(full[1]).status == 201
    assert client.transferred(waiting[1], "str-worker-6").status == 201
    shown = _places(client, "str-worker-6")
    assert (shown["open"], shown["limit"], shown["headroom"]) == (12, 12, 0)
    assert len(shown["items"]) == 12
    assert shown["items"] == sorted(shown["items"], key=lambda item: item["since"])


async def test_closing_ends_it_and_keeps_what_was(client: Client, allocated: Answer) -> None:
    closed = client.closed(allocated, outcome="goals_met", summary="Pays the rent on time.")
    assert (closed.status, closed.body["status"]) == (201, "closed")
    assert closed.body["allocation"] is None
    [was] = closed.body["allocations"]
    assert was["worker_id"] == "str-worker-2"
    closure = closed.body["closure"]
    assert closure["outcome"] == "goals_met"
    assert closure["summary"] == "Pays the rent on time."
    assert closure["by"]["staff_id"] == "manager-1"
    assert was["until"] == closure["at"]
    assert closed.body["id"] not in _referrals_of(_places(client, "str-worker-2"))
    again = client.closed(closed)
    assert (again.status, again.code) == (409, "already_closed")
    assert client.transferred(closed, "str-worker-3").code == "not_allocated"
    received = client.referral(client.service_user())
    assert client.closed(received).code == "not_accepted"


async def test_support_ends_with_those_whose_it_is(client: Client) -> None:
    def on_the_caseload_of(worker_id: str) -> Answer:
        return client.allocated(client.service_user(), worker_id)

    colleague = client.closed(on_the_caseload_of("str-worker-2"), by="str-worker-1")
    assert (colleague.status, colleague.code) == (403, "not_yours_to_close")
    assert client.closed(on_the_caseload_of("str-worker-2"), by="nurse-1").status == 403
    assert client.closed(on_the_caseload_of("str-worker-2"), by="str-worker-2").status == 201
    assert client.closed(on_the_caseload_of("str-worker-2"), by="coordinator-1").status == 201
    elsewhere = client.closed(on_the_caseload_of("str-worker-2"), by="manager-9")
    assert elsewhere.code == "no_relationship"


async def test_a_repeated_closure_is_answered_again(client: Client, allocated: Answer) -> None:
    first = client.closed(allocated, by="str-worker-2", key="closing")
    again = client.closed(allocated, by="str-worker-2", key="closing")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotency-replayed"] == "true"


async def test_a_referral_has_a_history(client: Client, allocated: Answer) -> None:
    client.closed(client.transferred(allocated, "str-worker-3"))
    path = f"/v1/referrals/{allocated.body['id']}/history"
    found = client.get("referrals", path, "nurse-1").body["items"]
    assert [(item["type"], item["version"]) for item in found] == [
        ("referral-received", 1),
        ("referral-decided", 2),
        ("referral-allocated", 3),
        ("referral-transferred", 4),
        ("referral-closed", 5),
    ]
    assert found[1]["reason"] == "Fits the team."
    assert client.get("referrals", path, "nurse-9").code == "no_relationship"
    assert client.get("referrals", path, "auditor-1").code == "role_not_permitted"


async def test_a_caseload_is_for_its_worker_managers_and_supervisors(client: Client) -> None:
    own = _places(client, "str-worker-1", "str-worker-1")
    assert own == _places(client, "str-worker-1", "supervisor-1")
    refused = client.get("referrals", "/v1/caseloads/str-worker-1", "str-worker-2")
    assert (refused.status, refused.code) == (403, "not_your_caseload")
    nobody = client.get("referrals", "/v1/caseloads/nobody-1", "manager-1")
    assert (nobody.status, nobody.code) == (404, "not_found")
    client.put_worker("str-worker-8")
    empty = {
        "worker_id": "str-worker-8", "status": "active", "open": 0, "people": 0, "limit": 12,
        "headroom": 12, "items": [],
    }  # fmt: skip
    assert _places(client, "str-worker-8") == empty
