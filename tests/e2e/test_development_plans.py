"""Development plans: drawn up together, gone on with, and read by those whom they are for."""

from collections.abc import Iterator

import pytest

from tests.support.client import Client, Json, day
from tests.support.developing import PLANS, on_plan, planned, progress, reviewed
from tests.support.supervising import agreed, introduced, on_agreement
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM = "planned-cmht"
WORKER, OTHER, BOSS, MANAGER, GUIDE, STRANGER = (
    "planned-1", "planned-2", "planning-boss", "planning-manager", "planning-guide",
    "planning-stranger",
)  # fmt: skip


@pytest.fixture(scope="module")
def team(client: Client) -> Client:
    introduced(client, MANAGER, "team_manager", TEAM)
    introduced(client, BOSS, "team_manager", "another-planned-cmht")
    introduced(client, GUIDE, "supervisor", TEAM)
    introduced(client, STRANGER, "registered_practitioner", TEAM)
    for worker in (WORKER, OTHER):
        introduced(client, worker, "str_worker", TEAM, line_manager_id=BOSS)
    return client


@pytest.fixture
def fresh(team: Client) -> Iterator[Client]:
    """Afterwards no plan of the worker's goes on."""
    yield team
    path = f"{PLANS}?worker_id={WORKER}&status=current"
    for plan in team.get("supervision", path, WORKER).body["items"]:
        shown = team.get("supervision", f"{PLANS}/{plan['id']}", WORKER)
        assert reviewed(team, shown, WORKER).status == 201


async def test_a_plan_is_drawn_up_gone_on_with_and_ended(fresh: Client) -> None:
    made = planned(fresh, WORKER, BOSS)
    assert made.status == 201, made.body
    assert made.headers["location"] == f"{PLANS}/{made.body['id']}"
    assert (made.body["team_id"], made.body["status"], made.etag) == (TEAM, "current", '"1"')
    more = on_plan(fresh, made, "objectives", WORKER, objective="Speak at a meeting.")
    assert [each["status"] for each in more.body["objectives"]] == ["open", "open"]
    met = progress(fresh, more, WORKER)
    assert met.body["objectives"][0]["status"] == "met"
    assert met.body["objectives"][0]["progress"][0]["progress"] == "Led two."
    on = day(ago=-30)
    goes_on = reviewed(fresh, met, BOSS, outcome="continues", review_on=on)
    assert (goes_on.body["review_on"], goes_on.body["status"]) == (on, "current")
    ended = reviewed(fresh, goes_on, WORKER)
    assert (ended.body["review_on"], ended.body["status"], ended.etag) == (None, "ended", '"5"')
    assert [each["outcome"] for each in ended.body["reviews"]] == ["continues", "ended"]
    assert progress(fresh, ended, WORKER).code == "plan_ended"
    assert fresh.get("supervision", f"{PLANS}/{made.body['id']}", BOSS).body == ended.body


async def test_one_goes_on_at_a_time_and_another_begins_when_it_has_ended(fresh: Client) -> None:
    first = planned(fresh, WORKER, key="the one plan")
    assert first.status == 201, first.body
    assert planned(fresh, WORKER, BOSS).code == "plan_in_force"
    again = planned(fresh, WORKER, key="the one plan")
    assert (again.status, again.body) == (201, first.body)
    assert reviewed(fresh, first, WORKER).status == 201
    assert planned(fresh, WORKER, BOSS).status == 201


async def test_it_draws_together_training_and_supervision(fresh: Client) -> None:
    agreement = agreed(fresh, WORKER, GUIDE, by=MANAGER)
    assert agreement.status == 201, agreement.body
    links = {"courses": ["medicines", "first_aid"], "agreement_ids": [agreement.body["id"]]}
    made = planned(fresh, WORKER, objectives=[{"objective": "Work alone.", **links}])
    assert made.status == 201, made.body
    [objective] = made.body["objectives"]
    assert [each["trained"] for each in objective["courses"]] == [False, False]
    assert fresh.trained(WORKER, MANAGER, course="medicines").status == 201
    seen = fresh.get("supervision", f"{PLANS}/{made.body['id']}", WORKER)
    [objective] = seen.body["objectives"]
    assert objective["courses"][0] == {
        "course": "medicines", "completed_on": day(ago=30), "expires_on": None, "trained": True,
    }  # fmt: skip
    assert objective["agreements"] == [
        {
            "id": agreement.body["id"], "kind": "developmental", "supervisor_id": GUIDE,
            "interval_weeks": 6, "ended_on": None,
        }
    ]  # fmt: skip
    assert seen.etag == made.etag, "the plan itself is as it was"
    ended = on_agreement(fresh, agreement, "endings", GUIDE, reason="Enough.")
    assert ended.status == 201
    seen = fresh.get("supervision", f"{PLANS}/{made.body['id']}", WORKER)
    assert seen.body["objectives"][0]["agreements"][0]["ended_on"] == day()


