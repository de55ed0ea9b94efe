"""Agreements of supervision and their sessions: who may, what is refused, and what it says."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.support.client import Answer, Client, day, entry, moment
from tests.support.supervising import (
    AGREEMENTS,
    agreed,
    held,
    introduced,
    on_agreement,
    on_session,
    record,
    scheduled,
    signed_by,
)
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM = "supervised-cmht"
WORKER, PEER, SUPERVISOR, OTHER = "supervised-1", "supervised-2", "supervising-1", "supervising-2"
MANAGER, LINE_MANAGER, OUTSIDER = "supervised-manager", "line-manager-1", "supervising-9"
TOLD = "Had a cold."


@pytest.fixture(scope="module")
def team(client: Client) -> Client:
    introduced(client, MANAGER, "team_manager", TEAM)
    introduced(client, LINE_MANAGER, "care_coordinator", "elsewhere-cmht")
    introduced(client, WORKER, "str_worker", TEAM, line_manager_id=LINE_MANAGER)
    introduced(client, PEER, "str_worker", TEAM)
    introduced(client, SUPERVISOR, "supervisor", TEAM)
    introduced(client, OTHER, "registered_practitioner", "elsewhere-cmht", employer="Another Trust")
    introduced(client, OUTSIDER, "supervisor", "elsewhere-cmht")
    return client


@pytest.fixture
def new(team: Client) -> str:
    """A worker of the team who has no agreement yet."""
    return introduced(team, f"supervised-{uuid4().hex[:8]}", "str_worker", TEAM)


def _refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.body


async def _in_the_ledger(client: Client, query: str, number: int) -> list[dict[str, Any]]:
    """So many events, as soon as they are there."""
    found: list[dict[str, Any]] = []

    def there() -> bool:
        found[:] = client.every("audit", f"/v1/audit/events?limit=200&{query}", "ig-lead-1")
        return len(found) >= number

    await until(there)
    assert len(found) == number
    return found


def _held(client: Client, worker_id: str, **said: Any) -> Answer:
    session = scheduled(client, agreed(client, worker_id, SUPERVISOR))
    recorded = held(client, session, **said)
    assert recorded.status == 201, recorded.body
    return recorded


async def test_a_session_from_agreement_to_both_signatures(team: Client, new: str) -> None:
    agreement = agreed(team, new, SUPERVISOR, further_limits="Told to the course tutor.")
    assert agreement.status == 201, agreement.body
    assert agreement.headers["location"] == f"/v1/supervision/agreements/{agreement.body['id']}"
    assert agreement.body["confidentiality"] == {
        "limits": ["risk_of_harm", "safeguarding", "misconduct", "law"],
        "further": "Told to the course tutor.",
    }
    assert agreement.body["team_id"] == TEAM
    assert agreement.body["accepted"].keys() == {"supervisor"}
    accepted = on_agreement(team, agreement, "acceptances", new)
    assert accepted.status == 201, accepted.body
    assert accepted.body["accepted"]["worker"]["by"]["staff_id"] == new

    session = scheduled(team, agreement)
    assert session.status == 201, session.body
    assert session.body["status"] == "scheduled"
    recorded = held(
        team,
        session,
        actions=[{"action": "Read the policy."}, {"action": "Ask.", "owner_id": SUPERVISOR}],
        themes=["Lone  Working"],
    )
    assert recorded.status == 201, recorded.body
    assert recorded.body["discussion"] == "Talked about working alone."
    assert [each["owner_id"] for each in recorded.body["actions"]] == [new, SUPERVISOR]
    assert recorded.body["themes"] == ["lone working"]
    once = signed_by(team, recorded, "supervisor")
    assert (once.status, once.body["status"]) == (201, "held")
    twice = signed_by(team, once, "worker", agrees=False, comment="Left out what I asked.")
    assert (twice.status, twice.body["status"]) == (201, "signed")
    assert twice.body["signatures"][1]["comment"] == "Left out what I asked."

    amended = on_session(
        team,
        twice,
        "amendments",
        SUPERVISOR,
        reason="It was left out.",
        agenda=["Caseload", "Leave"],
    )
    assert (amended.status, amended.body["status"]) == (201, "held")
    assert amended.body["amendments"][0]["changed"] == ["agenda"]
    assert {each["digest"] for each in amended.body["signatures"]} == {recorded.body["digest"]}
    _refused(
        signed_by(team, amended, "worker", digest=recorded.body["digest"]), 409, "digest_mismatch"
    )
    again = signed_by(team, signed_by(team, amended, "worker"), "supervisor")
    assert (again.status, again.body["status"]) == (201, "signed")
    _refused(signed_by(team, again, "worker"), 409, "already_signed")


async def test_who_agrees_and_on_what(team: Client, new: str) -> None:
    _refused(agreed(team, new, OUTSIDER), 403, "not_your_team")
    _refused(agreed(team, new, SUPERVISOR, by="str-worker-1"), 403, "role_not_permitted")
    _refused(agreed(team, "nobody-here", SUPERVISOR), 409, "worker_not_registered")
    gone = agreed(team, new, "nobody-here", by=MANAGER)
    _refused(gone, 409, "worker_not_registered")
    assert gone.body["staff_ids"] == ["nobody-here"]
    _refused(agreed(team, SUPERVISOR, SUPERVISOR), 409, "own_supervisor")
    _refused(agreed(team, new, SUPERVISOR, team_id="north-cmht"), 409, "not_their_team")
    unknown = agreed(team, new, SUPERVISOR, kind="golf")
    _refused(unknown, 409, "kind_not_in_policy")
    assert "developmental" in unknown.body["kinds"]
    _refused(agreed(team, new, SUPERVISOR, interval_weeks=14), 409, "interval_too_long")
    _refused(agreed(team, new, SUPERVISOR, interval_weeks=None), 409, "interval_needed")
    _refused(agreed(team, new, SUPERVISOR, interval_weeks=0), 422, "malformed")

    case = agreed(team, new, OTHER, by=MANAGER, kind="case")
    assert case.status == 201, case.body
    assert case.body["accepted"] == {}
    accepted = on_agreement(team, case, "acceptances", OTHER)
    assert accepted.body["accepted"].keys() == {"supervisor"}
    _refused(on_agreement(team, accepted, "acceptances", OTHER), 409, "already_accepted")
    _refused(on_agreement(team, accepted, "acceptances", MANAGER), 403, "confidential")
    ad_hoc = agreed(team, new, SUPERVISOR, kind="ad_hoc", interval_weeks=None)
    assert ad_hoc.status == 201, ad_hoc.body


async def test_a_line_manager_of_another_team_agrees(team: Client) -> None:
    _refused(agreed(team, WORKER, OTHER, by=LINE_MANAGER), 403, "role_not_permitted")
    introduced(team, "line-manager-2", "supervisor", "elsewhere-cmht")
    led = introduced(team, "supervised-led", "str_worker", TEAM, line_manager_id="line-manager-2")
    review = agreed(team, led, "line-manager-2", kind="performance_review", interval_weeks=52)
    assert review.status == 201, review.body
    assert review.body["team_id"] == TEAM


async def test_one_in_force_of_a_kind(team: Client, new: str) -> None:
    first = agreed(team, new, SUPERVISOR, key="agree-once")
    replayed = agreed(team, new, SUPERVISOR, key="agree-once")
    assert replayed.headers["idempotency-replayed"] == "true"
    assert replayed.body == first.body
    sooner = agreed(team, new, SUPERVISOR, interval_weeks=2)
    assert sooner.status == 201, sooner.body
    before = team.get("supervision", f"{AGREEMENTS}/{first.body['id']}", SUPERVISOR).body
    assert (before["ended_on"], before["end_reason"]) == (
        day(),
        "Another agreement took its place.",
    )
    _refused(
        on_agreement(team, first, "endings", SUPERVISOR, reason="No.", if_match='"2"'),
        409,
        "agreement_ended",
    )
    first = sooner

    ended = on_agreement(team, first, "endings", SUPERVISOR, reason="Changes supervisor.")
    assert (ended.status, ended.body["ended_on"]) == (201, day())
    assert ended.body["end_reason"] == "Changes supervisor."
    _refused(
        on_agreement(team, ended, "endings", SUPERVISOR, reason="Again."), 409, "agreement_ended"
    )
    second = agreed(team, new, SUPERVISOR)
    assert second.status == 201, second.body

    _refused(on_agreement(team, second, "endings", new, reason="No."), 403, "not_yours")
    _refused(on_agreement(team, second, "endings", OTHER, reason="No."), 403, "confidential")
    early = on_agreement(team, second, "endings", MANAGER, reason="No.", ended_on=day(ago=1))
    _refused(early, 422, "malformed")
    late = on_agreement(team, second, "endings", MANAGER, reason="No.", ended_on=day(ago=-1))
    _refused(late, 422, "malformed")
    by_manager = on_agreement(team, second, "endings", MANAGER, reason="Long absence.")
    assert by_manager.status == 201, by_manager.body

    to_come = agreed(team, new, SUPERVISOR, starts_on=day(ago=-10))
    unbegun = on_agreement(team, to_come, "endings", SUPERVISOR, reason="Not to begin.")
    assert unbegun.body["ended_on"] == day(ago=-10)


async def test_two_agreements_at_once(team: Client, new: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: agreed(team, new, SUPERVISOR), range(32)))
    assert {each.status for each in made} <= {201, 409}
    assert {each.code for each in made if each.status == 409} <= {"already_agreed"}
    query = f"{AGREEMENTS}?worker_id={new}&in_force=true"
    going_on = [each for each in team.every("supervision", query, new) if each["ended_on"] is None]
    assert len(going_on) == 1, "each took the place of the one before, or was too late"


async def test_after_the_end_nothing_is_scheduled(team: Client, new: str) -> None:
    agreement = agreed(team, new, SUPERVISOR, starts_on=day(ago=60))
    waiting = scheduled(team, agreement)
    ended = on_agreement(team, agreement, "endings", SUPERVISOR, reason="Done.")
    assert ended.status == 201, ended.body
    after = scheduled(team, agreement, scheduled_for=moment(hours_ago=-40))
    _refused(after, 409, "agreement_ended")
    before = scheduled(team, agreement, scheduled_for=moment(hours_ago=40 * 24))
    assert before.status == 201, before.body
    move = on_session(team, waiting, "reschedulings", new, scheduled_for=moment(hours_ago=-40))
    _refused(move, 409, "agreement_ended")
    assert held(team, waiting).status == 201


async def test_only_the_two_and_what_each_may(team: Client, new: str) -> None:
    agreement = agreed(team, new, SUPERVISOR)
    _refused(scheduled(team, agreement, by=new), 403, "not_yours")
    _refused(scheduled(team, agreement, by=MANAGER), 403, "confidential")
    _refused(scheduled(team, agreement, agreement_id=str(uuid4())), 404, "not_found")
    session = scheduled(team, agreement)
    commands: dict[str, dict[str, Any]] = {
        "records": record(),
        "non-attendances": {"reason": TOLD},
        "amendments": {"reason": "A slip.", "discussion": "Else."},
        "cancellations": {"reason": TOLD},
        "reschedulings": {"scheduled_for": moment()},
        "signatures": {"digest": "0" * 64},
        f"actions/{uuid4()}/updates": {"status": "done"},
    }
    for command, body in commands.items():
        for by in (MANAGER, OTHER, "auditor-1", "ig-lead-1"):
            refused = on_session(team, session, command, by, if_match=None, **body)
            _refused(refused, 403, "confidential")
    for command in ("records", "non-attendances", "amendments"):
        _refused(on_session(team, session, command, new, **commands[command]), 403, "not_yours")
    unread = on_session(team, session, "records", SUPERVISOR, if_match=None, **record())
    _refused(unread, 428, "if_match_required")
    query = f"type=access-denied&resource_id={session.body['id']}"
    denied = await _in_the_ledger(team, query, len(commands) * 4 + 3)
    assert {each["content"]["staff_id"] for each in denied} == {new}


async def test_a_record_says_what_happened(team: Client, new: str) -> None:
    session = scheduled(team, agreed(team, new, SUPERVISOR))
    _refused(held(team, session, held_at=moment(hours_ago=-1)), 422, "malformed")
    _refused(held(team, session, duration_minutes=0), 422, "malformed")
    _refused(held(team, session, discussion=" "), 422, "malformed")
    unknown = held(team, session, cases=[str(uuid4())])
    _refused(unknown, 422, "malformed")
    assert unknown.body["errors"][0]["pointer"] == "#/cases/0"
    stranger = held(team, session, actions=[{"action": "Ask.", "owner_id": OTHER}])
    _refused(stranger, 422, "malformed")
    assert stranger.body["errors"][0]["pointer"] == "#/actions/0/owner_id"
    remarks = held(team, session, remarks="Mine.")
    _refused(remarks, 422, "malformed")

    person = team.service_user()
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda _: held(team, session, cases=[person]), range(4)))
    assert sorted(each.status for each in at_once) == [201, 412, 412, 412]
    [recorded] = [each for each in at_once if each.status == 201]
    assert recorded.body["cases"] == [person]
    _refused(held(team, recorded), 409, "already_held")
    _refused(on_session(team, recorded, "cancellations", new, reason=TOLD), 409, "already_held")
    same = on_session(team, recorded, "amendments", SUPERVISOR, reason="r", cases=[person])
    _refused(same, 409, "nothing_changed")
    own = on_session(team, recorded, "amendments", SUPERVISOR, reason="r", remarks="Mine.")
    _refused(own, 422, "malformed")


async def test_what_was_not_held_says_why(team: Client, new: str) -> None:
    agreement = agreed(team, new, SUPERVISOR)
    to_come = scheduled(team, agreement, scheduled_for=moment(hours_ago=-24))
    early = on_session(team, to_come, "non-attendances", SUPERVISOR, reason=TOLD)
    _refused(early, 409, "not_due_yet")
    _refused(signed_by(team, to_come, "worker", digest="0" * 64), 409, "not_held_yet")
    moved = on_session(
        team, to_come, "reschedulings", new, scheduled_for=moment(hours_ago=1), reason="A visit."
    )
    assert moved.status == 201, moved.body
    missed = on_session(
        team, moved, "non-attendances", SUPERVISOR, reason=TOLD, reason_code="absence"
    )
    assert (missed.status, missed.body["status"]) == (201, "missed")
    assert missed.body["not_held"]["reason"] == TOLD
    cancelled = on_session(team, scheduled(team, agreement), "cancellations", new, reason=TOLD)
    assert (cancelled.status, cancelled.body["status"]) == (201, "cancelled")
    assert cancelled.body["not_held"]["reason_code"] == "other"
    _refused(held(team, cancelled), 409, "already_held")


async def test_actions_are_followed_to_their_end(team: Client, new: str) -> None:
    said = [
        {"action": "Read the policy.", "due_on": day(ago=1)},
        {"action": "Ask about leave.", "owner_id": SUPERVISOR, "due_on": day(ago=-7)},
    ]
    recorded = _held(team, new, actions=said)
    mine, theirs = (each["id"] for each in recorded.body["actions"])

    def listed(by: str, query: str = "") -> list[dict[str, Any]]:
        found = team.every("supervision", f"/v1/supervision/actions?limit=1{query}", by)
        return [each for each in found if each["session_id"] == recorded.body["id"]]

    assert {each["id"]: each["overdue"] for each in listed(new)} == {mine: True, theirs: False}
    assert [each["id"] for each in listed(SUPERVISOR, "&overdue=true")] == [mine]
    assert [each["id"] for each in listed(new, "&overdue=false")] == [theirs]
    assert [each["action"] for each in listed(new, f"&owner_id={new}")] == ["Read the policy."]
    assert listed(MANAGER) == []

    unknown = on_session(team, recorded, f"actions/{uuid4()}/updates", new, status="done")
    _refused(unknown, 404, "not_found")
    not_hers = on_session(team, recorded, f"actions/{theirs}/updates", new, status="done")
    _refused(not_hers, 403, "not_yours")
    path = f"actions/{mine}/updates"
    done = on_session(team, recorded, path, new, status="done", outcome="Read on the bus.")
    assert done.status == 201, done.body
    same = on_session(team, done, path, new, status="done", outcome="Read on the bus.")
    _refused(same, 409, "nothing_changed")
    [told] = listed(new, "&status=done")
    assert (told["outcome"], told["overdue"]) == ("Read on the bus.", False)
    by_supervisor = on_session(team, done, path, SUPERVISOR, status="open")
    assert by_supervisor.status == 201, by_supervisor.body

    less = on_session(
        team, by_supervisor, "amendments", SUPERVISOR, reason="Said twice.", actions=said[1:]
    )
    assert [each["id"] for each in less.body["actions"]] == [theirs]
    assert [each["id"] for each in listed(new)] == [theirs]


async def test_who_reads_agreements(team: Client) -> None:
    agreement = agreed(team, WORKER, SUPERVISOR)
    assert agreement.status == 201, agreement.body
    path = f"/v1/supervision/agreements/{agreement.body['id']}"
    for by in (WORKER, SUPERVISOR, MANAGER, LINE_MANAGER):
        found = team.get("supervision", path, by)
        assert (found.status, found.body["purpose"]) == (200, "To grow in the role."), by
        assert found.etag == agreement.etag
    for by in (PEER, OTHER, OUTSIDER, "auditor-1", "ig-lead-1"):
        _refused(team.get("supervision", path, by), 403, "confidential")
    _refused(team.get("supervision", f"{path[:-36]}{uuid4()}", MANAGER), 404, "not_found")
    looks = await _in_the_ledger(team, f"type=record-read&resource_id={agreement.body['id']}", 2)
    assert {each["actor"]["staff_id"]: each["content"]["basis"] for each in looks} == {
        MANAGER: "team", LINE_MANAGER: "line_management",
    }  # fmt: skip
    assert {tuple(each["content"]["staff_ids"]) for each in looks} == {(WORKER,)}

    def listed(by: str, query: str = "") -> dict[str, dict[str, Any]]:
        found = team.every("supervision", f"/v1/supervision/agreements?limit=2{query}", by)
        return {each["id"]: each for each in found}

    own = listed(WORKER)
    assert own[agreement.body["id"]]["purpose"] == "To grow in the role."
    assert {each["worker_id"] for each in own.values()} == {WORKER}
    assert agreement.body["id"] in listed(SUPERVISOR, f"&supervisor_id={SUPERVISOR}")
    of_team = listed(MANAGER, f"&team_id={TEAM}&in_force=true&kind=developmental")
    assert of_team[agreement.body["id"]]["purpose"] is None
    assert of_team[agreement.body["id"]]["content_state"] == "confidential"
    assert all(not each["ended_on"] or each["ended_on"] >= day() for each in of_team.values())
    tomorrow = agreed(team, WORKER, SUPERVISOR, kind="clinical", starts_on=day(ago=-1))
    assert tomorrow.status == 201, tomorrow.body
    theirs = f"&team_id={TEAM}&worker_id={WORKER}"
    assert tomorrow.body["id"] in listed(MANAGER, theirs)
    assert tomorrow.body["id"] not in listed(MANAGER, f"{theirs}&in_force=true")
    governed = listed("ig-lead-1", f"&worker_id={WORKER}")
    assert governed[agreement.body["id"]]["purpose"] is None
    assert listed(MANAGER, f"{theirs}&in_force=false").keys() == {tomorrow.body["id"]}
    _refused(
        team.get("supervision", f"/v1/supervision/agreements?team_id={TEAM}", OUTSIDER),
        403, "no_relationship",
    )  # fmt: skip
    _refused(
        team.get("supervision", f"/v1/supervision/agreements?worker_id={WORKER}", PEER),
        403, "no_relationship",
    )  # fmt: skip


async def test_nobody_takes_part_who_has_left(team: Client, new: str) -> None:
    agreement = agreed(team, new, SUPERVISOR)
    waiting = scheduled(team, agreement)
    recorded = held(team, scheduled(team, agreement))
    now = team.get("supervision", f"/v1/workers/{new}", MANAGER)
    left = team.put_worker(
        new, MANAGER, if_match=now.etag, **{**entry(now), "status": "left", "left_on": day(ago=1)}
    )
    assert left.status == 200, left.body
    _refused(signed_by(team, recorded, "worker"), 403, "confidential")
    for own in ("actions", "agreements", "sessions", "group-sessions"):
        _refused(team.get("supervision", f"/v1/supervision/{own}", new), 403, "not_yours")
    path = f"/v1/supervision/agreements/{agreement.body['id']}"
    _refused(team.get("supervision", path, new), 403, "confidential")
    _refused(scheduled(team, agreement), 409, "worker_not_registered")
    _refused(agreed(team, new, SUPERVISOR, kind="peer"), 409, "worker_not_registered")
    assert held(team, waiting).status == 201
    ended = on_agreement(team, agreement, "endings", MANAGER, reason="Has left.")
    assert ended.status == 201, ended.body
