"""Supervision that is due, held, and not."""

from datetime import date, datetime, time
from typing import Any

from shared.kernel.days import LOCAL
from tests.support.client import Answer, Client
from tests.support.supervising import agreed, held, introduced, on_session, scheduled


def held_on(client: Client, agreement: Answer, *moments: date | str) -> None:
    """A session under an agreement that was held on each of these days, or at these moments."""
    for each in moments:
        at = each if isinstance(each, str) else noon(each)
        done = held(client, scheduled(client, agreement, scheduled_for=at), held_at=at)
        assert done.status == 201, done.body


def not_held(client: Client, agreement: Answer, day: date, command: str) -> None:
    """A session that was to be on a day and wasn't: `cancellations` or `non-attendances`."""
    session = scheduled(client, agreement, scheduled_for=noon(day))
    by, why = agreement.body["supervisor_id"], {"reason_code": "workload", "reason": "Too much."}
    done = on_session(client, session, command, by, **why)
    assert done.status == 201, done.body


def noon(day: date) -> str:
    return datetime.combine(day, time(12), LOCAL).isoformat()


def compliance(client: Client, team: str, by: str, **asked: Any) -> Answer:
    names = {"since": "from", "until": "to"}
    query = "".join(f"&{names.get(name, name)}={value}" for name, value in asked.items())
    return client.get("supervision", f"/v1/supervision/compliance?team_id={team}{query}", by)


def overdue(client: Client) -> None:
    """Supervision that will be due before the clock has been moved on by nine days."""
    team = "overdue-cmht"
    worker = introduced(client, "overdue-worker", "str_worker", team)
    supervisor = introduced(client, "overdue-supervisor", "supervisor", team)
    made = agreed(client, worker, supervisor, interval_weeks=1)
    assert made.status == 201, made.body
