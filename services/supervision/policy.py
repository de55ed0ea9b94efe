"""Rules that are data: what a registration number of each body looks like (domain, section 7)."""

import re

from shared.contracts.supervision import RegistrationBody

REGISTRATION_FORMATS: dict[RegistrationBody, str] = {
    "NMC": r"[0-9A-Z]{8}",
    "HCPC": r"[A-Z]{2,3}[0-9]{1,6}",
    "GMC": r"[0-9]{7}",
    "SWE": r"SW[0-9]{1,7}",
}
"""SWE publishes no format that we found; its public register shows SW and digits."""


def is_registration_number(body: RegistrationBody, number: str) -> bool:
    return re.fullmatch(REGISTRATION_FORMATS[body], number) is not None
