"""Rules that are data, and pure functions of policy and facts."""

from services.notes.policy.author import Author
from services.notes.policy.boundaries import names_authority, queried, wants_plan
from services.notes.policy.calendar import end_of_working_day
from services.notes.policy.coherence import contradictions
from services.notes.policy.concerns import (
    About,
    Clock,
    answers,
    escalated_to,
    next_step,
    routed_to,
    starts,
)
from services.notes.policy.dying import is_after_death
from services.notes.policy.glass import BREAK_GLASS, renewal, until
from services.notes.policy.judging import (
    PRACTITIONERS,
    Before,
    Judgement,
    day_of,
    judge,
    newly_queried,
    refuse_future_alerts,
    wanting,
)
from services.notes.policy.loosening import loosened
from services.notes.policy.plans import Plan
from services.notes.policy.rules import DEFAULT, TRUST_FLOOR, InForce

__all__ = [
    "BREAK_GLASS",
    "DEFAULT",
    "PRACTITIONERS",
    "TRUST_FLOOR",
    "About",
    "Author",
    "Before",
    "Clock",
    "InForce",
    "Judgement",
    "Plan",
    "answers",
    "contradictions",
    "day_of",
    "end_of_working_day",
    "escalated_to",
    "is_after_death",
    "judge",
    "loosened",
    "names_authority",
    "newly_queried",
    "next_step",
    "queried",
    "refuse_future_alerts",
    "renewal",
    "routed_to",
    "starts",
    "until",
    "wanting",
    "wants_plan",
]
