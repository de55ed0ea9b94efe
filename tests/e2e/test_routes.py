"""Each route and outcome of a referral end to end, and what each role may and may not do."""

from typing import Any

import pytest

from tests.support.client import Answer, Client, day
from tests.support.deciding import Team, meeting

pytestmark = pytest.mark.anyio
OUTCOMES: list[tuple[str, dict[str, Any], str]] = [
    ("accepted", {"priority": "urgent", "complexity": "complex"}, "accepted"),
    ("waiting_list", {"priority": "very_urgent", "review_due": day(ago=-9)}, "waiting"),
    ("declined", {"reason_code": "outside_criteria"}, "declined"),
    ("redirected", {"reason_code": "needs_met_elsewhere", "redirected_to": "Citizens Advice"},
     "redirected"),
    ("more_information", {}, "more_information"),
]  # fmt: skip


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


@pytest.fixture(scope="module")
def gatekeeper(client: Client) -> Team:
    """A team whose manager decides."""
    return Team.ruled(client, "gate-cmht")


@pytest.fixture(scope="module")
def meeting_only(client: Client) -> Team:
    return Team.ruled(client, "meet-cmht", routes=["meeting"])


@pytest.fixture(scope="module")
def own_referrals(client: Client) -> Team:
    """A team whose senior workers take their own."""
    return Team.ruled(client, "own-cmht", routes=["manager", "worker"])


@pytest.fixture(scope="module")
def assessed(client: Client) -> Team:
    """A team where an assessment comes first."""
    return Team.ruled(client, "look-cmht", assessment_required=True)


class TestTheManager:
    @pytest.mark.parametrize(("outcome", "said", "status"), OUTCOMES)
    async def test_decides_each_outcome_with_why(
        self, gatekeeper: Team, outcome: str, said: dict[str, Any], status: str
    ) -> None:
        made = gatekeeper.referral()
        done = gatekeeper.decided(made, outcome, **said)
        assert (done.status, done.etag, done.body["status"]) == (201, '"2"', status), done.body
        [decision] = done.body["decisions"]
        assert said.items() <= decision.items()
        assert decision["rationale"] == "As we talked over."
        assert (decision["route"], decision["policy_version"]) == ("manager", 1)
        assert (decision["by"]["staff_id"], decision["team_id"]) == (
            gatekeeper["manager"], "gate-cmht",
        )  # fmt: skip
        assert done.body["priority"] == said.get("priority", "routine")
        assert done.body["complexity"] == said.get("complexity")
        assert done.body["review_due"] == said.get("review_due")
        assert gatekeeper.shown(made).body == done.body

    @pytest.mark.parametrize("outcome", [each[0] for each in OUTCOMES])
    async def test_and_nobody_else(self, gatekeeper: Team, outcome: str) -> None:
        made = gatekeeper.referral()
        said = next(said for name, said, _ in OUTCOMES if name == outcome)
        for by in ("coordinator", "nurse", "senior", "junior"):
            refused = gatekeeper.decided(made, outcome, by, **said)
            assert refusal(refused) == (403, "not_yours_to_decide"), by
        for by in ("supervisor", "ehr-1", "auditor-1", "ig-lead-1"):
            refused = gatekeeper.decided(made, outcome, by, **said)
            assert refusal(refused) == (403, "role_not_permitted"), by
        elsewhere = gatekeeper.decided(made, outcome, "manager-9", **said)
        assert refusal(elsewhere) == (403, "no_relationship")
        assert gatekeeper.shown(made).body == made.body

    async def test_says_what_the_outcome_needs_and_nothing_that_it_does_not(
        self, gatekeeper: Team
    ) -> None:
        made = gatekeeper.referral()
        for outcome, said in (
            ("declined", {}),
            ("redirected", {"redirected_to": "Citizens Advice"}),
            ("redirected", {"reason_code": "other"}),
            ("accepted", {"redirected_to": "Citizens Advice"}),
            ("accepted", {"review_due": day(ago=-9)}),
            ("waiting_list", {"review_due": day(ago=1)}),
            ("declined", {"reason_code": "other", "priority": "urgent"}),
            ("more_information", {"rationale": " "}),
            ("refused", {}),
            ("accepted", {"anything": "else"}),
        ):
            refused = gatekeeper.decided(made, outcome, **said)
            assert refusal(refused) == (422, "malformed"), (outcome, said)
        assert gatekeeper.decided(made, "accepted", if_match=None).status == 428
        assert gatekeeper.decided(made, "accepted", if_match='"7"').status == 412

    async def test_decides_again_until_it_is_over(self, gatekeeper: Team) -> None:
        listed = gatekeeper.listed()
        accepted = gatekeeper.decided(listed, "accepted", key="again")
        assert [each["outcome"] for each in accepted.body["decisions"]] == [
            "waiting_list", "accepted",
        ]  # fmt: skip
        replayed = gatekeeper.decided(listed, "accepted", key="again")
        assert (replayed.status, replayed.body) == (201, accepted.body)
        said = {"reason_code": "person_declined"}
        declined = gatekeeper.decided(accepted, "declined", **said)
        for outcome, more, _ in OUTCOMES:
            late = gatekeeper.decided(declined, outcome, **more)
            assert refusal(late) == (409, "already_decided"), outcome

    async def test_names_no_meeting(self, gatekeeper: Team) -> None:
        made = gatekeeper.referral()
        for by in ("manager", "coordinator"):
            refused = gatekeeper.decided(made, "accepted", by, meeting=meeting())
            assert refusal(refused) == (409, "route_not_allowed")


