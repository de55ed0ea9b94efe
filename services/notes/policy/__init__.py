"""Rules that are data, and pure functions of policy and facts."""

from services.notes.policy.calendar import end_of_working_day
from services.notes.policy.concerns import (
    About,
    Clock,
    answers,
    escalated_to,
    next_step,
    routed_to,
    starts,
)
from services.notes.policy.glass import BREAK_GLASS, renewal, until
from services.notes.policy.judging import (
    PRACTITIONERS,
    Author,
    Judgement,
    judge,
    refuse_future,
)
from services.notes.policy.rules import DEFAULT, TRUST_FLOOR, InForce

__all__ = [
    "BREAK_GLASS",
    "DEFAULT",
    "PRACTITIONERS",
    "TRUST_FLOOR",
    "About",
    "Author",
    "Clock",
    "InForce",
    "Judgement",
    "answers",
    "end_of_working_day",
    "escalated_to",
    "judge",
    "next_step",
    "refuse_future",
    "renewal",
    "routed_to",
    "starts",
    "until",
]
