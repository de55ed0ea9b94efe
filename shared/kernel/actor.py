"""Who did it: the person or system behind an event (NMC 10.4)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Registration:
    """A professional registration, as the workforce register holds it."""

    body: str
    number: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Taken from the caller's token, never from a request body.

    `role` is the one of the caller's roles that the operation was allowed for.
    """

    staff_id: str
    name: str
    role: str
    registration: Registration | None = None


def pseudonymous(shown: Any) -> Any:
    """A document (as JSON would hold it) in which whoever acted is known by their id alone.

    Without the registration too: its number leads to a name in a public register.
    """
    if isinstance(shown, list):
        return [pseudonymous(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    hidden = dict.fromkeys(("name", "registration") if "staff_id" in shown else ())
    return {**{key: pseudonymous(value) for key, value in shown.items()}, **hidden}
