"""Rules that are data, and pure functions of policy and facts."""

from services.supervision.policy.agreeing import LIMITS, phrases
from services.supervision.policy.coherence import contradictions
from services.supervision.policy.compliance import counted, meets, rate_percent
from services.supervision.policy.deciding import flags_of_decision
from services.supervision.policy.disclosing import (
    BASES,
    DUTY_LASTS,
    latest_end,
    may_disclose,
    why_known,
)
from services.supervision.policy.due import Away, Obligation, Standing, Terms, obligations, standing
from services.supervision.policy.duty import LONGEST_SHIFT, is_shift, twice_at_once
from services.supervision.policy.identifying import identifying
from services.supervision.policy.issues import Reader, answer_by, routes_of
from services.supervision.policy.learning import (
    Completion,
    Item,
    Kind,
    Learner,
    SignOff,
    State,
    calls,
    learning,
)
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
from services.supervision.policy.themes import FEWEST, Quarter, anonymised, ended_before

__all__ = [
    "BASES",
    "DEFAULT",
    "DUTY_LASTS",
    "EARLIEST",
    "FEWEST",
    "LIMITS",
    "LONGEST_SHIFT",
    "MOST_YEARS",
    "PRACTITIONERS",
    "READ_WORDS",
    "REGISTRATION_FORMATS",
    "REVIEWED_WITHIN_YEARS",
    "TRUST_FLOOR",
    "Away",
    "Completion",
    "InForce",
    "Item",
    "Kind",
    "Learner",
    "Obligation",
    "Quarter",
    "Reader",
    "SignOff",
    "Standing",
    "State",
    "Terms",
    "anonymised",
    "answer_by",
    "calls",
    "contradictions",
    "counted",
    "ended_before",
    "flags_of_decision",
    "identifying",
    "is_registration_number",
    "is_shift",
    "latest_end",
    "learning",
    "loosened",
    "may_disclose",
    "meets",
    "obligations",
    "phrases",
    "rate_percent",
    "reads_words",
    "routes_of",
    "standing",
    "twice_at_once",
    "why_known",
    "years_after",
]
