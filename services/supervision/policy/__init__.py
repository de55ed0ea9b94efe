"""Rules that are data, and pure functions of policy and facts."""

from services.supervision.policy.coherence import contradictions
from services.supervision.policy.duty import LONGEST_SHIFT, is_shift, twice_at_once
from services.supervision.policy.identifying import identifying
from services.supervision.policy.issues import Reader, answer_by, routes_of
from services.supervision.policy.loosening import loosened
from services.supervision.policy.register import (
    EARLIEST,
    MOST_YEARS,
    PRACTITIONERS,
    READ_WORDS,
    REGISTRATION_FORMATS,
    REVIEWED_WITHIN_YEARS,
    is_registration_number,
    reads_words,
    years_after,
)
from services.supervision.policy.rules import DEFAULT, TRUST_FLOOR, InForce

__all__ = [
    "DEFAULT",
    "EARLIEST",
    "LONGEST_SHIFT",
    "MOST_YEARS",
    "PRACTITIONERS",
    "READ_WORDS",
    "REGISTRATION_FORMATS",
    "REVIEWED_WITHIN_YEARS",
    "TRUST_FLOOR",
    "InForce",
    "Reader",
    "answer_by",
    "contradictions",
    "identifying",
    "is_registration_number",
    "is_shift",
    "loosened",
    "reads_words",
    "routes_of",
    "twice_at_once",
    "years_after",
]
