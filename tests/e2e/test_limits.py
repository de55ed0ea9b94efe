"""The limit of a caseload over HTTP: whose places are how many, who goes past it, what is said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.local.processes import wait_until
from tests.support.client import Answer, Client
from tests.support.stack import NMC
from tests.support.tokens import manager, signed

pytestmark = pytest.mark.anyio
REASON = "Nobody else speaks the language."


def accepted(
    client: Client, service_user_id: str | None = None, by: str = "manager-1", **decision: Any
) -> Answer:
    made = client.referral(service_user_id or client.service_user())
    body = {"outcome": "accepted", "rationale": "Fits the team.", **decision}
    path = f"/v1/referrals/{made.body['id']}/decisions"
    return client.post("referrals", path, by, body, if_match=made.etag)


def allocate(client: Client, referral: Answer, worker_id: str, **body: Any) -> Answer:
    by = body.pop("by", "manager-1")
    path = f"/v1/referrals/{referral.body['id']}/allocations"
    return client.post(
        "referrals", path, by, {"worker_id": worker_id, **body}, if_match=referral.etag
    )


def caseload(client: Client, worker_id: str, by: str = "manager-1") -> Any:
    return client.get("referrals", f"/v1/caseloads/{worker_id}", by).body


async def test_fifty_at_once_for_three_places(client: Client) -> None:
    """Three succeed, and every number anywhere says so."""
    worker = "str-worker-50"
    client.tokens[worker] = signed(client, sub=worker, teams=[], exp=2_000_000_000)
    client.put_worker(worker, "manager-9", teams=["south-cmht"])
    there = [allocate(client, accepted(client), worker) for _ in range(9)]
    assert {answer.status for answer in there} == {201}
    ready = [accepted(client) for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda each: allocate(client, each, worker), ready))
    done = [answer for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status == 409]
    assert (len(done), len(refused)) == (3, 47)
    assert {answer.code for answer in refused} == {"caseload_full"}
    whose = {answer.body["service_user_id"] for answer in (*there, *done)}

    shown = caseload(client, worker, worker)
    assert (shown["open"], shown["people"], shown["limit"], shown["headroom"]) == (12, 12, 12, 0)
    assert {item["service_user_id"] for item in shown["items"]} == whose
    listed = client.every(
        "referrals", f"/v1/referrals?team_id=north-cmht&worker_id={worker}&limit=200", "manager-1"
    )
    assert {each["service_user_id"] for each in listed} == whose
    for each in ready:
        now = client.get("referrals", f"/v1/referrals/{each.body['id']}", "manager-1").body
        won = now["service_user_id"] in whose
        assert now["status"] == ("allocated" if won else "accepted")

    everyone = [answer.body["service_user_id"] for answer in (*there, *ready)]

    def allocations() -> list[str]:
        """Every allocation of any of these people that the ledger has."""
        path = "/v1/audit/events?service=referrals&type=referral-allocated&limit=200"
        events = client.every("audit", path, "auditor-1")
        return [each["service_user_id"] for each in events if each["service_user_id"] in everyone]

    wait_until(lambda: len(allocations()) >= 12, 30, "the ledger")
    assert sorted(allocations()) == sorted(whose)

    def may_read(person: str) -> bool:
        """What the notes service has learnt: this worker is of another team."""
        path = f"/v1/notes?service_user_id={person}"
        return client.get("notes", path, worker).status == 200

    assert {person for person in everyone if may_read(person)} == whose


async def test_places_go_by_hours_and_a_reason_overrides_only_what_is_full(client: Client) -> None:
    worker = "str-worker-51"
    client.put_worker(worker, whole_time_equivalent=0.25)
    two = [allocate(client, accepted(client), worker, override_reason=REASON) for _ in range(2)]
    for answer in two:
        assert answer.body["allocation"]["override_reason"] == REASON
        assert answer.body["allocation"]["overridden"] is None
        assert answer.body["allocation"]["weight"] == 1
    assert allocate(client, accepted(client), worker).status == 201
    shown = caseload(client, worker)
    assert (shown["open"], shown["limit"], shown["headroom"]) == (3, 3, 0)
    ready = accepted(client)
    full = allocate(client, ready, worker)
    assert (full.status, full.code) == (409, "caseload_full")
    past = allocate(client, ready, worker, override_reason=REASON)
    assert past.body["allocation"]["overridden"] == {"limit": 3, "load": 4}
    assert past.etag == '"4"'
    path = f"/v1/referrals/{ready.body['id']}/history"
    told = client.get("referrals", path, "manager-1").body["items"]
    assert [each["type"] for each in told][-2:] == [
        "referral-allocated", "caseload-limit-overridden",
    ]  # fmt: skip
    assert told[-1]["reason"] == REASON
    for answer in two:
        told = client.get(
            "referrals", f"/v1/referrals/{answer.body['id']}/history", "manager-1"
        ).body["items"]
        assert "caseload-limit-overridden" not in {each["type"] for each in told}


async def test_who_overrides_at_once_each_say_their_own_load(client: Client) -> None:
    worker = "str-worker-52"
    client.put_worker(worker, whole_time_equivalent=0.25)
    ready = [accepted(client) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda each: allocate(client, each, worker, override_reason=REASON), ready)
        )
    assert {answer.status for answer in answers} == {201}
    overridden = [answer.body["allocation"]["overridden"] for answer in answers]
    assert sorted(each["load"] for each in overridden if each) == [4, 5, 6, 7, 8]


async def test_on_whose_caseload_nobody_is_put(client: Client) -> None:
    ready = accepted(client)
    client.put_worker("str-worker-53", status="absent")
    client.put_worker("str-worker-54", status="left")
    client.put_worker("nurse-53", level=None, registrations=NMC)
    for worker_id, code in (
        ("str-worker-53", "worker_absent"),
        ("str-worker-54", "worker_not_registered"),
        ("nobody-53", "worker_not_registered"),
        ("nurse-53", "not_an_str_worker"),
    ):
        refused = allocate(client, ready, worker_id)
        assert (refused.status, refused.code) == (409, code)
    back = client.get("supervision", "/v1/workers/str-worker-53", "manager-1")
    client.put_worker("str-worker-53", if_match=back.etag)
    assert allocate(client, ready, "str-worker-53").status == 201


async def test_a_person_is_on_one_caseload_of_a_team(client: Client) -> None:
    person = client.service_user()
    two = [accepted(client, person) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda n: allocate(client, two[n], f"str-worker-{n + 1}"), range(2))
        )
    assert sorted(answer.status for answer in answers) == [201, 409]
    [refused] = [answer for answer in answers if answer.status == 409]
    assert refused.code == "already_on_a_caseload"


async def test_a_worker_takes_on_nobody_whom_a_manager_accepted(client: Client) -> None:
    ready = accepted(client)
    refused = allocate(client, ready, "str-worker-1", by="str-worker-1")
    assert (refused.status, refused.code) == (403, "not_yours_to_allocate")
    past = allocate(client, ready, "str-worker-1", by="str-worker-1", override_reason=REASON)
    assert (past.status, past.code) == (403, "not_yours_to_override")


async def test_places_by_level_and_weights_are_the_teams_policy(client: Client) -> None:
    team = "weighing-cmht"
    by = manager(client, "manager-weighing", team)
    rules = {
        "caseload_limit": 9,
        "caseload_limit_by_level": [{"level": "senior", "limit": 4}],
        "weights": [{"complexity": "complex", "weight": 3}],
    }
    put = client.call("PUT", "referrals", f"/v1/policies/referrals/{team}", by, rules)
    assert put.status == 201, put.body
    for staff_id, level in (("str-worker-55", "senior"), ("str-worker-56", "foundation")):
        client.put_worker(staff_id, by, teams=[team], level=level)
    assert caseload(client, "str-worker-55", by)["limit"] == 4
    assert caseload(client, "str-worker-56", by)["limit"] == 9

    def ready(complexity: str) -> Answer:
        person = client.service_user(by, team_id=team, care_coordinator_id=None)
        return accepted(client, person, by, complexity=complexity)

    heavy, light, other = (ready(each) for each in ("complex", "standard", "complex"))
    done = allocate(client, heavy, "str-worker-55", by=by)
    assert done.body["allocation"]["weight"] == 3
    assert allocate(client, other, "str-worker-55", by=by).code == "caseload_full"
    assert allocate(client, light, "str-worker-55", by=by).status == 201
    shown = caseload(client, "str-worker-55", by)
    assert (shown["open"], shown["people"], shown["headroom"]) == (4, 2, 0)
    assert [(each["weight"], each["complexity"]) for each in shown["items"]] == [
        (3, "complex"), (1, "standard"),
    ]  # fmt: skip
    moved = client.transferred(done, "str-worker-56", by=by)
    assert moved.status == 201
    assert caseload(client, "str-worker-55", by)["open"] == 1
    assert caseload(client, "str-worker-56", by)["open"] == 3


async def test_a_senior_worker_takes_on_whom_they_accepted(client: Client) -> None:
    """Where the policy has that route (HB 5.11), for themselves and within their places."""
    team = "self-cmht"
    by = manager(client, "manager-self", team)
    review_on = (datetime.now(UTC) + timedelta(days=180)).date().isoformat()
    path, rules = f"/v1/policies/referrals/{team}", {"routes": ["manager", "worker"]}
    agreed = {"committee_reference": "RC 7", "review_on": review_on}
    put = client.call("PUT", "referrals", path, by, {**rules, **agreed})
    assert put.status == 201, put.body
    body = {"decision": "approved"}
    done = client.post("referrals", f"{path}/approvals", "ig-lead-1", body, if_match=put.etag)
    assert done.status == 201, done.body
    senior, other = "str-worker-57", "str-worker-58"
    for staff_id in (senior, other):
        client.put_worker(staff_id, by, teams=[team], level="senior", whole_time_equivalent=0.1)
        client.tokens[staff_id] = signed(client, sub=staff_id, teams=[team], exp=2_000_000_000)

    def theirs() -> Answer:
        person = client.service_user(by, team_id=team, care_coordinator_id=None)
        made = accepted(client, person, senior)
        assert made.body["decisions"][-1]["route"] == "worker", made.body
        return made

    first, second = theirs(), theirs()
    for worker_id, who in ((other, senior), (other, other), (senior, other)):
        refused = allocate(client, first, worker_id, by=who)
        assert (refused.status, refused.code) == (403, "not_yours_to_allocate")
    taken = allocate(client, first, senior, by=senior)
    assert (taken.status, taken.body["allocation"]["worker_id"]) == (201, senior)
    assert allocate(client, second, senior, by=senior).code == "caseload_full"
    past = allocate(client, second, senior, by=senior, override_reason=REASON)
    assert (past.status, past.code) == (403, "not_yours_to_override")
    assert allocate(client, second, senior, by=by, override_reason=REASON).status == 201
