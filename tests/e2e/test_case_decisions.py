"""What is decided about a service user in supervision belongs in that person's record: read and
recorded as one reads a note, while the session stays with its two participants."""

import pytest

from tests.support.client import Answer, Client, Json
from tests.support.confiding import DECISIONS, decided, on_decision, recorded
from tests.support.stack import NMC
from tests.support.supervising import SESSIONS, agreed, introduced, scheduled
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM = "north-cmht"
WORKER, SUPERVISOR = "deciding-worker", "deciding-coordinator"
FAR, OUTSIDER = "deciding-far-worker", "deciding-far-supervisor"
SAID = "Two of us visit until the dog is kept away."


@pytest.fixture(scope="module")
def two(client: Client) -> Client:
    introduced(client, WORKER, "str_worker", TEAM)
    introduced(client, SUPERVISOR, "care_coordinator", TEAM, registrations=NMC)
    introduced(client, OUTSIDER, "supervisor", "far-cmht")
    introduced(client, FAR, "str_worker", "far-cmht")
    return client


@pytest.fixture
def session(two: Client) -> Answer:
    return recorded(two, WORKER, SUPERVISOR, agreed_by="manager-1")


def decision_of(client: Client, session: Answer, by: str = SUPERVISOR) -> Answer:
    [of_it] = session.body["case_decisions"]
    found = client.get("supervision", f"{DECISIONS}/{of_it['id']}", by)
    assert found.status == 200, found.body
    return found


def listed(client: Client, person: str, by: str, query: str = "") -> list[Json]:
    return client.every("supervision", f"{DECISIONS}?service_user_id={person}{query}", by)


async def in_the_timeline(client: Client, person: str, *types: str) -> list[Json]:
    found: list[Json] = []

    def there() -> bool:
        path = f"/v1/audit/service-users/{person}/timeline?limit=200"
        found[:] = client.every("audit", path, "auditor-1")
        return {*types} <= {each["type"] for each in found}

    await until(there)
    return found


def looks_at(client: Client, person: str) -> set[tuple[str, str]]:
    """By which operation the person's record was read, and on what basis."""
    path = f"/v1/audit/service-users/{person}/timeline?limit=200"
    events = client.every("audit", path, "auditor-1")
    looks = [each["content"] for each in events if each["type"] == "record-read"]
    return {(each["operation"], each["basis"]) for each in looks}


async def test_it_is_in_the_persons_record_and_the_session_says_only_that_it_is(
    two: Client, session: Answer
) -> None:
    person = two.service_user()
    after = decided(two, session, person, WORKER, decision=SAID)
    assert (after.status, after.etag) == (201, f'"{session.body["version"] + 1}"')
    [of_it] = after.body["case_decisions"]
    assert of_it == {"id": of_it["id"], "service_user_id": person}
    assert SAID not in str(after.body)

    shown = decision_of(two, after)
    assert (shown.body["decision"], shown.body["flags"]) == (SAID, [])
    assert shown.body["recorded_by"]["staff_id"] == WORKER
    assert [each["id"] for each in listed(two, person, "nurse-1")] == [of_it["id"]]

    events = await in_the_timeline(two, person, "case-decision-recorded", "record-read")
    await until(lambda: ("list_case_decisions", "team") in looks_at(two, person))
    [of_decision] = [each for each in events if each["type"] == "case-decision-recorded"]
    assert (of_decision["content_state"], of_decision["service_user_id"]) == ("shown", person)
    assert of_decision["content"]["decision"] == SAID
    assert not [each for each in events if each["type"].startswith("supervision-")]
    path = f"/v1/audit/events?resource_id={session.body['id']}&type=supervision-case-decided"
    [in_session] = two.every("audit", path, "ig-lead-1")
    assert in_session["content"] == {"case_decision_id": of_it["id"]}


async def test_it_is_read_as_a_note_is(two: Client, session: Answer) -> None:
    person = two.service_user()
    shown = decision_of(two, decided(two, session, person, SUPERVISOR))
    path = f"{DECISIONS}/{shown.body['id']}"
    asked = f"{DECISIONS}?service_user_id={person}"
    for where in (path, asked):
        refused = two.get("supervision", where, "nurse-9")
        assert (refused.status, refused.code) == (403, "no_relationship")
        assert two.get("supervision", where, "ehr-1").status == 200
    assert two.get("supervision", asked, "ig-lead-1").code == "role_not_permitted"
    [of_auditor] = listed(two, person, "auditor-1")
    assert (of_auditor["decision"], of_auditor["content_state"]) == (None, "confidential")

    two.restricted(person, named_staff=["nurse-1"], excluded_staff=["coordinator-1"])
    await until(lambda: two.get("supervision", path, "ot-1").status == 403)
    assert two.get("supervision", path, "nurse-1").status == 200
    assert two.get("supervision", path, SUPERVISOR).status == 200, "who wrote it"
    assert two.get("supervision", path, "coordinator-1").status == 403


