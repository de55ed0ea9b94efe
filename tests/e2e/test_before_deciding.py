"""A referral before it is decided, and if it never is: received, asked about, withdrawn."""

from datetime import datetime

import pytest

from tests.support.client import Answer, Client, moment
from tests.support.deciding import Team

pytestmark = pytest.mark.anyio


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


@pytest.fixture(scope="module")
def team(client: Client) -> Team:
    """A team whose manager decides."""
    return Team.ruled(client, "first-cmht")


class TestMoreInformation:
    @pytest.mark.parametrize("by", ["manager", "coordinator", "nurse", "ehr-1"])
    async def test_stops_the_clock_until_it_comes(self, team: Team, by: str) -> None:
        asked = team.decided(team.referral(), "more_information")
        stopped = asked.body["clock"]
        since = asked.body["decisions"][0]["at"]
        assert stopped["stops"] == [{"from": since, "until": None}]
        assert (stopped["running"], stopped["waiting_since"]) == (False, None)
        assert (stopped["decide_by"], stopped["allocate_by"]) == (None, None)
        waited = _at(since) - _at(asked.body["received_at"])
        assert stopped["waited_seconds"] == pytest.approx(waited.total_seconds(), abs=1e-6)
        again = team.decided(asked, "more_information")
        assert refusal(again) == (409, "already_asked")

        told = team.on(asked, "information", by, information="Since May.")
        assert (told.status, told.body["status"]) == (201, "received"), told.body
        [answer] = told.body["answers"]
        assert answer["information"] == "Since May."
        running = told.body["clock"]
        assert running["stops"] == [{"from": since, "until": answer["at"]}]
        assert (running["running"], running["waited_seconds"]) == (True, None)
        stop = _at(answer["at"]) - _at(since)
        received = asked.body["received_at"]
        assert _at(running["waiting_since"]) == _at(received) + stop
        assert (_at(running["decide_by"]) - _at(received) - stop).days == 7
        assert (_at(running["allocate_by"]) - _at(received) - stop).days == 28
        twice = team.on(told, "information", by, information="Since May.")
        assert refusal(twice) == (409, "nothing_asked")

    async def test_is_for_those_who_refer(self, team: Team) -> None:
        asked = team.decided(team.referral(), "more_information")
        for by, code in (
            ("senior", "role_not_permitted"),
            ("supervisor", "role_not_permitted"),
            ("nurse-9", "no_relationship"),
        ):
            refused = team.on(asked, "information", by, information="Since May.")
            assert refusal(refused) == (403, code), by
        listed = team.decided(asked, "waiting_list")
        assert (listed.status, listed.body["status"]) == (201, "waiting"), "nobody answers"
        assert listed.body["clock"]["stops"][0]["until"] == listed.body["decisions"][1]["at"]


class TestWithdrawal:
    @pytest.mark.parametrize("by", ["manager", "coordinator", "nurse", "ehr-1"])
    async def test_is_by_those_who_refer(self, team: Team, by: str) -> None:
        made = team.referral()
        said = {"reason_code": "person_declined", "reason": "Has found help."}
        for other, code in (("senior", "role_not_permitted"), ("nurse-9", "no_relationship")):
            assert refusal(team.on(made, "withdrawals", other, **said)) == (403, code)
        done = team.on(made, "withdrawals", by, **said)
        assert (done.status, done.body["status"]) == (201, "withdrawn"), done.body
        assert said.items() <= done.body["withdrawal"].items()
        assert done.body["clock"]["ended_at"] == done.body["withdrawal"]["at"]
        twice = team.on(done, "withdrawals", by, **said)
        assert refusal(twice) == (409, "already_ended")
        assert team.decided(done, "accepted").code == "already_decided"

    async def test_comes_before_anyone_supports_the_person(self, client: Client) -> None:
        allocated = client.allocated(client.service_user(), "str-worker-1")
        path = f"/v1/referrals/{allocated.body['id']}/withdrawals"
        said = {"reason_code": "moved", "reason": "Has moved."}
        late = client.post("referrals", path, "manager-1", said, if_match=allocated.etag)
        assert refusal(late) == (409, "already_allocated")
        ended = allocated.body["clock"]
        assert ended["ended_at"] == allocated.body["allocation"]["at"]
        assert client.closed(allocated).status == 201


class TestReceiving:
    async def test_says_what_it_belongs_to(self, team: Team) -> None:
        plan = {"kind": "wrap", "reference": "W-3", "goal": "Pay rent on time"}
        made = team.referral(plan=plan, primary_reason="self_care", urgency="emergency")
        assert (made.body["plan"], made.body["primary_reason"]) == (plan, "self_care")
        assert (made.body["priority"], made.body["previous_referral_id"]) == ("emergency", None)
        clock = made.body["clock"]
        assert clock["started_at"] == clock["waiting_since"] == made.body["received_at"]
        assert (_at(clock["decide_by"]) - _at(clock["started_at"])).days == 7

    async def test_is_not_of_tomorrow(self, team: Team) -> None:
        client, person = team.client, team.person()
        late = client.referral(person, team["nurse"], received_at=moment(hours_ago=-1))
        assert refusal(late) == (422, "malformed")
        assert late.body["errors"][0]["pointer"] == "#/received_at"
        soon = client.referral(person, team["nurse"], received_at=moment(hours_ago=-0.01))
        assert soon.status == 201

    async def test_a_second_one_links_to_the_last_that_ended(self, team: Team) -> None:
        person = team.person()
        first = team.referral(person)
        beside = team.referral(person)
        assert beside.body["previous_referral_id"] is None, "the first has not ended"
        team.decided(first, "declined", reason_code="no_capacity")
        second = team.referral(person)
        assert second.body["previous_referral_id"] == first.body["id"]
        said = {"reason_code": "other", "reason": "Twice the same."}
        team.on(beside, "withdrawals", "coordinator", **said)
        third = team.referral(person)
        assert third.body["previous_referral_id"] == beside.body["id"]
        foreign = team.client.referral(person, "nurse-9")
        assert (foreign.status, foreign.body["previous_referral_id"]) == (201, None)
        shown = team.shown(foreign).body
        assert shown["previous_referral_id"] == beside.body["id"], "not told to a stranger"


async def test_the_history_tells_of_each_step(team: Team) -> None:
    made = team.referral()
    made = team.on(made, "assessments", "nurse", reason="Lives alone.")
    made = team.on(made, "assessments", "nurse", findings="Two visits.")
    made = team.decided(made, "more_information")
    made = team.on(made, "information", "coordinator", information="Since May.")
    made = team.decided(made, "waiting_list", priority="urgent")
    made = team.on(made, "reviews", "nurse", findings="As before.")
    said = {"reason_code": "moved", "reason": "Has moved."}
    made = team.on(made, "withdrawals", "coordinator", **said)
    path = f"/v1/referrals/{made.body['id']}/history"
    items = team.client.get("referrals", path, team["nurse"]).body["items"]
    assert [each["type"] for each in items] == [
        "referral-received", "assessment-requested", "assessment-completed", "referral-decided",
        "referral-information-received", "referral-decided", "waiting-list-reviewed",
        "referral-withdrawn",
    ]  # fmt: skip
    assert items[1]["changes"] == ["status", "assessments"]
    assert items[5]["changes"] == ["status", "decisions", "clock", "priority", "review_due"]
    assert (items[3]["reason"], items[7]["reason"]) == ("As we talked over.", "Has moved.")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
