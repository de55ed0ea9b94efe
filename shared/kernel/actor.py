"""Who did it: the person or system behind an event (NMC 10.4)."""

from dataclasses import dataclass


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
