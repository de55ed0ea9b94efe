"""Supervision of several workers at once: a record for each that names nobody else, or none."""

from typing import Any

import pytest

from tests.support.client import Answer, Client, moment
from tests.support.supervising import (
    SESSIONS,
    agreed,
    group_held,
    introduced,
    on_agreement,
    on_session,
    signed_by,
)

pytestmark = pytest.mark.anyio
TEAM = "peers-cmht"
FIRST, SECOND, ABSENT = "peer-1", "peer-2", "peer-3"
SUPERVISOR, OTHER, MANAGER = "peers-supervisor", "peers-supervisor-2", "peers-manager"
GROUPS = "/v1/supervision/group-sessions"


@pytest.fixture(scope="module")
def agreements(client: Client) -> dict[str, Answer]:
    introduced(client, MANAGER, "team_manager", TEAM)
    introduced(client, SUPERVISOR, "supervisor", TEAM)
    introduced(client, OTHER, "supervisor", TEAM)
    made = {}
    for staff_id in (FIRST, SECOND, ABSENT):
        introduced(client, staff_id, "str_worker", TEAM)
        made[staff_id] = agreed(client, staff_id, SUPERVISOR, kind="peer")
        assert made[staff_id].status == 201, made[staff_id].body
    return made


def _attendance(agreements: dict[str, Answer]) -> list[dict[str, Any]]:
    there = [
        {
            "agreement_id": agreements[staff_id].body["id"],
            "attended": True,
            "remarks": f"Only {staff_id} knows.",
            "actions": [{"action": f"For {staff_id}."}],
            "themes": ["Lone working"],
        }
        for staff_id in (FIRST, SECOND)
    ]
    gone = {
        "agreement_id": agreements[ABSENT].body["id"],
        "attended": False,
        "reason": "On leave.",
        "reason_code": "absence",
    }
    return [*there, gone]


def _seen(client: Client, session_id: str, by: str) -> Answer:
    return client.get("supervision", f"{SESSIONS}/{session_id}", by)


def _refused(answer: Answer, status: int, code: str, pointer: str | None = None) -> None:
    assert (answer.status, answer.code) == (status, code), answer.body
    if pointer:
        assert answer.body["errors"][0]["pointer"] == pointer


async def test_each_has_a_record_that_names_nobody_else(
    client: Client, agreements: dict[str, Answer]
) -> None:
    shared = {
        "themes": ["Time management", "lone working"],
        "actions": [{"action": "Read it."}, {"action": "Send it.", "owner_id": SUPERVISOR}],
        "key": "the-group",
    }
    made = group_held(client, SUPERVISOR, _attendance(agreements), **shared)
    assert made.status == 201, made.body
    assert made.headers["location"] == f"{GROUPS}/{made.body['id']}"
    assert (made.body["kind"], made.body["team_id"]) == ("peer", TEAM)
    assert made.body["absent"] == [ABSENT]
    sessions = {each["worker_id"]: each["session_id"] for each in made.body["sessions"]}
    assert sessions.keys() == {FIRST, SECOND}
    replayed = group_held(
        client, SUPERVISOR, _attendance(agreements), **shared, held_at=made.body["held_at"]
    )
    assert replayed.code == "idempotency_key_reused"

    for staff_id, other in ((FIRST, SECOND), (SECOND, FIRST)):
        own = _seen(client, sessions[staff_id], staff_id)
        assert own.status == 200, own.body
        assert own.body["group_session_id"] == made.body["id"]
        assert own.body["status"] == "held"
        assert own.body["remarks"] == f"Only {staff_id} knows."
        assert own.body["themes"] == ["time management", "lone working"]
        assert [(each["action"], each["owner_id"]) for each in own.body["actions"]] == [
            ("Read it.", staff_id), ("Send it.", SUPERVISOR), (f"For {staff_id}.", staff_id),
        ]  # fmt: skip
        assert other not in str(own.body)
        assert _seen(client, sessions[staff_id], other).code == "confidential"
        signed = signed_by(client, own, "worker")
        assert signed.status == 201, signed.body
        remark = on_session(
            client, signed, "amendments", SUPERVISOR, reason="A slip.", remarks="Corrected."
        )
        assert (remark.status, remark.body["remarks"]) == (201, "Corrected.")
    missed = client.every("supervision", f"{SESSIONS}?worker_id={ABSENT}", ABSENT)
    [absent] = [each for each in missed if each["group_session_id"] == made.body["id"]]
    assert (absent["status"], absent["not_held"]["reason_code"]) == ("missed", "absence")


