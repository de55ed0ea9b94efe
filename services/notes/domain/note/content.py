"""What a version of a note says: its digest, and what differs from another."""

from dataclasses import fields
from enum import StrEnum

from shared.contracts.notes import Account, Contact
from shared.kernel.digests import canonical, digest_of


class Status(StrEnum):
    COMPLETE = "complete"
    AWAITING = "awaiting_countersignature"
    RETURNED = "returned"
    COUNTERSIGNED = "countersigned"
    ENTERED_IN_ERROR = "entered_in_error"
    """Struck through, and readable."""
    REFILED = "refiled"
    """Filed under the wrong person: only a tombstone is left there."""


RETRACTED = frozenset({Status.ENTERED_IN_ERROR, Status.REFILED})


def digest(contact: Contact, account: Account, salt: str) -> str:
    """SHA-256 (hex) of a version's canonical content and its salt."""
    return digest_of(salt, account=account, contact=contact)


def changed(before: Contact | Account, after: Contact | Account) -> tuple[str, ...]:
    """The names of the fields that differ."""
    return tuple(
        field.name
        for field in fields(before)
        if canonical(getattr(before, field.name)) != canonical(getattr(after, field.name))
    )