async def test_a_decision_without_a_tie_or_after_a_death_is_flagged(two: Client) -> None:
    person = two.service_user(team_id="north-cmht", care_coordinator_id=None)
    two.patched(person, died_on="2026-01-05", reason="Told by the ward.")
    mine = recorded(two, FAR, OUTSIDER)
    shown = decision_of(two, decided(two, mine, person, OUTSIDER), OUTSIDER)
    assert shown.body["flags"] == ["no_relationship", "after_death"]
    assert [each["id"] for each in listed(two, person, OUTSIDER, f"&recorded_by={OUTSIDER}")] == [
        shown.body["id"]
    ]
    refused = two.get("supervision", f"{DECISIONS}?service_user_id={person}", OUTSIDER)
    assert refused.code == "no_relationship"


async def test_a_decision_is_refused(two: Client, session: Answer) -> None:
    person, nobody = two.service_user(), "01a00000-0000-7000-8000-000000000009"
    assert decided(two, session, person, "nurse-1").code == "confidential"
    assert decided(two, session, nobody, WORKER).code == "not_found"
    assert decided(two, session, person, WORKER, if_match='"1"').code == "version_changed"
    assert decided(two, session, person, WORKER, decision=" ").status == 422
    yet = scheduled(two, agreed(two, WORKER, SUPERVISOR, kind="mentoring", by="manager-1"))
    assert decided(two, yet, person, WORKER).code == "not_held_yet"
    assert two.get("supervision", f"{DECISIONS}/{nobody}", WORKER).status == 404
    assert two.get("supervision", DECISIONS, WORKER).status == 422


async def test_what_was_entered_in_error_is_struck_through(two: Client, session: Answer) -> None:
    person = two.service_user()
    shown = decision_of(two, decided(two, session, person, WORKER))
    said = {"kind": "entered_in_error", "reason": "We decided otherwise."}
    refused = on_decision(two, shown, SUPERVISOR, **said)
    assert (refused.status, refused.code) == (403, "tie_not_enough")
    back = on_decision(two, shown, WORKER, **said)
    assert (back.status, back.body["status"]) == (201, "entered_in_error")
    assert on_decision(two, back, WORKER, **said).code == "already_retracted"
    [seen] = listed(two, person, "nurse-1")
    assert (seen["decision"], seen["retracted"]["reason"]) == (
        "Visit in pairs.", "We decided otherwise.",
    )  # fmt: skip


async def test_what_is_about_somebody_else_is_hidden_from_all_but_who_recorded_it(
    two: Client, session: Answer
) -> None:
    person = two.service_user()
    shown = decision_of(two, decided(two, session, person, WORKER, decision=SAID), WORKER)
    back = on_decision(two, shown, WORKER, kind="wrong_person", reason="Another service user.")
    assert back.status == 201, back.body
    path = f"{DECISIONS}/{shown.body['id']}"
    for by in ("nurse-1", SUPERVISOR, "ehr-1"):
        left = two.get("supervision", path, by)
        assert (left.status, left.body["content_state"]) == (200, "confidential")
        assert (left.body["decision"], left.body["recorded_by"]) == (None, None)
        assert SAID not in str(left.body)
        assert listed(two, person, by) == []
    assert listed(two, person, "auditor-1") == []
    assert two.get("supervision", path, WORKER).body["decision"] == SAID
    assert len(listed(two, person, WORKER)) == 1


async def test_all_registrations_of_a_person_are_one_record(two: Client, session: Answer) -> None:
    one, other = two.service_user(), two.service_user()
    shown = decision_of(two, decided(two, session, other, WORKER))
    tag = two.get("referrals", f"/v1/service-users/{other}", "manager-1").etag
    merged = two.post(
        "referrals", f"/v1/service-users/{other}/merges", "manager-1",
        {"into": one, "reason": "Registered twice."}, if_match=tag,
    )  # fmt: skip
    assert merged.status == 201, merged.body
    await until(lambda: len(listed(two, one, "nurse-1")) == 1)
    assert listed(two, one, "nurse-1")[0]["id"] == shown.body["id"]


async def test_systems_are_told_of_it_and_of_supervision_that_it_happened(
    two: Client, session: Answer
) -> None:
    feed = "/v1/feeds/supervision?wait=0&limit=200&types={}"
    person = two.service_user()
    decided(two, session, person, WORKER, decision=SAID)

    def fed(type: str) -> list[Json]:
        found: list[Json] = []
        cursor = ""
        while True:
            page = two.get("supervision", feed.format(type) + cursor, "ehr-1").body
            if not page["items"]:
                return found
            found += page["items"]
            cursor = f"&after={page['next_cursor']}"

    await until(lambda: person in str(fed("case-decision-recorded")))
    [item] = [each for each in fed("case-decision-recorded") if each["subject"] == person]
    assert (item["contentstate"], item["data"]["decision"]) == ("shown", SAID)
    held = fed("supervision-held")
    assert {each["contentstate"] for each in held} == {"confidential"}
    assert {each["data"] for each in held} == {None}


async def test_the_person_is_not_named_where_the_session_is_listed(
    two: Client, session: Answer
) -> None:
    person = two.service_user()
    decided(two, session, person, WORKER)
    for by, query in ((WORKER, ""), ("ig-lead-1", f"?worker_id={WORKER}")):
        listed_so = two.get("supervision", f"{SESSIONS}{query}", by)
        assert person not in str(listed_so.body)
