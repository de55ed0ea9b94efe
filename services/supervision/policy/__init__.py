"""Rules that are data, and pure functions of policy and facts."""

from services.supervision.policy.duty import LONGEST_SHIFT, is_shift, twice_at_once
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
from services.supervision.policy.themes import FEWEST, Quarter, anonymised, ended_before

__all__ = [
    "EARLIEST",
    "FEWEST",
    "LONGEST_SHIFT",
    "MOST_YEARS",
    "PRACTITIONERS",
    "READ_WORDS",
    "REGISTRATION_FORMATS",
    "REVIEWED_WITHIN_YEARS",
    "Quarter",
    "anonymised",
    "ended_before",
    "is_registration_number",
    "is_shift",
    "reads_words",
    "twice_at_once",
    "years_after",
]
