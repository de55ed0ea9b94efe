"""Who waits for a team: in which order, who sees it, and looking at them again."""

import pytest

from tests.support.client import Answer, Client, Json, day, moment, shift
from tests.support.deciding import Team
from tests.support.wait import until

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def team(client: Client) -> Team:
    return Team.ruled(client, "wait-cmht")


def waiting(team: Team, by: str = "nurse", query: str = "") -> list[Json]:
    path = f"/v1/waiting-list?team_id={team.id}{query}"
    return team.client.every("referrals", path, team[by])


def ids(*referrals: Answer) -> list[str]:
    return [each.body["id"] for each in referrals]


async def test_priority_then_time_waited(client: Client) -> None:
    team = Team.ruled(client, "order-cmht")
    late = team.listed(received_at=moment(hours_ago=30))
    early = team.listed(received_at=moment(hours_ago=80))
    urgent = team.listed(received_at=moment(hours_ago=1), urgency="urgent")
    pressing = team.decided(team.referral(), "waiting_list", priority="emergency")
    found = waiting(team)
    assert [each["referral_id"] for each in found] == ids(pressing, urgent, early, late)
    assert [each["position"] for each in found] == [1, 2, 3, 4]
    assert [each["days"] for each in found] == [1, 0, 3, 1]
    assert found == waiting(team, query="&limit=1"), "page by page"
    assert found[3] == {
        "position": 4,
        "referral_id": late.body["id"],
        "service_user_id": late.body["service_user_id"],
        "priority": "routine",
        "waiting_since": late.body["received_at"],
        "days": 1,
        "review_due": day(ago=-28),
        "review_overdue": False,
        "needs": ["housing"],
    }

    accepted = team.decided(urgent, "accepted")
    asked = team.decided(early, "more_information")
    assert [each["referral_id"] for each in waiting(team)] == ids(pressing, late)
    again = team.on(asked, "information", "coordinator", information="Since May.")
    back = team.decided(accepted, "waiting_list")
    reviewed = team.on(late, "reviews", "nurse", findings="Notice to quit.", priority="urgent")
    assert reviewed.status == 201, reviewed.body
    found = waiting(team)
    assert [each["referral_id"] for each in found] == ids(pressing, reviewed, back, again)
    assert found[3]["waiting_since"] == again.body["clock"]["waiting_since"]
    said = {"reason_code": "moved", "reason": "Has moved."}
    assert team.on(pressing, "withdrawals", "coordinator", **said).status == 201
    assert [each["position"] for each in waiting(team)] == [1, 2, 3]


@pytest.mark.parametrize("by", ["manager", "coordinator", "nurse"])
async def test_a_review_says_what_was_found_and_when_to_look_next(team: Team, by: str) -> None:
    listed = team.listed()
    seen = team.on(listed, "reviews", by, findings="As before.")
    assert (seen.status, seen.etag, seen.body["status"]) == (201, '"3"', "waiting"), seen.body
    [review] = seen.body["reviews"]
    assert (review["findings"], review["priority"]) == ("As before.", "routine")
    assert review["review_due"] == seen.body["review_due"] == day(ago=-28)
    sooner = team.on(seen, "reviews", by, findings="Unwell.", review_due=day(ago=-2))
    assert sooner.body["review_due"] == day(ago=-2)
    [item] = [each for each in waiting(team) if each["referral_id"] == listed.body["id"]]
    assert item["review_due"] == day(ago=-2)


async def test_what_a_review_refuses(team: Team) -> None:
    made = team.referral()
    early = team.on(made, "reviews", "nurse", findings="As before.")
    assert (early.status, early.code) == (409, "not_waiting")
    listed = team.decided(made, "waiting_list")
    for by, code in (("senior", "role_not_permitted"), ("nurse-9", "no_relationship")):
        refused = team.on(listed, "reviews", by, findings="As before.")
        assert (refused.status, refused.code) == (403, code)
    past = team.on(listed, "reviews", "nurse", findings="As before.", review_due=day(ago=1))
    assert (past.status, past.code) == (422, "malformed")
    unmatched = team.on(listed, "reviews", "nurse", findings="As before.", if_match=None)
    assert unmatched.code == "if_match_required"


async def test_it_is_for_staff_of_the_team_and_whoever_is_on_duty(team: Team) -> None:
    client, path = team.client, f"/v1/waiting-list?team_id={team.id}"
    for name in ("manager", "coordinator", "nurse", "senior", "junior", "supervisor"):
        assert client.get("referrals", path, team[name]).status == 200, name
    own = client.get("referrals", "/v1/waiting-list", team["nurse"])
    assert own.body == client.get("referrals", path, team["nurse"]).body, "one's only team"
    outsider = client.get("referrals", path, "nurse-9")
    assert (outsider.status, outsider.code) == (403, "no_relationship")
    for by in ("auditor-1", "ig-lead-1", "ehr-1"):
        assert client.get("referrals", path, by).code == "role_not_permitted"
    client.on_duty(team.id, [shift("nurse-9", -1, 4)], team["manager"])
    assert client.get("referrals", path, "nurse-9").status == 200
    client.on_duty(team.id, [], team["manager"])
    for wrong in ("&limit=0", "&cursor=abc", "&limit=201"):
        assert client.get("referrals", f"{path}{wrong}", team["nurse"]).status == 422


async def test_a_restricted_person_keeps_their_place_unseen(client: Client) -> None:
    team = Team.ruled(client, "quiet-cmht")
    first = team.listed(received_at=moment(hours_ago=90))
    second = team.listed(received_at=moment(hours_ago=60))
    third = team.listed(received_at=moment(hours_ago=30))
    client.restricted(second.body["service_user_id"], named_staff=[team["nurse"]])
    named = [(each["position"], each["referral_id"]) for each in waiting(team, "nurse")]
    assert named == list(enumerate(ids(first, second, third), start=1))
    other = [(each["position"], each["referral_id"]) for each in waiting(team, "manager")]
    assert other == [named[0], named[2]]
    assert other == [
        (each["position"], each["referral_id"]) for each in waiting(team, "manager", "&limit=1")
    ]


async def test_a_look_at_it_is_on_everybodys_record(client: Client, team: Team) -> None:
    listed = team.listed()
    assert waiting(team)
    path = f"/v1/audit/service-users/{listed.body['service_user_id']}/accesses"

    def looked() -> bool:
        found = client.get("audit", path, "auditor-1").body["items"]
        return any(each["operation"] == "read_waiting_list" for each in found)

    await until(looked)
