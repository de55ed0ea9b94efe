"""Break-glass, end to end, on a clock that can be moved: who may, for how long, and who looks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.client import Answer, Client
from tests.support.moving import MovableClock
from tests.support.wait import until

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def client(moving: tuple[Client, MovableClock]) -> Client:
    return moving[0]


@pytest.fixture(scope="module")
def clock(moving: tuple[Client, MovableClock]) -> MovableClock:
    return moving[1]


@pytest.fixture
def note(client: Client) -> dict[str, Any]:
    person = client.service_user()
    client.allocated(person, "str-worker-1")
    made = client.note(person)
    assert made.status == 201
    return dict(made.body)


def break_glass(client: Client, person: str, by: str = "nurse-9", **changes: Any) -> Answer:
    body = {
        "service_user_id": person,
        "reason_code": "emergency",
        "reason": "Found unwell in the street, and nobody of the team answers.",
        **changes,
    }
    return client.post("notes", "/v1/access-overrides", by, body)


def everything(client: Client, note: dict[str, Any], by: str) -> list[Answer]:
    """A note, the list it is on, its history, and the person, asked for by someone."""
    person = note["service_user_id"]
    return [
        client.get("notes", f"/v1/notes/{note['id']}", by),
        client.get("notes", f"/v1/notes?service_user_id={person}", by),
        client.get("notes", f"/v1/notes/{note['id']}/history", by),
        client.get("referrals", f"/v1/service-users/{person}", by),
        client.get("referrals", f"/v1/referrals?service_user_id={person}", by),
    ]


def statuses(answers: list[Answer]) -> set[int]:
    return {answer.status for answer in answers}


async def accesses(client: Client, person: str, count: int) -> list[dict[str, Any]]:
    """What the auditor sees of who looked, oldest first, once so many have arrived. The ledger has
    them as they came: of two services, the later may come first."""
    path = f"/v1/audit/service-users/{person}/accesses?limit=200"
    found: list[dict[str, Any]] = []

    def arrived() -> bool:
        nonlocal found
        found = client.get("audit", path, "ig-lead-1").body["items"]
        return bool(count <= sum(item["actor"]["staff_id"] != "ig-lead-1" for item in found))

    await until(arrived)
    others = [item for item in found if item["actor"]["staff_id"] != "ig-lead-1"]
    return sorted(others, key=lambda item: datetime.fromisoformat(item["time"]))


async def test_refused_then_broken_then_marked_then_over(
    client: Client, clock: MovableClock, note: dict[str, Any]
) -> None:
    person = note["service_user_id"]
    for refused in everything(client, note, "nurse-9"):
        assert (refused.status, refused.code) == (403, "no_relationship")
        assert "access-overrides" in refused.body["detail"]

    granted = break_glass(client, person)
    assert granted.status == 201
    assert granted.headers["location"] == f"/v1/access-overrides/{granted.body['id']}"
    assert granted.body["active"]
    assert granted.body["renewals"] == 0
    lasts = datetime.fromisoformat(granted.body["until"]) - clock.now()
    assert timedelta(hours=11, minutes=59) < lasts <= timedelta(hours=12)
    assert statuses(everything(client, note, "nurse-9")) == {200}
    assert statuses(everything(client, note, "str-worker-9")) == {403}

    seen = await accesses(client, person, count=16)
    by_nurse = [item for item in seen if item["actor"]["staff_id"] == "nurse-9"]
    assert [item["outcome"] for item in by_nurse] == ["denied"] * 5 + ["allowed"] * 6
    for read in by_nurse[6:]:
        assert read["break_glass"]
        assert read["override_id"] == granted.body["id"]
        assert read["purpose"] == "break_glass"

    with clock.moved(hours=12, minutes=1):
        assert statuses(everything(client, note, "nurse-9")) == {403}
        again = break_glass(client, person)
        assert again.body["renewals"] == 1


async def test_it_lets_one_read_and_not_sign(client: Client, note: dict[str, Any]) -> None:
    assert break_glass(client, note["service_user_id"]).status == 201
    refused = client.countersign(note, "nurse-9")
    assert (refused.status, refused.code) == (403, "tie_not_enough")


async def test_an_str_worker_must_be_on_duty(
    client: Client, clock: MovableClock, note: dict[str, Any]
) -> None:
    person = note["service_user_id"]
    refused = break_glass(client, person, "str-worker-9")
    assert (refused.status, refused.code) == (403, "not_on_duty")

    ends = clock.now() + timedelta(hours=3)
    shift = {
        "staff_id": "str-worker-9",
        "from": (clock.now() - timedelta(hours=1)).isoformat(),
        "to": ends.isoformat(),
    }
    assert client.on_duty("south-cmht", [shift], "manager-9").status == 201
    granted = break_glass(client, person, "str-worker-9")
    assert granted.status == 201
    assert datetime.fromisoformat(granted.body["until"]) == ends
    assert statuses(everything(client, note, "str-worker-9")) == {200}
    with clock.moved(hours=3, seconds=1):
        assert statuses(everything(client, note, "str-worker-9")) == {403}
        assert break_glass(client, person, "str-worker-9").code == "not_on_duty"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"until": "hours=13"}, "#/until"),
        ({"until": "hours=-1"}, "#/until"),
        ({"until": "2026-11-20T10:00:00"}, "#/until"),
        ({"reason": " "}, "#/reason"),
        ({"reason_code": "curiosity"}, "#/reason_code"),
        ({"service_user_id": "someone"}, "#/service_user_id"),
        ({"staff_id": "nurse-1"}, "#/staff_id"),
    ],
)
async def test_what_is_asked_for_must_make_sense(
    client: Client, note: dict[str, Any], changes: dict[str, str], pointer: str
) -> None:
    if changes.get("until", "").startswith("hours="):
        hours = int(changes["until"].removeprefix("hours="))
        changes = {"until": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()}
    refused = break_glass(client, note["service_user_id"], **changes)
    assert refused.status == 422
    assert [error["pointer"] for error in refused.body["errors"]] == [pointer]
    assert statuses(everything(client, note, "nurse-9")) == {403}


async def test_who_may_not_break_it(client: Client, note: dict[str, Any]) -> None:
    for persona in ("manager-9", "supervisor-1", "auditor-1", "ig-lead-1", "ehr-1"):
        refused = break_glass(client, note["service_user_id"], persona)
        assert (refused.status, refused.code) == (403, "role_not_permitted")
    unknown = break_glass(client, "01a00000-0000-7000-8000-000000000009")
    assert unknown.status == 404


async def test_the_ig_lead_reviews_it_and_nobody_their_own(
    client: Client, clock: MovableClock, note: dict[str, Any]
) -> None:
    granted = break_glass(client, note["service_user_id"])
    path = f"/v1/access-overrides/{granted.body['id']}"
    worklist = f"/v1/access-overrides?reviewed=false&service_user_id={note['service_user_id']}"
    assert [item["id"] for item in client.get("notes", worklist, "ig-lead-1").body["items"]] == [
        granted.body["id"]
    ]
    with clock.moved(days=7):
        (late,) = client.get("notes", worklist, "ig-lead-1").body["items"]
        assert late["overdue"]
        assert not late["active"]

    judgement = {"outcome": "not_justified", "reason": "The duty desk had answered."}
    for persona in ("nurse-9", "manager-1", "auditor-1"):
        refused = client.post("notes", f"{path}/reviews", persona, judgement, if_match='"1"')
        assert refused.code == "role_not_permitted"
    assert client.post("notes", f"{path}/reviews", "ig-lead-1", judgement).status == 428
    done = client.post("notes", f"{path}/reviews", "ig-lead-1", judgement, if_match='"1"')
    assert done.status == 201
    assert done.body["review"]["outcome"] == "not_justified"
    assert client.get("notes", worklist, "ig-lead-1").body["items"] == []
    twice = client.post("notes", f"{path}/reviews", "ig-lead-2", judgement, if_match='"2"')
    assert twice.code == "already_reviewed"


async def test_what_was_not_justified_is_over(client: Client, note: dict[str, Any]) -> None:
    granted = break_glass(client, note["service_user_id"])
    assert statuses(everything(client, note, "nurse-9")) == {200}
    judgement = {"outcome": "not_justified", "reason": "Curiosity."}
    path = f"/v1/access-overrides/{granted.body['id']}/reviews"
    done = client.post("notes", path, "ig-lead-1", judgement, if_match=granted.etag)
    assert not done.body["active"]
    await until(lambda: statuses(everything(client, note, "nurse-9")) == {403})


async def test_several_at_once_are_each_counted(client: Client, note: dict[str, Any]) -> None:
    with ThreadPoolExecutor(5) as pool:
        granted = list(pool.map(lambda _: break_glass(client, note["service_user_id"]), range(5)))
    assert sorted(each.body["renewals"] for each in granted) == [0, 1, 2, 3, 4]


async def test_staff_see_their_own_and_no_others(client: Client, note: dict[str, Any]) -> None:
    granted = break_glass(client, note["service_user_id"])
    path = f"/v1/access-overrides/{granted.body['id']}"
    assert client.get("notes", path, "nurse-9").status == 200
    assert client.get("notes", path, "nurse-1").code == "no_relationship"
    own = client.get("notes", "/v1/access-overrides", "nurse-1").body["items"]
    assert own == []
