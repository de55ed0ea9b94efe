"""Who supervises whom in the demo team, as data: what each of a worker's supervisors is for, and
how often (HB 5.21, 5.22). What was said in the sessions is in sessions.py.

Everything is invented; nobody in it exists. Days are relative to the day of seeding.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from deploy.local.personas import BY_SUB
from deploy.local.seed.people import MANAGERS

Party: TypeAlias = Literal["worker", "supervisor"]
Kind: TypeAlias = Literal[
    "developmental", "performance_review", "case", "ad_hoc", "peer", "mentoring", "clinical",
    "caseload",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Set down by the supervisor if that is one of their roles, or else by the worker's manager.
    Not `accepted`: the worker hasn't said yes yet."""

    key: str
    worker: str
    supervisor: str
    kind: Kind
    weeks: int | None
    purpose: str
    began_days_ago: int
    accepted: bool = True

    @property
    def set_down_by(self) -> str:
        roles = BY_SUB[self.supervisor].roles
        shares_team = set(BY_SUB[self.supervisor].teams) & set(BY_SUB[self.worker].teams)
        if shares_team and {"supervisor", "team_manager"} & set(roles):
            return self.supervisor
        return MANAGERS[BY_SUB[self.worker].teams[0]]

    @property
    def accepted_by(self) -> tuple[Party, ...]:
        """Whose word is to be had besides."""
        others: tuple[Party, ...] = () if self.set_down_by == self.supervisor else ("supervisor",)
        return (*others, "worker") if self.accepted else others

    def by(self, party: Party) -> str:
        return self.worker if party == "worker" else self.supervisor

    def starts_on(self, now: datetime) -> date:
        return now.astimezone(UTC).date() - timedelta(days=self.began_days_ago)

    def body(self, now: datetime) -> dict[str, object]:
        return {
            "worker_id": self.worker,
            "supervisor_id": self.supervisor,
            "kind": self.kind,
            "interval_weeks": self.weeks,
            "purpose": self.purpose,
            "starts_on": self.starts_on(now).isoformat(),
        }

    def is_this(self, held: dict[str, Any]) -> bool:
        return bool((held["worker_id"], held["kind"]) == (self.worker, self.kind))


AGREEMENTS = (
    Agreement(
        key="1-developmental",
        worker="str-worker-1",
        supervisor="supervisor-1",
        kind="developmental",
        weeks=6,
        purpose="Time to think about the work and where it is going: what went well, what was "
        "hard, and what to learn next.",
        began_days_ago=89,
    ),
    Agreement(
        key="1-review",
        worker="str-worker-1",
        supervisor="manager-1",
        kind="performance_review",
        weeks=26,
        purpose="The yearly objectives, half-way and at the end, and whatever gets in their way.",
        began_days_ago=89,
    ),
    Agreement(
        key="1-case",
        worker="str-worker-1",
        supervisor="coordinator-1",
        kind="case",
        weeks=6,
        purpose="The five people whose care she co-ordinates: how the plan is working, what has "
        "changed, what is to be passed on.",
        began_days_ago=89,
    ),
    Agreement(
        key="1-peer",
        worker="str-worker-1",
        supervisor="ot-1",
        kind="peer",
        weeks=8,
        purpose="The STR workers' own group. The council's occupational therapist keeps the time "
        "and the ground rules, and the workers bring what they want to talk about.",
        began_days_ago=52,
    ),
    Agreement(
        key="2-developmental",
        worker="str-worker-2",
        supervisor="supervisor-1",
        kind="developmental",
        weeks=4,
        purpose="The first year: settling in, the induction, and getting ready for the Level 3 "
        "award.",
        began_days_ago=68,
    ),
    Agreement(
        key="2-mentoring",
        worker="str-worker-2",
        supervisor="str-worker-3",
        kind="mentoring",
        weeks=4,
        purpose="Somebody who does the same job: visits together, how to say no kindly, how to end "
        "well.",
        began_days_ago=66,
    ),
    Agreement(
        key="2-clinical",
        worker="str-worker-2",
        supervisor="nurse-1",
        kind="clinical",
        weeks=8,
        purpose="Early signs that somebody is becoming unwell, medicines and where the role stops.",
        began_days_ago=60,
    ),
    Agreement(
        key="2-peer",
        worker="str-worker-2",
        supervisor="ot-1",
        kind="peer",
        weeks=8,
        purpose="The STR workers' own group.",
        began_days_ago=52,
    ),
    Agreement(
        key="3-developmental",
        worker="str-worker-3",
        supervisor="supervisor-1",
        kind="developmental",
        weeks=8,
        purpose="Being the senior: leading without managing, mentoring, and what comes after band "
        "four.",
        began_days_ago=89,
    ),
    Agreement(
        key="3-review",
        worker="str-worker-3",
        supervisor="manager-1",
        kind="performance_review",
        weeks=26,
        purpose="The yearly objectives, half-way and at the end.",
        began_days_ago=89,
    ),
    Agreement(
        key="3-clinical",
        worker="str-worker-3",
        supervisor="nurse-1",
        kind="clinical",
        weeks=8,
        purpose="People who have just come home from the ward, and physical health.",
        began_days_ago=80,
    ),
    Agreement(
        key="3-peer",
        worker="str-worker-3",
        supervisor="ot-1",
        kind="peer",
        weeks=8,
        purpose="The STR workers' own group.",
        began_days_ago=52,
    ),
    Agreement(
        key="9-review",
        worker="str-worker-9",
        supervisor="manager-9",
        kind="performance_review",
        weeks=26,
        purpose="The objectives of the year, agreed with both employers.",
        began_days_ago=89,
    ),
    Agreement(
        key="9-developmental",
        worker="str-worker-9",
        supervisor="supervisor-1",
        kind="developmental",
        weeks=8,
        purpose="The south team has no practice supervisor of its own yet: the north's stands in.",
        began_days_ago=70,
    ),
    Agreement(
        key="9-case",
        worker="str-worker-9",
        supervisor="nurse-9",
        kind="case",
        weeks=8,
        purpose="The people whom the two of them both see.",
        began_days_ago=10,
        accepted=False,
    ),
)
BY_AGREEMENT = {each.key: each for each in AGREEMENTS}
