"""Plans: registered and reviewed with their goals, and what notes makes of the tasks in them."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.client import Answer, Client, Json, day
from tests.support.moving import MovableClock
from tests.support.supporting import PROMPT, kept, on_kept, planned, read, where
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
DID = {**PROMPT, "class": "delegated_task"}


@pytest.fixture
def someone(client: Client) -> str:
    return client.service_user()


@pytest.fixture
def competent(client: Client) -> str:
    """A worker who is signed off for all they do, so that only a plan may be wanting. One whose
    notes lacked something is not asked about again at once, so each test has one of its own."""
    return signed_off(client, f"worker-{uuid4()}")


def signed_off(client: Client, staff_id: str) -> str:
    client.tokens[staff_id] = signed(client, sub=staff_id, teams=[], exp=2_000_000_000)
    assert client.put_worker(staff_id).status == 201
    for activity in ("record_keeping", "prompt"):
        assert client.signed_off(staff_id, activity=activity).status == 201
    return staff_id


def prompted(client: Client, person: str, authority: str | None, by: str, **more: Any) -> Answer:
    """A note of a prompt, and what is said to have allowed it."""
    note = client.note(person, by, boundary_activities=[{**DID, "authority": authority}], **more)
    assert note.status == 201, note.body
    return note


async def test_a_plan_is_registered_with_its_goals(client: Client, someone: str) -> None:
    said: Json = {
        "kind": "wrap",
        "reference": "WRAP-1",
        "tasks": [{"boundary": "medication", "task": " Prompt  when asked "}],
        "valid_from": day(ago=10),
        "valid_to": day(ago=-300),
        "review_due": day(ago=-90),
        "carer_involved": True,
        "agreed_with": ["Service user", "A sister"],
        "own_words": "I want to keep my flat.",
    }
    goals = [{"goal": "Pay the rent on time", "need": "housing"}, {"goal": "Cook for myself"}]
    made = kept(client, someone, "plans", "nurse-1", **said, goals=goals)
    assert made.status == 201, made.body
    assert made.headers["location"] == f"{where(someone, 'plans')}/{made.body['id']}"
    assert made.etag == '"1"'
    tasks = [{"boundary": "medication", "task": "prompt_when_asked"}]
    assert {**made.body, **said} == {**made.body, "tasks": said["tasks"]}
    assert made.body["tasks"] == tasks
    assert made.body["recorded_by"]["registration"]["body"] == "NMC"
    assert [each["goal"] for each in made.body["goals"]] == [each["goal"] for each in goals]
    assert {each["plan_id"] for each in made.body["goals"]} == {made.body["id"]}

    later = kept(client, someone, "goals", "str-worker-1", goal="Swim", plan_id=made.body["id"])
    assert later.status == 201, later.body
    whole = read(client, made, "plans", "str-worker-1")
    assert whole.body == {**made.body, "goals": [*made.body["goals"], later.body]}
    listed = client.get("referrals", where(someone, "plans"), "nurse-1").body["items"]
    assert listed == [{name: made.body[name] for name in made.body if name != "goals"}]
    assert len(client.get("referrals", where(someone, "goals"), "nurse-1").body["items"]) == 3


async def test_the_same_request_again_is_answered_as_it_was(client: Client, someone: str) -> None:
    said: Json = {"key": f"plan-{someone}", "goals": [{"goal": "Cook"}], "reference": "CP-1"}
    made = kept(client, someone, "plans", **said)
    [goal] = made.body["goals"]
    path = f"{where(someone, 'goals')}/{goal['id']}/progress"
    body = {"progress": "achieved"}
    assert client.post("referrals", path, "nurse-1", body, if_match='"1"').status == 201
    again = kept(client, someone, "plans", **said)
    assert (again.status, again.body) == (201, made.body)
    assert again.headers["idempotency-replayed"] == "true"


async def test_reviews(client: Client, someone: str) -> None:
    made = kept(client, someone, "plans", reference="CP-1", tasks=[PROMPT], goals=[{"goal": "x"}])
    assert (
        on_kept(client, made, "plans", "reviews", outcome="continued", if_match=None).status == 428
    )
    assert (
        on_kept(client, made, "plans", "reviews", outcome="continued", if_match='"9"').status == 412
    )
    on = on_kept(
        client, made, "plans", "reviews", outcome="continued", findings="Well.",
        review_due=day(ago=-90),
    )  # fmt: skip
    assert (on.status, on.etag) == (201, '"2"')
    assert on.body["review_due"] == day(ago=-90)
    assert on.body["goals"] == made.body["goals"]
    changed = on_kept(client, on, "plans", "reviews", "manager-1", outcome="changed", tasks=[])
    assert changed.body["tasks"] == []
    terms = ("reference", "tasks", "valid_from", "valid_to", "review_due", "carer_involved")
    said = [
        {name: each[name] for name in (*terms, "agreed_with", "own_words")}
        for each in (made.body, on.body)
    ]
    assert [each["before"] for each in changed.body["reviews"]] == said, "nothing is overwritten"
    never = on_kept(client, changed, "plans", "reviews", outcome="changed", valid_to=day(ago=99))
    assert (never.status, never.code) == (409, "plan_never_valid")
    ended = on_kept(client, changed, "plans", "reviews", "ehr-1", outcome="ended")
    assert (ended.body["ended"], ended.body["valid_to"]) == (True, day())
    assert [each["outcome"] for each in ended.body["reviews"]] == ["continued", "changed", "ended"]
    assert read(client, made, "plans").body == ended.body
    path = f"{where(someone, 'plans')}/{made.body['id']}/history"
    told = client.get("referrals", path, "coordinator-1").body["items"]
    assert [(each["version"], each["changes"]) for each in told] == [
        (1, []), (2, ["review_due"]), (3, ["tasks"]), (4, ["review_due", "valid_to"]),
    ]  # fmt: skip
    twice = on_kept(client, ended, "plans", "reviews", outcome="continued")
    assert (twice.status, twice.code) == (409, "plan_ended")


async def test_no_two_plans_of_a_person_have_one_reference_on_one_day(
    client: Client, someone: str
) -> None:
    made = kept(client, someone, "plans", reference="CP-1", valid_to=day(ago=-10))
    assert made.status == 201
    for taken in (day(ago=40), day(), day(ago=-10)):
        other = kept(client, someone, "plans", reference="cp-1", valid_from=taken)
        assert (other.status, other.code) == (409, "reference_taken"), taken
    assert kept(client, client.service_user(), "plans", reference="CP-1").status == 201
    assert kept(client, someone, "plans").status == 201
    assert kept(client, someone, "plans").status == 201, "those without one don't meet"
    before = kept(
        client, someone, "plans", reference="CP-1", valid_from=day(ago=90), valid_to=day(ago=31)
    )
    assert before.status == 201, before.body
    follows = kept(client, someone, "plans", reference="CP-1", valid_from=day(ago=-11))
    assert follows.status == 201, follows.body
    longer = on_kept(client, made, "plans", "reviews", outcome="changed", valid_to=None)
    assert (longer.status, longer.code) == (409, "reference_taken")
    never = on_kept(client, follows, "plans", "reviews", outcome="ended")
    assert (never.status, never.body["valid_to"]) == (201, day()), "it never was valid"
    assert on_kept(client, made, "plans", "reviews", outcome="changed", valid_to=None).status == 201


BAD: list[Json] = [
    {"kind": "plan"},
    {"reference": "of Mrs X"},
    {"reference": "x" * 41},
    {"valid_from": "yesterday"},
    {"valid_from": 1700000000},
    {"valid_from": "2026-11-01T10:00:00Z"},
    {"valid_to": day(ago=31)},
    {"review_due": day()},
    {"tasks": [{"boundary": "medication"}]},
    {"tasks": [{"boundary": "cooking", "task": "prompt"}]},
    {"tasks": [{"boundary": "medication", "task": "x" * 81}]},
    {"tasks": [{"boundary": "medication", "task": "(all)"}]},
    {"agreed_with": "Service user"},
    {"carer_involved": "yes"},
    {"goals": [{"need": "housing"}]},
    {"goals": [{"goal": "x", "plan_id": "x"}]},
    {"service_user_id": "x"},
]


@pytest.mark.parametrize("bad", BAD)
async def test_a_plan_that_is_malformed(client: Client, person: str, bad: Json) -> None:
    refused = kept(client, person, "plans", **bad)
    assert (refused.status, refused.code) == (422, "malformed"), refused.body


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"outcome": "finished"},
        {"outcome": "continued", "tasks": []},
        {"outcome": "changed"},
        {"outcome": "changed", "findings": "Well.", "review_due": day(ago=-9)},
        {"outcome": "ended", "review_due": day(ago=-9)},
        {"outcome": "ended", "valid_to": day(ago=-1)},
        {"outcome": "continued", "review_due": day()},
        {"outcome": "changed", "valid_from": None},
    ],
)
async def test_a_review_that_is_malformed(client: Client, person: str, bad: Json) -> None:
    made = kept(client, person, "plans")
    refused = on_kept(client, made, "plans", "reviews", **bad)
    assert (refused.status, refused.code) == (422, "malformed"), refused.body
    assert read(client, made, "plans").etag == '"1"'


# --- what notes makes of it ----------------------------------------------------------------------


@pytest.mark.parametrize("spelt", ["CP-7", "  cp-7 ", "its id"])
async def test_a_task_that_a_plan_lists_asks_nothing(
    client: Client, someone: str, competent: str, spelt: str
) -> None:
    plan = planned(client, someone)
    note = prompted(client, someone, plan if spelt == "its id" else spelt, competent)
    assert note.body["outstanding"] == []
    assert note.body["status"] == "complete", note.body["countersignature"]


async def test_a_plan_that_does_not_say_so_is_no_authority(
    client: Client, someone: str, competent: str
) -> None:
    other = planned(client, client.service_user(), "CP-9")
    planned(client, someone, "CP-1", tasks=[{"boundary": "medication", "task": "administer"}])
    planned(client, someone, "CP-2", valid_from=day(ago=400), valid_to=day(ago=300))
    planned(client, someone, "CP-3", valid_from=day(ago=-1))
    for named in ("CP-1", "CP-2", "CP-3", "CP-9", other, "the plan", None):
        note = prompted(client, someone, named, competent)
        assert note.body["outstanding"] == ["boundary_authority"], named
        assert note.body["countersignature"]["reasons"] == ["outside_role"], named
        path = f"/v1/boundary-queries?note_id={note.body['id']}&team_id=north-cmht"
        [query] = client.get("notes", path, "manager-1").body["items"]
        assert query["activities"] == [{"boundary": "medication", "why": "authority_missing"}]


async def test_it_is_the_day_of_the_contact_that_counts(
    client: Client, someone: str, competent: str
) -> None:
    """Written today, of a day on which the plan held or didn't."""
    made = kept(client, someone, "plans", reference="CP-7", tasks=[PROMPT])
    assert prompted(client, someone, "CP-7", competent).body["outstanding"] == []
    ended = on_kept(client, made, "plans", "reviews", outcome="ended", valid_to=day(ago=2))
    assert ended.status == 201, ended.body

    def asked(days: int) -> list[str]:
        late: Json = {"late_entry_reason": "Was off sick.", "recorded_from": "paper"}
        note = prompted(
            client, someone, "CP-7", competent, occurred_at=f"{day(ago=days)}T10:00:00Z", **late
        )
        return list(note.body["outstanding"])

    await until(lambda: asked(1) == ["boundary_authority"])
    assert asked(2) == []
    assert asked(31) == ["boundary_authority"]


