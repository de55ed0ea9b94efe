"""What supervision was due in a team and held in time, against a table made by hand.

One worker has three supervisors from two organisations. The quarter is past, so that nothing in it
changes as time goes by.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.kernel.days import local_day
from tests.support.client import Client, Json, entry
from tests.support.supervised import compliance, held_on, not_held
from tests.support.supervising import agreed, introduced, on_agreement
from tests.support.tokens import manager
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM, WORKER = "quarter-cmht", "quarter-worker"
DEVELOPS, COORDINATES, MENTORS = "quarter-develops", "quarter-coordinates", "quarter-mentors"
HARBOUR = "Harbour Housing Association"
STARTED = date(2026, 6, 29)
QUARTER: dict[str, date] = {"since": date(2026, 7, 1), "until": date(2026, 9, 30)}
#            kind             from         weeks
AGREED = (
    ("case",             COORDINATES, 6),
    ("developmental",    DEVELOPS,    4),
    ("mentoring",        MENTORS,     8),
)  # fmt: skip
# The same table, as a manager would make it by hand:
#   case:          due 10 Aug, held that day; due 21 Sep, not held by the end of the quarter.
#                  One on 6 Aug was cancelled.
#   developmental: due 27 Jul, held 24 Jul; due 21 Aug, the one on 20 Aug was missed and made up for
#                  on 28 Aug; due 25 Sep, held that day.
#   mentoring:     due 24 Aug, held 29 Jul; due 23 Sep, held 16 Sep.
COLUMNS = (
    "kind", "last_held_on", "next_due_on", "overdue", "overdue_since",
    "held", "missed", "cancelled", "due", "in_time", "rate_percent",
)  # fmt: skip
BY_HAND = [
    ("case",          "2026-08-10", "2026-11-02", True,  "2026-09-21", 1, 0, 1, 2, 1, 50.0),
    ("developmental", "2026-09-25", "2026-10-23", False, None,         3, 1, 0, 3, 2, 66.7),
    ("mentoring",     "2026-09-16", "2026-11-11", False, None,         2, 0, 0, 2, 2, 100.0),
]  # fmt: skip


@pytest.fixture(scope="module")
def quarter(client: Client) -> Iterator[Client]:
    introduced(client, WORKER, "str_worker", TEAM)
    introduced(client, DEVELOPS, "supervisor", TEAM)
    introduced(client, COORDINATES, "care_coordinator", TEAM)
    introduced(client, MENTORS, "str_worker", "harbour", employer=HARBOUR, level="senior")
    boss = manager(client, "quarter-manager", TEAM)
    made = {
        kind: agreed(
            client, WORKER, supervisor, by=boss, kind=kind, interval_weeks=weeks,
            starts_on=STARTED.isoformat(),
        )
        for kind, supervisor, weeks in AGREED
    }  # fmt: skip
    for kind, agreement in made.items():
        assert agreement.status == 201, (kind, agreement.body)
    developing = made["developmental"]
    held_on(client, developing, date(2026, 7, 24))
    not_held(client, developing, date(2026, 8, 20), "non-attendances")
    held_on(client, developing, date(2026, 8, 28), date(2026, 9, 25))
    not_held(client, made["case"], date(2026, 8, 6), "cancellations")
    # It is the tenth already in England.
    held_on(client, made["case"], "2026-08-09T23:30:00+00:00")
    held_on(client, made["mentoring"], date(2026, 7, 29), date(2026, 9, 16))
    yield client
    for agreement in made.values():
        on_agreement(client, agreement, "endings", boss, reason="The test is over.")


def figures(found: Json) -> dict[str, object]:
    names = ("due", "in_time", "held", "missed", "cancelled", "unsigned", "overdue")
    return {name: found[name] for name in (*names, "rate_percent", "target_percent", "met")}


async def test_the_figures_of_a_quarter_equal_a_table_made_by_hand(quarter: Client) -> None:
    found = compliance(quarter, TEAM, "quarter-manager", **QUARTER, forecast_days=45)
    assert found.status == 200, found.body
    assert [tuple(item[name] for name in COLUMNS) for item in found.body["items"]] == BY_HAND
    assert {item["worker_id"] for item in found.body["items"]} == {WORKER}
    assert [(item["kind"], item["supervisor_id"], item["interval_weeks"])
            for item in found.body["items"]] == [*AGREED]  # fmt: skip
    assert figures(found.body) == {
        "due": 7, "in_time": 5, "held": 6, "missed": 1, "cancelled": 1, "unsigned": 0,
        "overdue": 1, "rate_percent": 71.4, "target_percent": 95, "met": False,
    }  # fmt: skip
    asked = {name: found.body[name] for name in ("team_id", "from", "to", "as_at")}
    assert asked == {
        "team_id": TEAM, "from": "2026-07-01", "to": "2026-09-30", "as_at": "2026-09-30",
    }  # fmt: skip
    assert [(each["due_on"], each["kind"]) for each in found.body["forecast"]] == [
        ("2026-10-23", "developmental"),
        ("2026-11-02", "case"),
        ("2026-11-11", "mentoring"),
    ]


async def test_a_shorter_period_counts_what_fell_due_in_it(quarter: Client) -> None:
    august = {"since": "2026-08-01", "until": "2026-08-31"}
    found = compliance(quarter, TEAM, "quarter-develops", **august, kind="developmental").body
    [item] = found["items"]
    assert (item["due"], item["in_time"], item["held"], item["missed"]) == (1, 0, 1, 1)
    assert (found["rate_percent"], found["met"]) == (0.0, False)
    assert not item["overdue"], "it was made up for on the 28th"
    before = compliance(quarter, TEAM, DEVELOPS, since="2026-08-01", until="2026-08-27").body
    assert {each["kind"]: each["overdue_since"] for each in before["items"]} == {
        "case": None, "developmental": "2026-08-21", "mentoring": None,
    }  # fmt: skip
    nothing = compliance(quarter, TEAM, DEVELOPS, since="2026-07-01", until="2026-07-20").body
    assert (nothing["due"], nothing["rate_percent"], nothing["met"]) == (0, None, None)


async def test_a_page_is_of_the_whole(quarter: Client) -> None:
    whole = compliance(quarter, TEAM, "quarter-manager", **QUARTER).body
    first = compliance(quarter, TEAM, "quarter-manager", **QUARTER, limit=2).body
    rest = compliance(
        quarter, TEAM, "quarter-manager", **QUARTER, limit=2, cursor=first["next_cursor"]
    ).body
    assert len(first["items"]) == 2
    assert [*first["items"], *rest["items"]] == whole["items"]
    assert rest["next_cursor"] is None
    assert figures(first) == figures(rest) == figures(whole)
    assert first["forecast"] == whole["forecast"]


async def test_a_time_stands_for_its_day_in_england(quarter: Client) -> None:
    asked = {"since": "2026-06-30T23:30:00Z", "until": "2026-09-30T22:59:00Z"}
    found = compliance(quarter, TEAM, "quarter-manager", **asked).body
    assert (found["from"], found["to"]) == ("2026-07-01", "2026-09-30")


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-09-30", "until": "2026-09-29"},
        {"since": "30.9.2026"},
        {"since": "2026-09-30T12:00:00"},
        {"until": "1759190400"},
        {"forecast_days": 367},
        {"forecast_days": -1},
        {"cursor": "x"},
    ],
)
async def test_what_is_malformed_is_refused(quarter: Client, asked: Json) -> None:
    assert compliance(quarter, TEAM, "quarter-manager", **asked).status == 422


async def test_auditors_and_ig_leads_name_a_team_and_are_on_record(quarter: Client) -> None:
    for by in ("auditor-1", "ig-lead-1"):
        assert quarter.get("supervision", "/v1/supervision/compliance", by).status == 422
        assert compliance(quarter, TEAM, by, **QUARTER).body["due"] == 7

    def looked() -> set[tuple[str, str]]:
        path = f"/v1/audit/events?type=record-read&service=supervision&team_id={TEAM}"
        return {
            (each["actor"]["staff_id"], each["content"]["resource"])
            for each in quarter.every("audit", path, "ig-lead-1")
        }

    what = f"supervision-compliance/{TEAM}"
    await until(lambda: looked() == {("auditor-1", what), ("ig-lead-1", what)})


async def test_the_worker_and_other_teams_managers_are_refused(quarter: Client) -> None:
    other = manager(quarter, "quarter-outsider", "elsewhere-cmht")
    assert compliance(quarter, TEAM, WORKER).code == "role_not_permitted"
    assert compliance(quarter, TEAM, COORDINATES).code == "role_not_permitted"
    assert compliance(quarter, TEAM, other).code == "no_relationship"


async def test_who_is_away_is_excused_and_who_left_counts_no_more(client: Client) -> None:
    team, today = "leaving-cmht", local_day(datetime.now(UTC))
    boss = manager(client, "leaving-manager", team)
    worker = introduced(client, "leaving-worker", "str_worker", team)
    supervisor = introduced(client, "leaving-supervisor", "supervisor", team)
    started = today - timedelta(weeks=12)
    made = agreed(
        client, worker, supervisor, by=boss, interval_weeks=4, starts_on=started.isoformat()
    )
    assert made.status == 201, made.body

    def seen(**asked: object) -> Json:
        found: list[Json] = compliance(client, team, boss, **asked).body["items"]
        [item] = found
        return item

    def put(staff_id: str, **changes: object) -> None:
        shown = client.get("supervision", f"/v1/workers/{staff_id}", boss)
        done = client.put_worker(
            staff_id, "ehr-1", if_match=shown.etag, **{**entry(shown), **changes}
        )
        assert done.status == 200, done.body

    assert (seen()["due"], seen()["overdue_since"]) == (2, str(started + timedelta(weeks=4)))
    since = started + timedelta(weeks=3)
    put(worker, status="absent", absent_from=since.isoformat())
    assert (seen()["due"], seen()["overdue"], seen()["next_due_on"]) == (0, False, None)
    put(supervisor, status="left")
    assert not seen()["supervisor_at_work"]
    left_on = (today - timedelta(weeks=3)).isoformat()
    put(worker, status="left", absent_from=None, left_on=left_on)
    then = (today - timedelta(weeks=4)).isoformat()
    assert seen(since=then)["next_due_on"] is None
    after = compliance(client, team, boss, since=today.isoformat()).body
    assert (after["items"], after["due"], after["forecast"]) == ([], 0, [])
