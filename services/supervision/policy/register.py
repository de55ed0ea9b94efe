"""The register's rules: what a registration number looks like (domain, section 7), how long
competence is good for, and who reads the words about a worker."""

import re
from datetime import date

from shared.contracts.supervision import RegistrationBody

REGISTRATION_FORMATS: dict[RegistrationBody, str] = {
    "NMC": r"[0-9A-Z]{8}",
    "HCPC": r"[A-Z]{2,3}[0-9]{1,6}",
    "GMC": r"[0-9]{7}",
    "SWE": r"SW[0-9]{1,7}",
}
"""SWE publishes no format that we found; its public register shows SW and digits."""
EARLIEST = date(1950, 1, 1)
"""Nobody at work was trained or assessed before: such a date is a slip."""
REVIEWED_WITHIN_YEARS = 1
"""How long a sign-off is good for, unless the practitioner says."""
MOST_YEARS = 3
PRACTITIONERS = frozenset({"registered_practitioner", "care_coordinator"})
"""Roles that judge competence, if registration is in force."""
READ_WORDS = PRACTITIONERS | {"team_manager", "supervisor", "ig_lead", "ehr_system"}
"""Roles that read what was said of a worker's training and competence."""


def reads_words(role: str, caller_id: str, staff_id: str) -> bool:
    """Whether a caller in a role reads the words about a worker: their own, anyone does."""
    return role in READ_WORDS or caller_id == staff_id


def years_after(day: date, years: int) -> date:
    """The same day of a later year; of 29 February, the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def is_registration_number(body: RegistrationBody, number: str) -> bool:
    return re.fullmatch(REGISTRATION_FORMATS[body], number) is not None
