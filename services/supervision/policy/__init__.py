"""Rules that are data, and pure functions of policy and facts."""

from services.supervision.policy.agreeing import LIMITS, phrases
from services.supervision.policy.coherence import contradictions
from services.supervision.policy.compliance import counted, meets, rate_percent
from services.supervision.policy.due import (
    Away,
    Obligation,
    Standing,
    Terms,
    obligations,
    standing,
)
from services.supervision.policy.duty import LONGEST_SHIFT, is_shift, twice_at_once
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
    "LIMITS",
    "LONGEST_SHIFT",
    "MOST_YEARS",
    "PRACTITIONERS",
    "READ_WORDS",
    "REGISTRATION_FORMATS",
    "REVIEWED_WITHIN_YEARS",
    "TRUST_FLOOR",
    "Away",
    "InForce",
    "Obligation",
    "Standing",
    "Terms",
    "contradictions",
    "counted",
    "is_registration_number",
    "is_shift",
    "loosened",
    "meets",
    "obligations",
    "phrases",
    "rate_percent",
    "reads_words",
    "standing",
    "twice_at_once",
    "years_after",
]
