"""What came of the demo team's supervision, as data: a decision in a service user's record, a
record shown to somebody else, issues sent up the formal route, a plan for somebody's first year.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class CaseDecision:
    """By the supervisor, of a session by its key."""

    session: str
    person: str
    decision: str

    def body(self, service_users: dict[str, str]) -> dict[str, object]:
        return {"service_user_id": service_users[self.person], "decision": self.decision}


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """By the worker, who wants it seen."""

    session: str
    to: str
    reason: str

    def body(self) -> dict[str, object]:
        return {"basis": "consent", "to": self.to, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Issue:
    by: str
    route: Literal["team", "care_coordination"]
    topic: Literal["referral_process", "lone_working"]
    description: str
    answered_by: str | None = None
    answer: str | None = None

    def body(self) -> dict[str, object]:
        return {"route": self.route, "topic": self.topic, "description": self.description}


@dataclass(frozen=True, kw_only=True)
class Objective:
    objective: str
    within_days: int
    courses: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    progress: str | None = None

    def body(self, agreed: dict[str, str], now: datetime) -> dict[str, Any]:
        by = now.astimezone(UTC).date() + timedelta(days=self.within_days)
        return {
            "objective": self.objective,
            "by": by.isoformat(),
            "courses": list(self.courses),
            "agreement_ids": [agreed[each] for each in self.agreements],
        }


@dataclass(frozen=True, kw_only=True)
class DevelopmentPlan:
    worker: str
    by: str
    review_in_days: int
    objectives: tuple[Objective, ...]

    def body(self, agreed: dict[str, str], now: datetime) -> dict[str, Any]:
        review_on = now.astimezone(UTC).date() + timedelta(days=self.review_in_days)
        return {
            "worker_id": self.worker,
            "review_on": review_on.isoformat(),
            "objectives": [each.body(agreed, now) for each in self.objectives],
        }


CASE_DECISIONS = (
    CaseDecision(
        session="1-case-33",
        person="one",
        decision="While he pays off the arrears, his support worker speaks with the income officer "
        "and his care co-ordinator answers the council's letters. He is asked before each, and "
        "told what came of it the same week. To be looked at again when the balance is halved.",
    ),
)
DISCLOSURES = (
    Disclosure(
        session="3-clinical-26",
        to="manager-1",
        reason="So that the manager can see, in full, why I ask that nobody goes there alone.",
    ),
)
ISSUES = (
    Issue(
        by="str-worker-1",
        route="team",
        topic="referral_process",
        description="Many referrals arrive without a word of what the person wants help with. They "
        "go back with questions, and people wait some weeks longer than they need to.",
        answered_by="manager-1",
        answer="From next month somebody rings the referrer on the day that a referral comes in, "
        "and asks. The form's first question is changed to what the person would like.",
    ),
    Issue(
        by="str-worker-3",
        route="care_coordination",
        topic="lone_working",
        description="After five there is nobody at the office to ring in to. Evening visits are "
        "agreed at reviews all the same.",
    ),
)
DEVELOPMENT_PLANS = (
    DevelopmentPlan(
        worker="str-worker-2",
        by="supervisor-1",
        review_in_days=84,
        objectives=(
            Objective(
                objective="Finish the induction and the record-keeping course, so that my notes "
                "can stand on their own.",
                within_days=90,
                courses=("induction", "record_keeping"),
                agreements=("2-developmental",),
                progress="Half of the list is ticked. No place on the course before January.",
            ),
            Objective(
                objective="Know what a plan has to say before I remind anybody of a tablet.",
                within_days=42,
                agreements=("2-clinical", "2-mentoring"),
            ),
            Objective(
                objective="Begin the Level 3 diploma in the autumn.",
                within_days=330,
                courses=("level_3",),
                agreements=("2-developmental",),
            ),
        ),
    ),
)