async def test_who_reads_that_it_was_held(client: Client, agreements: dict[str, Answer]) -> None:
    made = group_held(client, SUPERVISOR, _attendance(agreements), duration_minutes=75)
    assert made.status == 201, made.body
    path = f"{GROUPS}/{made.body['id']}"
    for by in (SUPERVISOR, MANAGER, "ig-lead-1"):
        found = client.get("supervision", path, by)
        assert (found.status, found.body) == (200, made.body), by
        assert "Talked" not in str(found.body)
    for by in (FIRST, OTHER):
        _refused(client.get("supervision", path, by), 403, "confidential")
    _refused(client.get("supervision", path, "manager-9"), 403, "no_relationship")
    introduced(client, "peers-auditor", "auditor", register=False)
    _refused(client.get("supervision", path, "peers-auditor"), 403, "no_engagement")
    engagement = {
        "auditor_id": "peers-auditor", "purpose": "Is supervision given?", "teams": [TEAM],
        "approver_id": "ig-lead-2", "ends_at": moment(hours_ago=-24),
    }  # fmt: skip
    agreed_on = client.post("audit", "/v1/audit/engagements", "ig-lead-1", engagement)
    assert agreed_on.status == 201, agreed_on.body
    audited = client.get("supervision", path, "peers-auditor")
    assert (audited.status, audited.body["recorded_by"]["name"]) == (200, None)

    def listed(by: str, query: str = "") -> list[str]:
        found = client.every("supervision", f"{GROUPS}?limit=1{query}", by)
        return [each["id"] for each in found]

    assert made.body["id"] in listed(SUPERVISOR)
    assert made.body["id"] in listed(MANAGER, f"&team_id={TEAM}")
    assert made.body["id"] in listed("ig-lead-1")
    assert made.body["id"] in listed("peers-auditor", f"&team_id={TEAM}")
    assert listed(MANAGER, f"&team_id={TEAM}&from={moment(hours_ago=-1)}".replace("+", "%2B")) == []
    assert listed(MANAGER) == listed(FIRST) == listed(OTHER) == []
    of_others = client.get("supervision", f"{GROUPS}?team_id={TEAM}", OTHER)
    _refused(of_others, 403, "no_relationship")


async def test_all_or_nothing(client: Client, agreements: dict[str, Answer]) -> None:
    attendance = _attendance(agreements)
    before = len(client.every("supervision", f"{SESSIONS}?worker_id={FIRST}", FIRST))
    nobody = [{**each, "attended": False} for each in attendance[2:]]
    _refused(group_held(client, SUPERVISOR, nobody), 422, "malformed")
    _refused(group_held(client, SUPERVISOR, [*attendance, attendance[0]]), 422, "malformed")
    for wrong in (
        {"attended": True, "reason": "On leave."},
        {"attended": False, "remarks": "Mine."},
        {"attended": False, "themes": ["Leave"]},
    ):
        one = {"agreement_id": agreements[FIRST].body["id"], **wrong}
        _refused(group_held(client, SUPERVISOR, [one, attendance[1]]), 422, "malformed")
    other = [{**attendance[0], "actions": [{"action": "Ask.", "owner_id": SECOND}]}, attendance[1]]
    _refused(
        group_held(client, SUPERVISOR, other), 422, "malformed",
        "#/attendance/0/actions/0/owner_id",
    )  # fmt: skip
    naming = [{"action": "Ask.", "owner_id": FIRST}]
    _refused(
        group_held(client, SUPERVISOR, attendance, actions=naming), 422, "malformed",
        "#/actions/0/owner_id",
    )  # fmt: skip
    unknown = [{**attendance[0], "agreement_id": "01a00000-0000-7000-8000-000000000001"}]
    _refused(group_held(client, SUPERVISOR, unknown), 404, "not_found")
    _refused(group_held(client, OTHER, attendance), 403, "confidential")
    _refused(group_held(client, FIRST, attendance[:1]), 403, "not_yours")
    _refused(group_held(client, SUPERVISOR, attendance, kind="mentoring"), 409, "not_of_this_kind")
    hers = agreed(client, FIRST, OTHER, kind="peer")
    mixed = [*attendance[1:], {"agreement_id": hers.body["id"], "attended": True}]
    _refused(group_held(client, SUPERVISOR, mixed), 403, "confidential")
    _refused(
        group_held(client, SUPERVISOR, attendance, held_at=moment(hours_ago=-1)), 422, "malformed",
        "#/held_at",
    )  # fmt: skip
    after = len(client.every("supervision", f"{SESSIONS}?worker_id={FIRST}", FIRST))
    assert after == before


async def test_nobody_is_named_twice(client: Client, agreements: dict[str, Answer]) -> None:
    worker = introduced(client, "peer-4", "str_worker", TEAM)
    first = agreed(client, worker, SUPERVISOR, kind="peer", starts_on="2026-01-01")
    assert on_agreement(client, first, "endings", SUPERVISOR, reason="Again.").status == 201
    second = agreed(client, worker, SUPERVISOR, kind="peer")
    twice = [
        {"agreement_id": each.body["id"], "attended": True}
        for each in (agreements[FIRST], first, second)
    ]
    _refused(group_held(client, SUPERVISOR, twice), 422, "malformed", "#/attendance/2/agreement_id")
