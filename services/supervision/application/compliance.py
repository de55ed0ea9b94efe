"""Use case of compliance: what supervision was due in a team, and what of it was held in time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from services.supervision import policy
from services.supervision.application.overseeing import over, recorded
from services.supervision.projection import Compliance as ReadModel
from services.supervision.projection import Rules, terms_of
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.days import LOCAL, local_day
from shared.kernel.errors import Malformed
from shared.platform.accesslog import Shown
from shared.platform.relationships import Relationships

USUAL_PERIOD = timedelta(weeks=12)
COUNTED = ("held", "missed", "cancelled", "due", "in_time", "unsigned")
Item = dict[str, Any]


class Compliance:
    def __init__(self, database: Database, relationships: Relationships) -> None:
        self._relationships = relationships
        self._rules = Rules(database)
        self._read = ReadModel(database)

    async def of(
        self,
        call: Call,
        team_id: str | None,
        since: date | None,
        until: date | None,
        forecast_days: int,
        worker_id: str | None,
        kind: str | None,
        after: Sequence[Any] | None,
        limit: int,
    ) -> tuple[dict[str, Any], bool]:
        """A page of a team's agreements as they stood at the end of a period, or stand today if it
        goes on; the figures and the forecast are of all. Also tells whether there are more.

        The target is that of the policy in force at the end of the period.
        """
        team_id, grant = await over(self._relationships, call, team_id)
        today = local_day(call.at)
        last = until or today
        first = since or last - USUAL_PERIOD
        if first > last:
            raise Malformed("the period ends before it begins", "to")
        as_at = min(last, today)
        horizon = as_at + timedelta(days=forecast_days)
        closing = datetime.combine(last, time.max, LOCAL)
        rules = (await self._rules.of(team_id, min(closing, call.at))).rules
        rows = await self._read.agreed(
            team_id,
            since=first,
            until=as_at,
            horizon=horizon,
            sign_since=today - timedelta(days=rules.sign_within_days),
            worker_id=worker_id,
            kind=kind,
        )
        items, forecast = [], []
        for row in rows:
            item, coming = _standing(row, first, as_at, horizon)
            forecast += [{**_named(row), "due_on": day} for day in coming]
            if row["starts_on"] <= as_at:
                items.append(item)
        totals = {name: sum(item[name] for item in items) for name in COUNTED}
        following = [each for each in items if after is None or key_of(each) > [*after]]
        page = following[:limit]
        shown = Shown(
            resource=f"supervision-compliance/{team_id}", returned=len(page), team_id=team_id
        )
        await recorded(self._relationships, call, grant, shown)
        due, in_time = totals["due"], totals["in_time"]
        return {
            "team_id": team_id,
            "from": first,
            "to": last,
            "as_at": as_at,
            "target_percent": rules.target_percent,
            "sign_within_days": rules.sign_within_days,
            **totals,
            "overdue": sum(item["overdue"] for item in items),
            "rate_percent": policy.rate_percent(due, in_time),
            "met": policy.meets(due, in_time, rules.target_percent),
            "items": page,
            "forecast": sorted(forecast, key=lambda each: (each["due_on"], key_of(each))),
        }, len(following) > limit


def key_of(item: Mapping[str, Any]) -> list[str]:
    """What items are sorted by."""
    return [
        *(item[name] for name in ("worker_id", "kind", "supervisor_id")),
        str(item["agreement_id"]),
    ]


def _standing(
    row: Mapping[str, Any], since: date, as_at: date, horizon: date
) -> tuple[Item, tuple[date, ...]]:
    """One agreement as it stands on a day, and what falls due from then on."""
    known = [day for day in row["held_on"] if day <= as_at]
    due = in_time = 0
    coming: tuple[date, ...] = ()
    next_due_on = overdue_since = None
    if row["interval_weeks"] is not None:
        found = policy.standing(terms_of(row), known, as_at, horizon)
        due, in_time = policy.counted(found.settled, since, as_at)
        next_due_on, overdue_since = found.next_due_on, found.overdue_since
        coming = found.coming
    return {
        **_named(row),
        "interval_weeks": row["interval_weeks"],
        "starts_on": row["starts_on"],
        "ended_on": row["ended_on"],
        "supervisor_at_work": row["supervisor_at_work"],
        "last_held_on": max(known, default=None),
        "next_due_on": next_due_on,
        "overdue": overdue_since is not None,
        "overdue_since": overdue_since,
        **{name: row[name] for name in ("held", "missed", "cancelled", "unsigned")},
        "due": due,
        "in_time": in_time,
        "rate_percent": policy.rate_percent(due, in_time),
    }, coming


def _named(row: Mapping[str, Any]) -> Item:
    return {name: row[name] for name in ("worker_id", "kind", "supervisor_id", "agreement_id")}
