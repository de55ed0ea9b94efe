"""Referrals of before: once migrated, they have their place in time, and their decisions."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from shared.kernel.ids import new_id
from shared.platform.migrations import migrate
from tests.support.engines import Engines

RECEIVED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DECIDED, CLOSED = RECEIVED + timedelta(days=2), RECEIVED + timedelta(days=60)


def _decision(outcome: str, reason_code: str | None = None) -> dict[str, Any]:
    return {
        "outcome": outcome, "rationale": None, "reason_code": reason_code,
        "at": DECIDED.isoformat(),
    }  # fmt: skip


STORIES: dict[str, tuple[str, dict[str, Any]]] = {
    "received": ("routine", {"decisions": [], "closure": None}),
    "declined": ("urgent", {"decisions": [_decision("declined", "other")], "closure": None}),
    "closed": (
        "very_urgent",
        {"decisions": [_decision("accepted")], "closure": {"at": CLOSED.isoformat()}},
    ),
}


def test_what_was_there_is_carried_over(engines: Engines) -> None:
    old = engines.empty("referrals")
    migrate("referrals", old.owner_dsn, "0003")
    ids = {status: new_id() for status in STORIES}
    with psycopg.connect(old.owner_dsn) as connection:
        for status, (urgency, story) in STORIES.items():
            connection.execute(
                "INSERT INTO referrals (id, version, service_user_id, team_id, status,"
                " received_at, recorded_at, metadata) VALUES (%s, 1, %s, 'north-cmht', %s, %s, %s,"
                " %s)",
                (ids[status], new_id(), status, RECEIVED, RECEIVED,
                 json.dumps({"urgency": urgency, **story})),
            )  # fmt: skip
    migrate("referrals", old.owner_dsn)
    with psycopg.connect(old.owner_dsn) as connection:
        found = connection.execute(
            "SELECT id, priority, priority_rank, waiting_since, ended_at FROM referrals"
        ).fetchall()
        decisions = connection.execute(
            "SELECT referral_id, n, team_id, outcome, reason_code, decided_at"
            " FROM referral_decisions"
        ).fetchall()
    rows: dict[UUID, Any] = {row[0]: row[1:] for row in found}
    assert rows[ids["received"]] == ("routine", 4, RECEIVED, None)
    assert rows[ids["declined"]] == ("urgent", 3, RECEIVED, DECIDED)
    assert rows[ids["closed"]] == ("very_urgent", 2, RECEIVED, CLOSED)
    assert sorted(decisions, key=lambda row: row[3]) == [
        (ids["closed"], 1, "north-cmht", "accepted", None, DECIDED),
        (ids["declined"], 1, "north-cmht", "declined", "other", DECIDED),
    ]