async def test_only_the_worker_s_own_agreements_are_linked(fresh: Client) -> None:
    others = agreed(fresh, OTHER, GUIDE, kind="mentoring", by=MANAGER).body["id"]
    more = {"objective": "y", "agreement_ids": [others]}
    refused = planned(fresh, WORKER, objectives=[{"objective": "x"}, more])
    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == "#/objectives/1/agreement_ids"
    made = planned(fresh, WORKER)
    assert on_plan(fresh, made, "objectives", WORKER, **more).status == 422


async def test_words_are_for_those_who_take_part(fresh: Client) -> None:
    agreement = agreed(fresh, WORKER, GUIDE, kind="clinical", by=MANAGER)
    made = planned(fresh, WORKER, MANAGER)
    unaccepted = fresh.get("supervision", f"{PLANS}/{made.body['id']}", GUIDE)
    assert unaccepted.code == "confidential", "nobody is made a supervisor but by the worker"
    agreement = on_agreement(fresh, agreement, "acceptances", WORKER)
    assert made.status == 201, "a manager of the team draws one up too"
    path = f"{PLANS}/{made.body['id']}"
    for reader in (WORKER, BOSS, GUIDE):
        assert fresh.get("supervision", path, reader).body["content_state"] == "shown", reader
    for reader in (MANAGER, STRANGER, OTHER, "auditor-1", "ig-lead-1"):
        assert fresh.get("supervision", path, reader).code == "confidential", reader
    for by in (MANAGER, STRANGER, OTHER):
        assert progress(fresh, made, by).code == "not_yours", by
    for by in (STRANGER, OTHER):
        assert planned(fresh, WORKER, by).code == "not_yours", by
    assert on_agreement(fresh, agreement, "endings", GUIDE, reason="Over.").status == 201
    assert fresh.get("supervision", path, GUIDE).status == 200, "through the day on which it ended"


async def test_nobody_reads_by_naming_themselves_supervisor(fresh: Client) -> None:
    made = planned(fresh, WORKER)
    path = f"{PLANS}/{made.body['id']}"
    alone = introduced(fresh, "planning-alone", "supervisor", TEAM)
    agreement = agreed(fresh, WORKER, alone, kind="mentoring")
    assert agreement.status == 201, agreement.body
    assert fresh.get("supervision", path, alone).code == "confidential"
    accepted = on_agreement(fresh, agreement, "acceptances", WORKER)
    assert accepted.status == 201, accepted.body
    assert fresh.get("supervision", path, alone).status == 200


async def test_lists_show_words_where_one_takes_part_and_else_that_there_is_one(
    fresh: Client,
) -> None:
    made = planned(fresh, WORKER, review_on=day(ago=-5))

    def listed(query: str, by: str) -> list[tuple[str, str]]:
        items = fresh.every("supervision", f"{PLANS}?limit=1&status=current&{query}", by)
        return [(each["id"], each["content_state"]) for each in items]

    own = [(made.body["id"], "shown")]
    known = [(made.body["id"], "confidential")]
    assert listed("", WORKER) == own
    assert listed(f"worker_id={WORKER}", BOSS) == own
    assert listed(f"worker_id={WORKER}", MANAGER) == known
    assert listed(f"team_id={TEAM}", MANAGER) == known
    assert listed(f"team_id={TEAM}&review_due_before={day(ago=-6)}", MANAGER) == known
    assert listed(f"team_id={TEAM}&review_due_before={day(ago=-5)}", MANAGER) == []
    for query in (f"worker_id={WORKER}", f"team_id={TEAM}"):
        assert listed(query, "ig-lead-1") == known
        assert listed(f"team_id={TEAM}&{query}", "auditor-1") == known
    outline = fresh.get("supervision", f"{PLANS}?team_id={TEAM}", MANAGER)
    assert "Lead a group" not in str(outline.body)
    refused = fresh.get("supervision", f"{PLANS}?worker_id={WORKER}", STRANGER)
    assert refused.code == "confidential"
    for by in (BOSS, GUIDE, WORKER):
        refused = fresh.get("supervision", f"{PLANS}?team_id={TEAM}", by)
        assert refused.code == "not_your_team", by


