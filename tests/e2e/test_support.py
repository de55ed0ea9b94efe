"""Goals, carers, sharing preferences and visit alerts: who may, what is refused, what is shown."""

from typing import Any

import pytest

from tests.support.client import Answer, Client, Json, day
from tests.support.moving import MovableClock
from tests.support.supporting import BODIES, carer_changed, kept, on_kept, read, where
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
KINDS = tuple(BODIES)
NOBODY = "01a00000-0000-7000-8000-00000000dead"


@pytest.fixture
def someone(client: Client) -> str:
    return client.service_user()


def items(client: Client, person: str, kind: str, query: str = "", by: str = "nurse-1") -> Any:
    answer = client.get("referrals", f"{where(person, kind)}{query}", by)
    assert answer.status == 200, answer.body
    return answer.body["items"]


@pytest.mark.parametrize("kind", KINDS)
async def test_each_is_a_resource_below_the_person(client: Client, someone: str, kind: str) -> None:
    made = kept(client, someone, kind)
    assert (made.status, made.etag) == (201, '"1"')
    assert made.headers["location"] == f"{where(someone, kind)}/{made.body['id']}"
    shown = read(client, made, kind, "str-worker-1")
    assert (shown.body, shown.etag) == (made.body, made.etag)
    assert shown.body["recorded_by"]["staff_id"] == "coordinator-1"
    second = kept(client, someone, kind, **_other(kind))
    listed = client.every("referrals", f"{where(someone, kind)}?limit=1", "ehr-1")
    assert [each["id"] for each in listed] == [second.body["id"], made.body["id"]]
    oldest = items(client, someone, kind, "?order=asc")
    assert [each["id"] for each in oldest] == [made.body["id"], second.body["id"]]
    assert items(client, client.service_user(), kind) == []


def _other(kind: str) -> Json:
    return {"recipient": "housing"} if kind == "sharing-preferences" else {}


@pytest.mark.parametrize("kind", KINDS)
async def test_none_is_shown_or_changed_under_somebody_else(
    client: Client, someone: str, kind: str
) -> None:
    made, other = kept(client, someone, kind), client.service_user()
    for person, kept_id in ((other, made.body["id"]), (someone, NOBODY), (NOBODY, made.body["id"])):
        unknown = client.get("referrals", f"{where(person, kind)}/{kept_id}", "nurse-1")
        assert (unknown.status, unknown.code) == (404, "not_found")
    elsewhere = Answer(201, {**made.body, "service_user_id": other}, made.headers)
    for changed in _changes(client, elsewhere, kind, "coordinator-1"):
        assert (changed.status, changed.code) == (404, "not_found")
    assert kept(client, NOBODY, kind).code == "not_found"
    assert client.get("referrals", where(NOBODY, kind), "nurse-1").code == "not_found"


def _changes(client: Client, made: Answer, kind: str, by: str, **more: Any) -> list[Answer]:
    """What can be done to one of a kind: nothing to a preference, which is said anew."""
    match kind:
        case "plans":
            return [on_kept(client, made, kind, "reviews", by, outcome="continued", **more)]
        case "goals":
            return [on_kept(client, made, kind, "progress", by, progress="achieved", **more)]
        case "carers":
            return [carer_changed(client, made, by, main_carer=True, **more)]
        case "visit-alerts":
            return [on_kept(client, made, kind, "reviews", by, outcome="ended", **more)]
    return []


@pytest.mark.parametrize("kind", KINDS)
async def test_changing_needs_the_version_one_saw(client: Client, someone: str, kind: str) -> None:
    made = kept(client, someone, kind)
    for missing in _changes(client, made, kind, "coordinator-1", if_match=None):
        assert (missing.status, missing.code) == (428, "if_match_required")
    for stale in _changes(client, made, kind, "coordinator-1", if_match='"7"'):
        assert (stale.status, stale.code) == (412, "version_changed")
    assert read(client, made, kind).body == made.body


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restricted_record_is_for_those_named(client: Client, kind: str) -> None:
    someone = client.service_user()
    made = kept(client, someone, kind)
    assert client.restricted(someone, named_staff=["nurse-1"]).status == 201
    path = where(someone, kind)
    for refused in (
        kept(client, someone, kind),
        read(client, made, kind),
        client.get("referrals", path, "coordinator-1"),
        *_changes(client, made, kind, "coordinator-1"),
    ):
        assert (refused.status, refused.code) == (403, "no_relationship")
    assert read(client, made, kind, "nurse-1").body == made.body


async def test_broken_glass_reads_and_does_not_write(client: Client, someone: str) -> None:
    body = {"service_user_id": someone, "reason_code": "emergency", "reason": "Found unwell."}
    made = kept(client, someone, "visit-alerts")
    assert client.post("notes", "/v1/access-overrides", "nurse-9", body).status == 201
    assert read(client, made, "visit-alerts", "nurse-9").body == made.body
    refused = kept(client, someone, "visit-alerts", "nurse-9")
    assert (refused.status, refused.code) == (403, "tie_not_enough")