async def test_a_review_that_takes_a_task_away(
    client: Client, someone: str, competent: str
) -> None:
    made = kept(client, someone, "plans", reference="CP-7", tasks=[PROMPT])
    before = prompted(client, someone, "CP-7", competent)
    assert before.body["status"] == "complete"
    gone = on_kept(client, made, "plans", "reviews", outcome="changed", tasks=[])
    assert gone.status == 201

    def judged() -> bool:
        note = prompted(client, someone, "CP-7", competent)
        return bool(note.body["outstanding"] == ["boundary_authority"])

    await until(judged)
    # What an amendment leaves as it was isn't judged again; what it changes is.
    same = client.amended(before, competent, narrative="Reminded him twice.")
    assert (same.body["status"], same.body["outstanding"]) == ("complete", [])
    again = [{**DID, "authority": "CP-7", "task": "Prompt"}]
    changed = client.amended(same, competent, boundary_activities=again)
    assert changed.body["outstanding"] == ["boundary_authority"]
    path = f"/v1/boundary-queries?note_id={before.body['id']}&team_id=north-cmht"
    assert len(client.get("notes", path, "manager-1").body["items"]) == 1


async def test_a_plan_that_an_amendment_names_is_no_longer_asked_for(
    client: Client, someone: str, competent: str
) -> None:
    note = prompted(client, someone, None, competent)
    planned(client, someone, "CP-7")
    colleague = signed_off(client, f"worker-{uuid4()}")
    assert prompted(client, someone, "CP-7", colleague).body["outstanding"] == [], "it is known"
    named = client.amended(note, competent, boundary_activities=[{**DID, "authority": "CP-7"}])
    assert (named.body["outstanding"], named.body["status"]) == ([], "complete")
    unnamed = client.amended(named, competent, boundary_activities=[DID])
    assert unnamed.body["outstanding"] == ["boundary_authority"]
    path = f"/v1/boundary-queries?note_id={note.body['id']}&team_id=north-cmht"
    assert len(client.get("notes", path, "manager-1").body["items"]) == 2


async def test_a_nurse_needs_no_plan(client: Client, someone: str) -> None:
    assert prompted(client, someone, "CP-7", "nurse-1").body["status"] == "complete"


async def test_whose_review_is_due_stays_so_as_days_pass(
    moving: tuple[Client, MovableClock],
) -> None:
    """By the clock of the service: a day to come is no longer one when it has come."""
    client, clock = moving
    someone = client.service_user()
    made = kept(client, someone, "plans", review_due=day(ago=-5))
    assert made.status == 201, made.body
    with clock.moved(days=6):
        past = kept(client, someone, "plans", review_due=day(ago=-5))
        assert (past.status, past.code) == (422, "malformed")
        on = on_kept(client, made, "plans", "reviews", outcome="continued")
        assert (on.status, on.body["review_due"]) == (201, None)