class TestAMeeting:
    @pytest.mark.parametrize("by", ["manager", "coordinator", "nurse"])
    async def test_decides_and_one_of_them_says_so(self, meeting_only: Team, by: str) -> None:
        made = meeting_only.referral()
        unnamed = meeting_only.decided(made, "accepted", by)
        assert refusal(unnamed) == (409, "meeting_required")
        done = meeting_only.decided(made, "accepted", by, meeting=meeting())
        assert (done.status, done.body["status"]) == (201, "accepted"), done.body
        [decision] = done.body["decisions"]
        assert (decision["route"], decision["policy_version"]) == ("meeting", 2)
        assert decision["meeting"] == meeting()

    @pytest.mark.parametrize(("outcome", "said", "status"), OUTCOMES)
    async def test_decides_each_outcome(
        self, meeting_only: Team, outcome: str, said: dict[str, Any], status: str
    ) -> None:
        made = meeting_only.referral()
        done = meeting_only.decided(made, outcome, "coordinator", meeting=meeting(), **said)
        assert (done.status, done.body["status"]) == (201, status), done.body

    async def test_needs_a_quorum_of_different_staff_and_a_day(self, meeting_only: Team) -> None:
        made = meeting_only.referral()

        def put(**changes: Any) -> Answer:
            return meeting_only.decided(made, "accepted", meeting=meeting(**changes))

        few = put(present=["nurse-1", "ot-1", "ot-1"])
        assert (*refusal(few), few.body["quorum"]) == (409, "no_quorum", 3)
        assert refusal(put(held_on=day(ago=-1))) == (422, "malformed")
        assert refusal(put(held_on=day(ago=40))) == (409, "meeting_before_referral")
        assert put(present=[]).status == 422
        assert put(reference="We met the family").status == 422
        assert put(chair="nurse-1").status == 422
        for by in ("senior", "junior"):
            refused = meeting_only.decided(made, "accepted", by, meeting=meeting())
            assert refusal(refused) == (403, "not_yours_to_decide")
        assert put().status == 201

    async def test_beside_a_manager_it_is_by_whether_one_is_named(self, client: Client) -> None:
        both = Team.ruled(client, "both-cmht", routes=["manager", "meeting"], meeting_quorum=2)
        made = both.referral()
        assert both.decided(made, "accepted", "nurse").code == "not_yours_to_decide"
        pair = meeting(present=["nurse-1", "ot-1"])
        met = both.decided(made, "waiting_list", "nurse", meeting=pair)
        assert met.body["decisions"][0]["route"] == "meeting"
        alone = both.decided(met, "accepted")
        assert alone.body["decisions"][1]["route"] == "manager"


class TestAWorker:
    async def test_accepts_someone_for_themselves(self, own_referrals: Team) -> None:
        made = own_referrals.referral()
        done = own_referrals.decided(made, "accepted", "senior", rationale="I can begin Monday.")
        assert (done.status, done.body["status"]) == (201, "accepted"), done.body
        [decision] = done.body["decisions"]
        assert (decision["route"], decision["policy_version"]) == ("worker", 2)
        assert decision["by"]["staff_id"] == own_referrals["senior"]

    async def test_only_at_the_level_and_the_priority_of_the_policy(
        self, own_referrals: Team
    ) -> None:
        made, urgent = own_referrals.referral(), own_referrals.referral(urgency="urgent")
        refused = [
            own_referrals.decided(made, "accepted", "junior"),
            own_referrals.decided(urgent, "accepted", "senior"),
            own_referrals.decided(urgent, "accepted", "senior", priority="routine"),
            own_referrals.decided(made, "accepted", "senior", meeting=meeting()),
            *(
                own_referrals.decided(made, outcome, "senior", **said)
                for outcome, said, _ in OUTCOMES[1:]
            ),
        ]
        assert {refusal(each) for each in refused} == {(403, "not_yours_to_decide")}
        south = own_referrals.decided(made, "accepted", "str-worker-9")
        assert refusal(south) == (403, "no_relationship")
        assert own_referrals.decided(urgent, "accepted").status == 201, "the manager still may"

    async def test_as_soon_as_the_register_has_their_level(self, client: Client) -> None:
        team = Team.ruled(client, "raise-cmht", routes=["manager", "worker"])
        made = team.referral()
        assert team.decided(made, "accepted", "junior").code == "not_yours_to_decide"
        raised = client.put_worker(
            team["junior"], team["manager"], teams=[team.id], level="senior", if_match='"1"'
        )
        assert raised.status == 200, raised.body
        assert team.decided(made, "accepted", "junior").status == 201


