"""What a version of a note says: its digest, and what differs from another."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.contracts.notes import Account, Contact


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
    """SHA-256 (hex) of a version's canonical content and its salt.

    Canonical: JSON as the event stores it, keys sorted, no spaces. Without the salt, which is
    sealed with the content, it says nothing.
    """
    content = {"account": account, "contact": contact, "salt": salt}
    canonical = json.dumps(
        content, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def changed(before: Contact | Account, after: Contact | Account) -> tuple[str, ...]:
    """The names of the fields that differ."""
    return tuple(
        field.name
        for field in fields(before)
        if _comparable(getattr(before, field.name)) != _comparable(getattr(after, field.name))
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return vars(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def _comparable(value: Any) -> str:
    return json.dumps(value, default=_plain, sort_keys=True)
