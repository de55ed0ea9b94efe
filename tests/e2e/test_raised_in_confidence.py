"""Who raised an issue is told to whom policy says, in supervision, and nowhere else (HB 5.23)."""

import pytest

from tests.support.client import Answer, Client, Json
from tests.support.issues import ISSUES, on_issue, raised, seen, staff
from tests.support.supervision_policies import put
from tests.support.tokens import manager
from tests.support.wait import until

pytestmark = pytest.mark.anyio
EVENTS = "/v1/audit/events"
WHO_ASKS = ("auditor-1", "ig-lead-1")


def done(answer: Answer) -> Answer:
    assert answer.status == 201, answer.body
    return answer


async def told_of(client: Client, team_id: str, last: str) -> dict[str, list[Json]]:
    """All that the ledger tells of a team to each who may ask it, once it has the `last`."""

    def events(by: str) -> list[Json]:
        return client.every("audit", f"{EVENTS}?team_id={team_id}&order=asc", by)

    await until(lambda: last in [each["type"] for each in events("ig-lead-1")])
    return {by: events(by) for by in WHO_ASKS}


@pytest.mark.parametrize("named", [True, False])
async def test_the_ledger_names_whoever_raised_it_to_nobody(client: Client, named: bool) -> None:
    team_id = f"unnamed-{named}-cmht".lower()
    worker, lead = staff(client, team_id), manager(client, f"{team_id}-manager", team_id)
    rules = {"issues_name_raiser": named, "answer_issues_within_days": 9}
    assert put(client, team_id, lead, **rules).status == 201
    made = done(raised(client, worker, key="raise-once"))
    assert raised(client, worker, key="raise-once").body == made.body
    assert made.body["raised_by"] == worker
    for path in (f"{ISSUES}/{made.body['id']}", f"{ISSUES}?mine=true&team_id={team_id}"):
        assert client.get("supervision", path, worker).status == 200
    assert seen(client, made, worker).body["yours"]
    [mine] = client.every("supervision", f"{ISSUES}?mine=true", worker)
    assert mine["raised_by"] == worker
    of_lead = seen(client, made, lead).body
    assert (of_lead["raised_by"], of_lead["yours"]) == (worker if named else None, False)
    done(on_issue(client, made, "responses", lead, answer="From January."))
    answered = seen(client, made, lead)
    done(on_issue(client, answered, "closures", worker, outcome="withdrawn", reason="Settled."))

    for by, events in (await told_of(client, team_id, "issue-closed")).items():
        assert worker not in str(events), by
        types = {each["type"]: each for each in events}
        for name in ("issue-raised", "issue-closed"):
            assert types[name]["actor"]["staff_id"] == "withheld"
            assert types[name]["content_state"] == "confidential"
            one = client.get("audit", f"{EVENTS}/{types[name]['event_id']}", by).body
            assert one["actor"]["staff_id"] == "withheld"
            assert worker not in str(one)
        looks = [each for each in events if each["type"] == "record-read"]
        whose = [each["actor"]["staff_id"] for each in looks]
        assert (whose.count("withheld"), whose.count(lead)) == (3, 2), "each look is on record"
        of_it = client.every("audit", f"{EVENTS}?resource_id={made.body['id']}", by)
        assert {each["type"] for each in of_it} >= {"issue-raised", "record-read"}
        assert worker not in str(of_it)
        assert client.every("audit", f"{EVENTS}?actor_id={worker}", by) == []


async def test_nor_once_they_are_in_another_team(client: Client) -> None:
    """They alone may still read it there, so that they did would tell."""
    team_id = "unnamed-left-cmht"
    worker, lead = staff(client, team_id), manager(client, f"{team_id}-manager", team_id)
    registered = client.put_worker(worker, teams=[team_id], by=lead)
    assert registered.status == 201, registered.body
    made = done(raised(client, worker))
    moved = client.put_worker(worker, "ehr-1", teams=["elsewhere-cmht"], if_match=registered.etag)
    assert moved.status == 200, moved.body
    assert seen(client, made, worker).body["yours"]
    done(on_issue(client, made, "closures", worker, reason="I have left that team."))
    for by, events in (await told_of(client, team_id, "issue-closed")).items():
        of_it = [each for each in events if each["type"] in ("record-read", "issue-closed")]
        assert [each["actor"]["staff_id"] for each in of_it] == ["withheld"] * 2
        assert client.every("audit", f"{EVENTS}?actor_id={worker}", by) == []


async def test_a_manager_who_raises_one_is_named_in_their_answers_alone(client: Client) -> None:
    team_id = "unnamed-manager-cmht"
    lead = manager(client, f"{team_id}-manager", team_id)
    made = done(raised(client, lead))
    answered = done(on_issue(client, made, "responses", lead, answer="I'll see to it."))
    [answer] = answered.body["answers"]
    assert answer["by"]["staff_id"] == lead
    closed = done(on_issue(client, answered, "closures", lead, reason="Seen to.")).body["closed"]
    assert (closed["by_raiser"], closed["by"]) == (True, None)
    for events in (await told_of(client, team_id, "issue-closed")).values():
        by_type = {each["type"]: each["actor"]["staff_id"] for each in events}
        assert by_type == {
            "issue-raised": "withheld", "issue-answered": lead, "issue-closed": "withheld",
        }  # fmt: skip