class TestAssessments:
    async def test_come_first_where_the_policy_says_so(self, assessed: Team) -> None:
        made = assessed.referral()
        for outcome in ("accepted", "waiting_list"):
            assert refusal(assessed.decided(made, outcome)) == (409, "assessment_required")
        asked = assessed.on(
            made, "assessments", "manager",
            assessor_id=assessed["senior"], due_on=day(ago=-7), reason="Lives alone.",
        )  # fmt: skip
        assert (asked.status, asked.body["status"]) == (201, "assessing"), asked.body
        assert refusal(assessed.decided(asked, "accepted")) == (409, "assessment_open")
        again = assessed.on(asked, "assessments", "nurse")
        assert refusal(again) == (409, "assessment_open")
        found = assessed.on(
            asked, "assessments", "senior",
            findings="Two visits.", recommends="accepted", complexity="complex",
        )  # fmt: skip
        assert (found.status, found.body["status"]) == (201, "received"), found.body
        [assessment] = found.body["assessments"]
        assert assessment["assessor_id"] == assessed["senior"]
        assert assessment["completed_by"]["staff_id"] == assessed["senior"]
        assert (assessment["findings"], assessment["recommends"]) == ("Two visits.", "accepted")
        assert found.body["complexity"] == "complex"
        done = assessed.decided(found, "accepted")
        assert (done.status, done.body["status"]) == (201, "accepted")

    @pytest.mark.parametrize(("outcome", "said", "status"), OUTCOMES[2:])
    async def test_but_not_before_the_rest(
        self, assessed: Team, outcome: str, said: dict[str, Any], status: str
    ) -> None:
        asked = assessed.on(assessed.referral(), "assessments", "manager")
        done = assessed.decided(asked, outcome, **said)
        assert (done.status, done.body["status"]) == (201, status)
        lapsed = done.body["assessments"][0]["lapsed_at"]
        assert (lapsed is None) == (outcome == "more_information")

    @pytest.mark.parametrize("by", ["manager", "coordinator", "nurse", "senior"])
    async def test_are_by_more_experienced_staff(self, gatekeeper: Team, by: str) -> None:
        made = gatekeeper.referral()
        assert refusal(gatekeeper.on(made, "assessments", "junior")) == (403, "not_senior")
        at_once = gatekeeper.on(made, "assessments", by, findings="Known well.")
        assert (at_once.status, at_once.body["status"]) == (201, "received"), at_once.body
        assert at_once.body["assessments"][0]["requested_by"] is None
        asked = gatekeeper.on(at_once, "assessments", by)
        assert (asked.status, asked.body["status"]) == (201, "assessing")

    async def test_what_is_refused(self, gatekeeper: Team) -> None:
        made = gatekeeper.referral()
        nobody = gatekeeper.on(made, "assessments", "manager", assessor_id="nobody-1")
        assert refusal(nobody) == (409, "worker_not_registered")
        for wrong in (
            {"due_on": day(ago=1)},
            {"recommends": "accepted"},
            {"findings": "Two visits.", "due_on": day(ago=-1)},
        ):
            assert gatekeeper.on(made, "assessments", "manager", **wrong).status == 422, wrong
        accepted = gatekeeper.decided(made, "accepted")
        asked = gatekeeper.on(accepted, "assessments", "nurse")
        assert refusal(asked) == (409, "already_decided")
        late = gatekeeper.on(accepted, "assessments", "nurse", findings="Known well.")
        assert (late.status, late.body["status"]) == (201, "accepted"), "what was found is kept"
        outsider = gatekeeper.on(accepted, "assessments", "nurse-9", findings="Known well.")
        assert refusal(outsider) == (403, "no_relationship")

    async def test_of_someone_who_waits_give_them_back_their_place(self, gatekeeper: Team) -> None:
        asked = gatekeeper.on(gatekeeper.listed(), "assessments", "nurse")
        assert asked.body["status"] == "assessing"
        found = gatekeeper.on(asked, "assessments", "nurse", findings="As before.")
        assert found.body["status"] == "waiting"
