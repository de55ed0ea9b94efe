"""Nobody is put where nobody can support them: what allocations, moves and merges look at."""

import pytest

from tests.support.client import Answer, Client, Json, day

pytestmark = pytest.mark.anyio


def _accepted(client: Client, person: str) -> Answer:
    made = client.referral(person)
    body = {"outcome": "accepted", "rationale": "Fits the team."}
    path = f"/v1/referrals/{made.body['id']}/decisions"
    done = client.post("referrals", path, "manager-1", body, if_match=made.etag)
    assert done.status == 201, done.body
    return done


def _allocate(client: Client, referral: Answer, worker_id: str) -> Answer:
    path = f"/v1/referrals/{referral.body['id']}/allocations"
    body = {"worker_id": worker_id}
    return client.post("referrals", path, "manager-1", body, if_match=referral.etag)


@pytest.mark.parametrize("worker", ["manager-1", "nurse-1", "auditor-1"])
async def test_caseloads_are_of_str_workers(client: Client, worker: str) -> None:
    refused = _allocate(client, _accepted(client, client.service_user()), worker)
    assert refused.status == 409
    assert refused.code in ("not_an_str_worker", "worker_not_registered")


async def test_whoever_may_not_see_them_does_not_support_them(client: Client) -> None:
    client.put_worker("str-worker-46")
    restricted, excluding = (_accepted(client, client.service_user()) for _ in range(2))
    kept = client.restricted(
        restricted.body["service_user_id"], named_staff=["manager-1", "str-worker-3"]
    )
    assert kept.status == 201, kept.body
    excluded = client.restricted(
        excluding.body["service_user_id"], restricted=False, excluded_staff=["str-worker-46"]
    )
    assert excluded.status == 201, excluded.body
    for each in (restricted, excluding):
        refused = _allocate(client, each, "str-worker-46")
        assert (refused.status, refused.code) == (409, "worker_kept_out")
    assert _allocate(client, restricted, "str-worker-3").status == 201
    client.closed(client.get("referrals", f"/v1/referrals/{restricted.body['id']}", "manager-1"))


async def test_the_dead_are_put_on_no_caseload(client: Client) -> None:
    person = client.service_user()
    referral = _accepted(client, person)
    assert client.patched(person, died_on=day(ago=1)).status == 200
    refused = _allocate(client, referral, "str-worker-1")
    assert (refused.status, refused.code) == (409, "person_died")


async def test_nobody_is_moved_to_a_team_in_which_nobody_works(client: Client) -> None:
    person = client.service_user()
    refused = client.patched(person, team_id="north-chmt")
    assert (refused.status, refused.code) == (409, "unknown_team")
    assert client.get("referrals", f"/v1/service-users/{person}", "manager-1").status == 200


async def test_a_death_is_the_persons_also_when_the_duplicate_had_it(client: Client) -> None:
    duplicate, survivor = client.service_user(), client.service_user()
    died = client.patched(duplicate, died_on=day(ago=3))
    assert died.status == 200, died.body
    body: Json = {"into": survivor, "reason": "Registered twice."}
    path = f"/v1/service-users/{duplicate}/merges"
    merged = client.post("referrals", path, "manager-1", body, if_match=died.etag)
    assert (merged.status, merged.body["died_on"]) == (201, day(ago=3)), merged.body
    alive = client.patched(survivor, died_on=None, reason="Somebody else's death.")
    assert alive.status == 200, alive.body
    again = client.get("referrals", f"/v1/service-users/{duplicate}", "manager-1")
    assert again.body["died_on"] is None
    tag = again.etag
    path = f"/v1/service-users/{duplicate}/separations"
    apart = client.post("referrals", path, "manager-1", {"reason": "Twins."}, if_match=tag)
    assert (apart.status, apart.body["died_on"]) == (201, None), "it was taken back of the person"


async def test_a_worker_lists_their_own_caseload_whatever_the_team(client: Client) -> None:
    referral = _accepted(client, client.service_user())
    assert _allocate(client, referral, "str-worker-9").status == 201
    listed = client.get("referrals", "/v1/referrals?worker_id=str-worker-9", "str-worker-9")
    assert referral.body["id"] in [each["id"] for each in listed.body["items"]]
    odd = client.get("referrals", "/v1/referrals?status=Waiting", "manager-1")
    assert (odd.status, odd.code) == (422, "malformed")


async def test_who_was_at_a_meeting_is_somebody(client: Client) -> None:
    made = client.referral(client.service_user())
    meeting = {"reference": "CRM-1", "held_on": day(), "present": ["zz-1", "zz-2", "zz-3"]}
    rules = client.get("referrals", "/v1/policies/referrals/north-cmht", "manager-1").body["rules"]
    assert rules["routes"] == ["manager"], "the shipped ones"
    body = {"outcome": "accepted", "rationale": "As minuted.", "meeting": meeting}
    path = f"/v1/referrals/{made.body['id']}/decisions"
    refused = client.post("referrals", path, "manager-1", body, if_match=made.etag)
    assert (refused.status, refused.code) == (409, "route_not_allowed")
