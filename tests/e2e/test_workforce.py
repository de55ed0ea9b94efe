"""The workforce register: what it holds of a worker, who leaves, who looked, and an HR feed's many
entries at once."""

from typing import Any

import pytest

from tests.support.client import Answer, Client, day
from tests.support.stack import NMC
from tests.support.tokens import signed
from tests.support.wait import until
from tests.support.workforce import put_all, row, withdrawn

pytestmark = pytest.mark.anyio
SUSPENDED = [{**NMC[0], "status": "suspended", "conditions": None, "checked_on": day(ago=3)}]


def _again(client: Client, staff_id: str, by: str = "manager-1", **changes: Any) -> Answer:
    """An entry put again with `changes`, on the version that there is."""
    etag = client.get("supervision", f"/v1/workers/{staff_id}", "ehr-1").etag
    return client.put_worker(staff_id, by, if_match=etag, **changes)


def _events(client: Client, query: str) -> list[dict[str, Any]]:
    path = f"/v1/audit/events?service=supervision&order=asc&{query}"
    return client.every("audit", path, "auditor-1")


async def test_several_employments_and_an_absence(client: Client) -> None:
    employments = [
        {
            "employer": "Demonstration NHS Foundation Trust", "job_title": "STR worker",
            "teams": ["north-cmht"], "hours_per_week": 22.5, "started_on": "2024-01-08",
            "ended_on": None,
        },
        {
            "employer": "A charity", "job_title": None, "teams": ["south-cmht"],
            "hours_per_week": None, "started_on": "2023-01-09", "ended_on": "2024-01-05",
        },
    ]  # fmt: skip
    said: dict[str, Any] = {"employments": employments, "lead_for": ["north-cmht"]}
    made = client.put_worker("str-worker-201", **said)
    assert made.status == 201, made.body
    assert {name: made.body[name] for name in said} == said
    days: dict[str, Any] = {"absent_from": day(ago=2), "absent_until": day(ago=-20)}
    away = _again(client, "str-worker-201", **said, status="absent", **days)
    assert {name: away.body[name] for name in days} == days
    kept = _again(client, "str-worker-201", "ehr-1", **said, status="absent")
    assert kept.body["absent_from"] == day(ago=2)
    back = _again(client, "str-worker-201", **said)
    assert (back.body["absent_from"], back.body["absent_until"]) == (None, None)
    shown = client.get("supervision", "/v1/workers/str-worker-201", "nurse-1").body
    assert shown == {**made.body, "version": 4}
    listed = client.every("supervision", "/v1/workers?team_id=north-cmht", "nurse-1")
    [entry] = [each for each in listed if each["staff_id"] == "str-worker-201"]
    assert entry["employments"] == employments


async def test_what_doesnt_fit_says_where(client: Client) -> None:
    for said, pointer in (
        ({"absent_from": day()}, "#/absent_from"),
        ({"status": "absent", "absent_from": day(ago=-3)}, "#/absent_from"),
        ({"status": "absent", "absent_until": day(ago=3)}, "#/absent_until"),
        ({"left_on": day()}, "#/left_on"),
        ({"status": "left", "left_on": day(ago=-3)}, "#/left_on"),
        ({"employments": [{"employer": "x", "teams": ["west"]}]}, "#/employments/0/teams"),
        (
            {"employments": [{"employer": "x", "started_on": day(), "ended_on": day()}]},
            "#/employments/0",
        ),
    ):
        refused = client.put_worker("str-worker-202", **said)
        assert (refused.status, refused.code) == (422, "malformed"), said
        assert refused.body["errors"][0]["pointer"] == pointer
    unknown = client.get("supervision", "/v1/workers/str-worker-202", "nurse-1")
    assert unknown.status == 404


