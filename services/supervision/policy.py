"""Rules that are data: what a registration number looks like (domain, section 7), and a shift."""

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby, pairwise
from operator import attrgetter

from shared.contracts.supervision import DutyShift, RegistrationBody

REGISTRATION_FORMATS: dict[RegistrationBody, str] = {
    "NMC": r"[0-9A-Z]{8}",
    "HCPC": r"[A-Z]{2,3}[0-9]{1,6}",
    "GMC": r"[0-9]{7}",
    "SWE": r"SW[0-9]{1,7}",
}
"""SWE publishes no format that we found; its public register shows SW and digits."""
LONGEST_SHIFT = timedelta(hours=24)


def is_registration_number(body: RegistrationBody, number: str) -> bool:
    return re.fullmatch(REGISTRATION_FORMATS[body], number) is not None


def is_shift(shift: DutyShift) -> bool:
    return timedelta(0) < shift.ends_at - shift.starts_at <= LONGEST_SHIFT


def twice_at_once(shifts: Iterable[DutyShift]) -> bool:
    """Whether someone's shift begins before another of theirs has ended."""
    of_each = sorted(shifts, key=attrgetter("staff_id", "starts_at"))
    return any(
        later.starts_at < earlier.ends_at
        for _, theirs in groupby(of_each, key=attrgetter("staff_id"))
        for earlier, later in pairwise(theirs)
    )
