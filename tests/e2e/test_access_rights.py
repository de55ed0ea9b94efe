"""Who could see a record at a past time: what audit says equals what the services answered."""

from datetime import datetime
from typing import Any

import pytest

from tests.support.client import Client, shift
from tests.support.moving import MovableClock
from tests.support.stack import NMC
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
WEST, NORTH = ["west-cmht"], ["north-cmht"]
STAFF = {
    "str-worker-5": "str_worker",
    "str-worker-6": "str_worker",
    "nurse-1": "registered_practitioner",
    "nurse-4": "registered_practitioner",
    "nurse-9": "registered_practitioner",
    "coordinator-1": "care_coordinator",
}
"""Two workers of another team, a nurse of the team, one who leaves it, one who breaks the glass and
whom a concern reaches."""


async def test_as_it_was_so_it_is_told(moving: tuple[Client, MovableClock]) -> None:
    client, clock = moving
    for staff_id, role in STAFF.items():
        client.tokens[staff_id] = signed(client, sub=staff_id, roles=[role], exp=2_000_000_000)
    for worker in ("str-worker-5", "str-worker-6"):
        assert client.put_worker(worker, teams=WEST, line_manager_id="nurse-9").status == 201
    leaver = client.put_worker("nurse-4", teams=NORTH, registrations=NMC)
    assert leaver.status == 201
    person = client.service_user(care_coordinator_id="coordinator-1")
    stages: list[tuple[str, datetime, dict[str, str]]] = []

    async def stage(name: str, **expected: str) -> None:
        """What each of the staff is answered now, once all has arrived that `expected` needs."""

        def settled() -> bool:
            return all(_answer(client, person, each) == said for each, said in said_of.items())

        said_of = {each.replace("_", "-"): said for each, said in expected.items()}
        await until(settled)
        answers = {each: _answer(client, person, each) for each in STAFF}
        stages.append((name, clock.now(), answers))

    await stage("registered", nurse_4="seen", str_worker_5="refused")
    allocated = client.allocated(person, "str-worker-5")
    await stage("allocated", str_worker_5="seen")
    moved = client.transferred(allocated, "str-worker-6")
    assert moved.status == 201
    await stage("transferred", str_worker_5="refused", str_worker_6="seen")
    assert client.on_duty("north-cmht", [shift("str-worker-5", -1, 8)]).status in (200, 201)
    await stage("on duty", str_worker_5="seen")
    assert client.on_duty("north-cmht", []).status == 200
    await stage("off duty", str_worker_5="refused")
    left: dict[str, Any] = {
        "teams": NORTH,
        "registrations": NMC,
        "status": "left",
        "if_match": leaver.etag,
    }
    assert client.put_worker("nurse-4", **left).status == 200
    await stage("left", nurse_4="refused")
    glass = {"service_user_id": person, "reason_code": "emergency", "reason": "Found unwell."}
    assert client.post("notes", "/v1/access-overrides", "nurse-9", glass).status == 201
    await stage("glass broken", nurse_9="seen")
    named: dict[str, Any] = {"named_staff": ["nurse-1"], "excluded_staff": ["coordinator-1"]}
    assert client.restricted(person, **named).status == 201
    await stage("restricted", nurse_1="seen", str_worker_6="refused", coordinator_1="refused")
    with clock.moved(hours=13):
        await stage("glass closed", nurse_9="refused")
        again = client.post("notes", "/v1/access-overrides", "nurse-9", glass)
        await stage("glass broken again", nurse_9="seen")
        judged = {"outcome": "not_justified", "reason": "Curiosity."}
        review = f"/v1/access-overrides/{again.body['id']}/reviews"
        assert client.post("notes", review, "ig-lead-1", judged, if_match='"1"').status == 201
        await stage("not justified", nurse_9="refused")
        opened: dict[str, Any] = {"restricted": False, "excluded_staff": ["coordinator-1"]}
        assert client.restricted(person, **opened).status == 201
        await stage("opened again", str_worker_6="seen", coordinator_1="refused")
        assert client.closed(moved).status == 201
        await stage("closed", str_worker_6="refused", nurse_1="seen")
        concern = client.concern(person, by="str-worker-5")
        asked = client.on_concern(concern, "escalations", "str-worker-5", reason="No answer.")
        assert asked.body["escalations"][0]["reached"] == ["nurse-9"]
        await stage("escalated", nurse_9="seen")
        answered = client.on_concern(asked, "closures", "nurse-9", outcome="Seen.")
        assert answered.status == 201
        await stage("concern closed", nurse_9="refused")

        for name, at, answers in stages:
            told = await _told(client, person, at)
            assert told == answers, name
        _why(client, person, stages)


def _answer(client: Client, person: str, staff_id: str) -> str:
    asked = [
        client.get("referrals", f"/v1/service-users/{person}", staff_id),
        client.get("notes", f"/v1/notes?service_user_id={person}", staff_id),
    ]
    said = {{200: "seen", 403: "refused"}[answer.status] for answer in asked}
    return said.pop() if len(said) == 1 else "not of one mind yet"


async def _told(client: Client, person: str, at: datetime) -> dict[str, str]:
    """What audit says each of the staff could do then."""
    path = f"/v1/audit/access-rights?service_user_id={person}&as_of={_query(at)}"
    found = client.get("audit", path, "auditor-1").body["items"]
    tied = {item["staff_id"] for item in found if item["ties"]}
    for staff_id in STAFF:
        (one,) = client.get("audit", f"{path}&staff_id={staff_id}", "ig-lead-1").body["items"]
        assert bool(one["ties"]) == (staff_id in tied)
    return {staff_id: "seen" if staff_id in tied else "refused" for staff_id in STAFF}


def _why(client: Client, person: str, stages: list[tuple[str, datetime, dict[str, str]]]) -> None:
    """The reasons, at the moments where they are the point."""
    times = {name: at for name, at, _ in stages}

    def bases(staff_id: str, name: str) -> list[Any]:
        path = f"/v1/audit/access-rights?service_user_id={person}&staff_id={staff_id}"
        answer = client.get("audit", f"{path}&as_of={_query(times[name])}", "ig-lead-1")
        return [tie["basis"] for tie in answer.body["items"][0]["ties"]]

    assert bases("str-worker-5", "allocated") == ["caseload"]
    assert bases("str-worker-5", "on duty") == ["duty"]
    assert bases("str-worker-6", "transferred") == ["caseload"]
    assert bases("coordinator-1", "allocated") == ["care_coordination", "team"]
    assert bases("nurse-9", "glass broken") == ["override"]
    assert bases("nurse-9", "escalated") == ["escalation"]
    assert bases("nurse-1", "restricted") == ["named"]
    assert bases("nurse-4", "left") == []


def _query(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