async def test_who_leaves_is_told_of_as_having_left(client: Client) -> None:
    staff_id = "str-worker-203"
    assert client.put_worker(staff_id).status == 201
    left = _again(client, staff_id, status="left", left_on=day(ago=1))
    assert (left.status, left.body["left_on"]) == (200, day(ago=1))
    assert _again(client, staff_id, "ehr-1", status="left").etag == left.etag
    assert _again(client, staff_id).status == 200
    await until(lambda: len(_events(client, f"resource_id={staff_id}")) == 3)
    told = _events(client, f"resource_id={staff_id}")
    assert [each["type"] for each in told] == [
        "worker-registered", "worker-left", "worker-updated",
    ]  # fmt: skip
    assert told[1]["content"]["left_on"] == day(ago=1)
    assert told[1]["content"]["details"]["status"] == "left"


async def test_who_left_sees_no_record_any_more(client: Client) -> None:
    """Notes and referrals hear of it too, and so do auditors who ask who could see it."""
    staff_id = "str-worker-204"
    client.tokens[staff_id] = signed(client, sub=staff_id, exp=2_000_000_000)
    person = client.service_user()
    assert client.put_worker(staff_id).status == 201
    notes, referrals = f"/v1/notes?service_user_id={person}", f"/v1/service-users/{person}"

    def seen() -> list[int]:
        return [
            client.get("notes", notes, staff_id).status,
            client.get("referrals", referrals, staff_id).status,
        ]

    await until(lambda: seen() == [200, 200])
    assert _again(client, staff_id, status="left").status == 200
    await until(lambda: seen() == [403, 403])
    rights = f"/v1/audit/access-rights?service_user_id={person}&staff_id={staff_id}"
    await until(
        lambda: not client.get("audit", rights, "auditor-1").body["items"][0]["at_work"],
    )


async def test_a_feed_that_doesnt_know_of_a_suspension_doesnt_lift_it(client: Client) -> None:
    made = client.put_worker("nurse-205", registrations=SUSPENDED)
    assert made.status == 201, made.body
    renewed = {**NMC[0], "expires_on": "2031-01-31"}
    by_feed = _again(client, "nurse-205", "ehr-1", registrations=[renewed])
    assert by_feed.body["registrations"] == [{**SUSPENDED[0], "expires_on": "2031-01-31"}]
    lifted = [{**renewed, "status": "effective", "checked_on": day()}]
    by_manager = _again(client, "nurse-205", registrations=lifted)
    [now] = by_manager.body["registrations"]
    assert (now["status"], now["checked_on"]) == ("effective", day())


async def test_training_that_was_recorded_in_error_counts_no_more(client: Client) -> None:
    """The next note is judged without it, and with what counts again, through events."""
    person, by = client.service_user(), "str-worker-206"
    client.tokens[by] = signed(client, sub=by, exp=2_000_000_000)
    assert client.put_worker(by).status == 201
    awarded: dict[str, Any] = {"award": "qualification", "awarded_by": "An awarding body"}
    first = client.trained(by, completed_on=day(ago=90), **awarded)
    assert {name: first.body["training"][0][name] for name in awarded} == awarded
    lapsed = {"completed_on": day(ago=30), "expires_on": day(ago=1)}
    assert client.trained(by, **lapsed).status == 201

    def untrained() -> bool:
        note = client.note(person, by)
        return "no_record_keeping_training" in note.body["countersignature"]["reasons"]

    await until(untrained)
    taken_back = withdrawn(client, by)
    assert taken_back.status == 201, taken_back.body
    assert taken_back.headers["location"] == f"/v1/workers/{by}"
    stands, gone = taken_back.body["training"]
    assert stands["withdrawn"] is None
    assert gone["withdrawn"]["reason"] == "The certificate was a colleague's."
    assert gone["withdrawn"]["by"]["staff_id"] == "manager-1"
    await until(lambda: not untrained())
    assert withdrawn(client, by).status == 201
    await until(untrained)
    none_left = withdrawn(client, by)
    assert (none_left.status, none_left.code) == (409, "training_not_recorded")
    assert client.trained(by).status == 201
    await until(lambda: not untrained())