async def test_who_may_write(client: Client, someone: str) -> None:
    """An STR worker sets goals and records carers, and makes no plan (HB 5.15)."""
    client.tokens["supervisor-7"] = signed(
        client, sub="supervisor-7", roles=["supervisor"], teams=["north-cmht"]
    )
    for kind in KINDS:
        plans = kind == "plans"
        may = {
            "str-worker-1": not plans, "nurse-1": True, "coordinator-1": True, "manager-1": True,
            "supervisor-7": False, "ehr-1": plans, "ig-lead-1": False,
        }  # fmt: skip
        for by, allowed in may.items():
            answer = kept(client, someone, kind, by, **_other(kind))
            assert answer.status == (201 if allowed else 403), (kind, by, answer.body)
            if not allowed:
                assert answer.code == "role_not_permitted"


async def test_every_look_is_on_record(client: Client, someone: str) -> None:
    made = kept(client, someone, "carers")
    read(client, made, "carers", "ot-1")
    items(client, someone, "goals", by="ot-1")
    path = f"/v1/audit/events?service_user_id={someone}&actor_id=ot-1&type=record-read&limit=50"

    def looks() -> list[tuple[str, Any, int]]:
        found = client.every("audit", path, "ig-lead-1")
        contents = [each["content"] for each in found]
        return [(c["operation"], c["resource"], c["returned"]) for c in contents]

    await until(lambda: len(looks()) == 2)
    assert looks() == [("read_goals", None, 0), ("read_carers", f"carer/{made.body['id']}", 1)]


async def test_progress_towards_a_goal(client: Client, someone: str) -> None:
    made = kept(client, someone, "goals", "str-worker-1", need="housing", target_on=day(ago=-90))
    assert (made.body["status"], made.body["progress"]) == ("not_started", [])
    first = on_kept(
        client, made, "goals", "progress", "str-worker-1",
        progress="working_towards", own_words="I paid it twice.",
    )  # fmt: skip
    assert (first.status, first.etag) == (201, '"2"')
    last = on_kept(
        client, first, "goals", "progress", progress="achieved", worker_view="No arrears left."
    )
    assert last.body["status"] == "achieved"
    assert [
        (each["progress"], each["own_words"], each["worker_view"], each["by"]["staff_id"])
        for each in last.body["progress"]
    ] == [
        ("working_towards", "I paid it twice.", None, "str-worker-1"),
        ("achieved", None, "No arrears left.", "coordinator-1"),
    ]
    assert read(client, made, "goals").body == last.body


async def test_a_goal_of_a_plan(client: Client, someone: str) -> None:
    plan = kept(client, client.service_user(), "plans")
    for unknown in (NOBODY, plan.body["id"]):
        refused = kept(client, someone, "goals", plan_id=unknown)
        assert (refused.status, refused.code) == (404, "not_found")


async def test_a_carer_is_changed_where_it_is_named(client: Client, someone: str) -> None:
    said: Json = {
        "telephone": "01632 960001", "next_of_kin": True, "in_confidence": "Is worn out.",
    }  # fmt: skip
    made = kept(client, someone, "carers", "str-worker-1", **said)
    assert {**made.body, **said} == made.body
    assert made.body["main_carer"] is False
    changed = carer_changed(
        client, made, main_carer=True, telephone=None, in_confidence="Wants a rest."
    )
    assert (changed.status, changed.etag) == (200, '"2"')
    assert changed.body == {
        **made.body, "version": 2, "main_carer": True, "telephone": None,
        "in_confidence": "Wants a rest.",
    }  # fmt: skip
    ended = carer_changed(client, changed, ended_on=day(ago=1))
    assert ended.body["ended_on"] == day(ago=1)
    again = carer_changed(client, ended, ended_on=day(ago=1))
    assert (again.status, again.body, again.etag) == (200, ended.body, ended.etag)
    path = f"{where(someone, 'carers')}/{made.body['id']}/history"
    told = client.get("referrals", path, "str-worker-1").body["items"]
    assert [(each["type"], each["actor"]["staff_id"], each["changes"]) for each in told] == [
        ("carer-recorded", "str-worker-1", []),
        ("carer-updated", "coordinator-1", ["in_confidence", "main_carer", "telephone"]),
        ("carer-updated", "coordinator-1", ["ended_on"]),
    ]
    assert client.get("referrals", path, "nurse-9").status == 403
    elsewhere = path.replace(someone, client.service_user())
    assert client.get("referrals", elsewhere, "str-worker-1").status in (403, 404)
    unchanged = carer_changed(client, ended)
    assert (unchanged.status, unchanged.etag) == (200, ended.etag), "nothing differs"
    for bad in (
        {"name": None}, {"main_carer": "yes"}, {"ended_on": day(ago=-1)}, {"age": 7}, {"name": " "},
    ):  # fmt: skip
        refused = carer_changed(client, ended, **bad)
        assert (refused.status, refused.code) == (422, "malformed"), bad
    assert items(client, someone, "carers") == [ended.body]


