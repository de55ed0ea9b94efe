"""What a session of the demo team's is made of: what was held and said, or why it wasn't.

Days are relative to the day of seeding.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from deploy.local.seed.supervision import BY_AGREEMENT, Agreement, Party

Reason: TypeAlias = Literal["absence", "workload", "urgent_work", "rearranged", "other"]
BOTH: tuple[Party, ...] = ("supervisor", "worker")


@dataclass(frozen=True, kw_only=True)
class Action:
    """What one of the two is to do, some days after the session; `done` is what came of it."""

    action: str
    owner: Party = "worker"
    within_days: int = 28
    done: str | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was said. `signed` is who has signed so far, the first first; `disagrees` is why the
    worker signed as not agreeing."""

    minutes: int
    discussion: str
    agenda: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    cases: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    signed: tuple[Party, ...] = BOTH
    disagrees: str | None = None


@dataclass(frozen=True, kw_only=True)
class NotHeld:
    how: Literal["cancellations", "non-attendances"]
    reason_code: Reason
    reason: str

    def body(self) -> dict[str, object]:
        return {"reason_code": self.reason_code, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Session:
    """Of an agreement, so many days ago; negative: to come. Without a record and without a reason
    for having none, it is to be held yet."""

    of: str
    days_ago: int
    hour: int = 10
    record: Record | None = None
    not_held: NotHeld | None = None

    @property
    def agreement(self) -> Agreement:
        return BY_AGREEMENT[self.of]

    @property
    def key(self) -> str:
        return f"{self.of}-{self.days_ago}"

    def by(self, party: Party) -> str:
        return self.agreement.by(party)

    def on(self, now: datetime) -> date:
        return working_day(now, self.days_ago)

    def at(self, now: datetime) -> str:
        return datetime.combine(self.on(now), time(self.hour), UTC).isoformat()

    def recorded(self, service_users: dict[str, str], now: datetime) -> dict[str, Any]:
        """What the supervisor writes down; `service_users` are ids by the seed's keys."""
        said = self.record
        assert said
        return {
            "held_at": self.at(now),
            "duration_minutes": said.minutes,
            "agenda": list(said.agenda),
            "discussion": said.discussion,
            "actions": [
                {
                    "action": each.action,
                    "owner_id": self.by(each.owner),
                    "due_on": (self.on(now) + timedelta(days=each.within_days)).isoformat(),
                }
                for each in said.actions
            ],
            "cases": [service_users[each] for each in said.cases],
            "themes": list(said.themes),
        }


def working_day(now: datetime, days_ago: int) -> date:
    """A weekend moves back to the Friday, and on to the Monday of what is to come."""
    day = now.astimezone(UTC).date() - timedelta(days=days_ago)
    weekend = max(0, day.weekday() - 4)
    return day + timedelta(days=3 - weekend if days_ago < 0 and weekend else -weekend)