async def test_who_may_withdraw_training(client: Client) -> None:
    staff_id = "supervisor-207"
    client.tokens[staff_id] = signed(client, sub=staff_id, roles=["supervisor"], exp=2_000_000_000)
    assert client.put_worker(staff_id).status == 201
    trained = client.trained(staff_id)
    for by, code in (
        ("nurse-1", "role_not_permitted"),
        ("manager-9", "not_your_team"),
        (staff_id, "own_entry"),
    ):
        refused = withdrawn(client, staff_id, by)
        assert (refused.status, refused.code) == (403, code)
    stale = withdrawn(client, staff_id, if_match='"1"')
    assert (stale.status, stale.code) == (412, "version_changed")
    assert withdrawn(client, staff_id, course="Record").status == 422
    done = withdrawn(client, staff_id, key="w-207", if_match=trained.etag)
    again = withdrawn(client, staff_id, key="w-207", if_match=trained.etag)
    assert (done.status, again.status, again.body) == (201, 201, done.body)


async def test_a_look_at_the_words_about_somebody_is_recorded(client: Client) -> None:
    staff_id, silent = "str-worker-208", "str-worker-209"
    client.tokens[staff_id] = signed(client, sub=staff_id, exp=2_000_000_000)
    looker = "supervisor-208"
    client.tokens[looker] = signed(client, sub=looker, roles=["supervisor"], exp=2_000_000_000)
    for each in (staff_id, silent):
        assert client.put_worker(each).status == 201
    said = client.trained(staff_id)

    def looked(path: str, by: str) -> None:
        assert client.get("supervision", path, by).status == 200

    looked("/v1/workers?team_id=north-cmht", looker)
    looked(f"/v1/workers/{silent}", looker)
    looked(f"/v1/workers/{staff_id}", staff_id)
    looked(f"/v1/workers/{staff_id}", "str-worker-1")
    looked(f"/v1/workers/{staff_id}", looker)
    same = client.put_worker(staff_id, "ehr-1", if_match=said.etag)
    assert (same.status, same.etag) == (200, said.etag)

    def looks() -> list[dict[str, Any]]:
        return [
            each
            for each in _events(client, "type=record-read")
            if staff_id in each["content"]["staff_ids"] or silent in each["content"]["staff_ids"]
        ]

    # The system's look comes last: once it is there, so is whatever was recorded before.
    await until(lambda: any(each["content"]["basis"] == "system" for each in looks()))
    by_others = [each for each in looks() if each["actor"]["staff_id"] != "manager-1"]
    assert [
        (each["actor"]["staff_id"], each["content"]["basis"], each["content"]["resource"])
        for each in by_others
    ] == [
        (looker, "anyone", f"worker/{staff_id}"), ("ehr-1", "system", f"worker/{staff_id}"),
    ]  # fmt: skip
    assert {tuple(each["content"]["staff_ids"]) for each in by_others} == {(staff_id,)}


