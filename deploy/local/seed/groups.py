"""The STR workers' own group as data: what was said to all, and what each took away."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from deploy.local.seed.session import BOTH, working_day
from deploy.local.seed.supervision import Party


@dataclass(frozen=True, kw_only=True)
class Part:
    """One worker's: `remarks` are in their record alone. `absent` is why they didn't come."""

    of: str
    remarks: str | None = None
    absent: str | None = None

    def body(self, agreed: dict[str, str]) -> dict[str, Any]:
        body: dict[str, Any] = {"agreement_id": agreed[self.of], "attended": self.absent is None}
        if self.absent:
            return {**body, "reason": self.absent, "reason_code": "workload"}
        return {**body, "remarks": self.remarks}


@dataclass(frozen=True, kw_only=True)
class Group:
    days_ago: int
    supervisor: str
    minutes: int
    agenda: tuple[str, ...]
    discussion: str
    themes: tuple[str, ...]
    parts: tuple[Part, ...]
    signed: tuple[Party, ...] = BOTH

    def body(self, agreed: dict[str, str], now: datetime) -> dict[str, Any]:
        held_at = datetime.combine(working_day(now, self.days_ago), time(12), UTC)
        return {
            "kind": "peer",
            "held_at": held_at.isoformat(),
            "duration_minutes": self.minutes,
            "agenda": list(self.agenda),
            "discussion": self.discussion,
            "themes": list(self.themes),
            "attendance": [each.body(agreed) for each in self.parts],
        }


GROUPS = (
    Group(
        days_ago=9,
        supervisor="ot-1",
        minutes=75,
        agenda=("Going in alone", "Money"),
        discussion="Each told of a visit that felt wrong and of what they did. Ringing in before "
        "and after works where somebody answers at the office; after five nobody does.",
        themes=("lone working", "handling money"),
        parts=(
            Part(of="1-peer", remarks="Offered to draw up the ringing-in list."),
            Part(of="2-peer", remarks="Had not known that one may leave. Relieved to hear it."),
            Part(of="3-peer", remarks="Will ask who answers after five."),
        ),
        signed=("supervisor",),
    ),
    Group(
        days_ago=44,
        supervisor="ot-1",
        minutes=75,
        agenda=("Ground rules", "Saying goodbye"),
        discussion="Set the ground rules again: what is said here stays here, one at a time, and "
        "nobody has to speak. Then endings. When is a visit still support, and when is it habit?",
        themes=("endings",),
        parts=(
            Part(of="1-peer", remarks="Will try the question “what would you miss?” next week."),
            Part(of="2-peer", absent="On the second day of the trust's induction."),
            Part(of="3-peer", remarks="Wants to bring an ending that went badly, another time."),
        ),
    ),
)
"""The last first."""