async def test_what_was_said_last_of_a_recipient_counts(client: Client, someone: str) -> None:
    carer = kept(client, someone, "carers").body["id"]
    said = (
        {"recipient": "gp", "may_share": "everything"},
        {"recipient": "carer", "may_share": "some"},
        {"recipient": "carer", "carer_id": carer, "may_share": "some"},
        {"recipient": "gp", "may_share": "nothing", "own_words": "Not about my job."},
        {"recipient": "carer", "carer_id": carer, "may_share": "everything"},
    )
    made = [kept(client, someone, "sharing-preferences", **each) for each in said]
    assert all(each.status == 201 and each.body["current"] for each in made)
    shown = items(client, someone, "sharing-preferences")
    current = [False, True, False, True, True]
    expected = [{**each.body, "current": now} for each, now in zip(made, current, strict=True)]
    assert shown == expected[::-1]
    assert read(client, made[0], "sharing-preferences").body == expected[0]
    other = kept(client, client.service_user(), "carers").body["id"]
    for unknown in (NOBODY, other):
        refused = kept(client, someone, "sharing-preferences", recipient="carer", carer_id=unknown)
        assert (refused.status, refused.code) == (404, "not_found")


async def test_visit_alerts_stand_until_they_are_ended(client: Client, someone: str) -> None:
    made = kept(client, someone, "visit-alerts", "str-worker-1")
    other = kept(client, someone, "visit-alerts", "str-worker-1", risk="two_staff")
    kept_on = on_kept(
        client, made, "visit-alerts", "reviews", "str-worker-1",
        outcome="kept", review_due=day(ago=-60), instructions="Ring twice.", findings="Still so.",
    )  # fmt: skip
    assert kept_on.status == 201, kept_on.body
    assert kept_on.body["instructions"] == "Ring twice."
    assert [each["findings"] for each in kept_on.body["reviews"]] == ["Still so."]
    ended = on_kept(client, other, "visit-alerts", "reviews", outcome="ended")
    assert (ended.body["ended"], ended.body["review_due"]) == (True, None)
    assert items(client, someone, "visit-alerts") == [kept_on.body]
    assert items(client, someone, "visit-alerts", "?ended=true") == [ended.body]
    twice = on_kept(client, ended, "visit-alerts", "reviews", outcome="ended")
    assert (twice.status, twice.code) == (409, "alert_ended")
    assert (
        client.get("referrals", f"{where(someone, 'visit-alerts')}?ended=x", "nurse-1").status
        == 422
    )


async def test_a_review_that_is_overdue_shows(moving: tuple[Client, MovableClock]) -> None:
    client, clock = moving
    someone = client.service_user()
    made = kept(client, someone, "visit-alerts", review_due=day(ago=-5))
    with clock.moved(days=5):
        assert items(client, someone, "visit-alerts")[0]["review_overdue"] is False
    with clock.moved(days=6):
        assert items(client, someone, "visit-alerts")[0]["review_overdue"] is True
        assert read(client, made, "visit-alerts").body["review_overdue"] is True
        past = on_kept(
            client, made, "visit-alerts", "reviews", outcome="kept", review_due=day(ago=-6)
        )
        assert (past.status, past.code) == (422, "malformed")
    assert items(client, someone, "visit-alerts") == [made.body]


BAD: list[tuple[str, Json]] = [
    ("goals", {"goal": " "}),
    ("goals", {"need": "sleep"}),
    ("goals", {"target_on": "soon"}),
    ("goals", {"progress": []}),
    ("carers", {"name": None}),
    ("carers", {"relationship": ""}),
    ("carers", {"next_of_kin": 1}),
    ("carers", {"ended_on": day()}),
    ("sharing-preferences", {"recipient": "neighbour"}),
    ("sharing-preferences", {"may_share": "perhaps"}),
    ("sharing-preferences", {"review_due": day()}),
    ("sharing-preferences", {"recipient": "gp", "carer_id": NOBODY}),
    ("visit-alerts", {"risk": "ghosts"}),
    ("visit-alerts", {"review_due": None}),
    ("visit-alerts", {"review_due": day()}),
    ("visit-alerts", {"instructions": "x\u0000"}),
]


@pytest.mark.parametrize(("kind", "bad"), BAD)
async def test_what_is_malformed(client: Client, person: str, kind: str, bad: Json) -> None:
    refused = kept(client, person, kind, **bad)
    assert (refused.status, refused.code) == (422, "malformed"), refused.body


@pytest.mark.parametrize(
    ("kind", "command", "bad"),
    [
        ("goals", "progress", {}),
        ("goals", "progress", {"progress": "almost"}),
        ("goals", "progress", {"progress": "achieved", "goal": "x"}),
        ("visit-alerts", "reviews", {"outcome": "kept"}),
        ("visit-alerts", "reviews", {"outcome": "kept", "review_due": day()}),
        ("visit-alerts", "reviews", {"outcome": "ended", "review_due": day(ago=-9)}),
        ("visit-alerts", "reviews", {"outcome": "ended", "instructions": "Ring."}),
    ],
)
async def test_a_command_that_is_malformed(
    client: Client, person: str, kind: str, command: str, bad: Json
) -> None:
    made = kept(client, person, kind)
    refused = on_kept(client, made, kind, command, **bad)
    assert (refused.status, refused.code) == (422, "malformed"), refused.body
    assert read(client, made, kind).etag == '"1"'