async def test_many_entries_at_once_each_on_its_own(client: Client) -> None:
    known = client.put_worker("str-worker-211", "ehr-1")
    assert known.status == 201
    same = put_all(client, row("str-worker-212"))
    assert (same.status, same.body["items"][0]["status"]) == (200, 201)
    answer = put_all(
        client,
        row("str-worker-210", employments=[{"employer": "e", "teams": ["north-cmht"]}]),
        row("str-worker-211", band=4, version=1),
        row("str-worker-212"),
        row("str-worker-212", band=9),
        row("str-worker-213", band="three"),
        row("str-worker-1", band=9),
        row("str-worker-211", band=5),
        row("str-worker-214", version=3),
        row("str-worker-215", left_on=day()),
        row("str-worker-216", employments=[{"employer": "e", "teams": ["west"]}]),
        "not a row",
    )
    assert answer.status == 200, answer.body
    items = answer.body["items"]
    assert [(each["staff_id"], each["status"]) for each in items] == [
        ("str-worker-210", 201), ("str-worker-211", 200), ("str-worker-212", 200),
        ("str-worker-212", 422), ("str-worker-213", 422), ("str-worker-1", 428),
        ("str-worker-211", 422), ("str-worker-214", 412), ("str-worker-215", 422),
        ("str-worker-216", 422), (None, 422),
    ]  # fmt: skip
    assert [each["version"] for each in items[:3]] == [1, 2, 1]
    assert [each["error"] for each in items[:3]] == [None, None, None]
    assert [each["error"]["code"] for each in items[3:]] == [
        "malformed", "malformed", "if_match_required", "malformed", "version_changed",
        "malformed", "malformed", "malformed",
    ]  # fmt: skip
    pointers = [(each["error"]["errors"] or [{}])[0].get("pointer") for each in items[3:]]
    assert pointers == [
        "#/items/3/staff_id", "#/items/4/band", None, "#/items/6/staff_id", None,
        "#/items/8/left_on", "#/items/9/employments/0/teams", "#/items/10",
    ]  # fmt: skip
    changed = client.get("supervision", "/v1/workers/str-worker-211", "nurse-1")
    assert (changed.body["band"], changed.etag) == (4, '"2"')
    for none in ("str-worker-213", "str-worker-214", "str-worker-215", "str-worker-216"):
        assert client.get("supervision", f"/v1/workers/{none}", "nurse-1").status == 404


async def test_a_manager_puts_many_of_their_own_and_refusals_are_recorded(client: Client) -> None:
    assert client.put_worker("str-worker-217").status == 201
    south = row("str-worker-217", teams=["south-cmht"], version=1)
    answer = put_all(client, south, row("str-worker-218"), by="manager-9")
    assert [each["status"] for each in answer.body["items"]] == [403, 201]
    assert answer.body["items"][0]["error"]["code"] == "not_your_team"

    def denied() -> list[dict[str, Any]]:
        return [
            each["content"]
            for each in _events(client, "actor_id=manager-9&type=access-denied")
            if each["content"]["resource"] == "worker/str-worker-217"
        ]

    await until(lambda: bool(denied()))
    [refusal] = denied()
    assert (refusal["operation"], refusal["code"]) == ("put_workers", "not_your_team")
    assert put_all(client, row("str-worker-218"), by="nurse-1").code == "role_not_permitted"


async def test_five_hundred_rows_go_at_once_and_no_more(client: Client) -> None:
    employment = {
        "employer": "Demonstration NHS Foundation Trust", "job_title": "STR worker",
        "teams": ["bulk-cmht"], "hours_per_week": 37.5, "started_on": "2024-01-08",
    }  # fmt: skip
    rows = [
        row(
            f"bulk-{number}", teams=["bulk-cmht"], employments=[employment] * 2, registrations=NMC,
            level="senior", line_manager_id="manager-1", started_on="2024-01-08",
        )
        for number in range(500)
    ]  # fmt: skip
    first = put_all(client, *rows)
    assert first.status == 200, first.body
    assert {(each["status"], each["version"]) for each in first.body["items"]} == {(201, 1)}
    assert [each["staff_id"] for each in first.body["items"]] == [each["staff_id"] for each in rows]
    again = put_all(client, *rows)
    assert {(each["status"], each["version"]) for each in again.body["items"]} == {(200, 1)}
    changed = put_all(client, *({**each, "band": 4, "version": 1} for each in rows))
    assert {(each["status"], each["version"]) for each in changed.body["items"]} == {(200, 2)}
    assert put_all(client, *rows, row("bulk-500")).status == 422
    huge = put_all(client, row("bulk-500", name="x" * (1 << 20)))
    assert (huge.status, huge.code) == (413, "content_too_large")