async def test_each_look_at_its_words_is_on_the_record(fresh: Client) -> None:
    made = planned(fresh, WORKER)
    id_, resource = made.body["id"], f"development-plan/{made.body['id']}"
    fresh.get("supervision", f"{PLANS}?worker_id={WORKER}", BOSS)
    fresh.get("supervision", f"{PLANS}?team_id={TEAM}", MANAGER)
    for by in (WORKER, BOSS, STRANGER):
        fresh.get("supervision", f"{PLANS}/{id_}", by)

    def events(type: str, operation: str, by: str) -> list[Json]:
        asked = f"/v1/audit/events?actor_id={by}&type={type}&limit=200"
        found = (each["content"] for each in fresh.every("audit", asked, "ig-lead-1"))
        return [each for each in found if each["operation"] == operation]

    def denied() -> list[Json]:
        found = events("access-denied", "read_development_plan", STRANGER)
        return [each for each in found if each["resource"] == resource]

    await until(lambda: [each["staff_id"] for each in denied()] == [WORKER])
    for by, basis in ((WORKER, "participant"), (BOSS, "line_management")):
        looks = events("record-read", "read_development_plan", by)
        [look] = [each for each in looks if each["resource"] == resource]
        assert (look["staff_ids"], look["basis"]) == ([WORKER], basis)
    assert events("record-read", "list_development_plans", BOSS)[0]["staff_ids"] == [WORKER]
    assert events("record-read", "list_development_plans", MANAGER) == []


async def test_whom_the_register_does_not_have_at_work_has_no_plan(fresh: Client) -> None:
    assert planned(fresh, "nobody-at-all", MANAGER).code == "worker_not_registered"
    left = introduced(fresh, "planned-left", "str_worker", TEAM)
    etag = fresh.get("supervision", f"/v1/workers/{left}", MANAGER).etag
    assert fresh.put_worker(
        left, "ehr-1", teams=[TEAM], status="left", if_match=etag
    ).status == 200  # fmt: skip
    assert planned(fresh, left, MANAGER).code == "worker_not_registered"
    assert planned(fresh, WORKER, team_id="another-planned-cmht").code == "not_their_team"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"review_on": day(ago=1)}, "#/review_on"),
        ({"objectives": []}, "#/objectives"),
        ({"objectives": [{"objective": "x", "by": day(ago=1)}]}, "#/objectives/0/by"),
        ({"objectives": [{"objective": "x", "courses": ["First aid"]}]}, None),
        ({"objectives": [{"objective": "x", "id": "1"}]}, None),
        ({"wishes": "more"}, "#/wishes"),
    ],
)
async def test_what_is_malformed_is_refused(
    fresh: Client, changes: Json, pointer: str | None
) -> None:
    refused = planned(fresh, WORKER, **changes)
    assert refused.code == "malformed"
    assert pointer in (None, refused.body["errors"][0]["pointer"])


async def test_a_review_says_when_the_next_one_is_or_ends_it(fresh: Client) -> None:
    made = planned(fresh, WORKER)
    assert reviewed(fresh, made, WORKER, outcome="continues").status == 422
    assert reviewed(fresh, made, WORKER, review_on=day(ago=-9)).status == 422
    past = {"outcome": "continues", "review_on": day(ago=1)}
    assert reviewed(fresh, made, WORKER, **past).status == 422
    assert on_plan(
        fresh, made, f"objectives/{made.body['id']}/progress", WORKER,
        status="met", progress="Of no objective.",
    ).status == 404  # fmt: skip
    assert reviewed(fresh, made, WORKER, if_match='"9"').status == 412
