"""Whether a professional registration counts: one rule for every service that must know."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shared.kernel.actor import Registration


def in_force(registrations: Iterable[Mapping[str, Any]], on: date) -> Registration | None:
    """The first of some registrations that counts on a day: effective, and not expired.

    Each as the register publishes it, in JSON. One without a status is effective: it was published
    before the register kept any.
    """
    for each in registrations:
        expires_on = each["expires_on"] and date.fromisoformat(each["expires_on"])
        if counts(each.get("status", "effective"), expires_on, on):
            return Registration(each["body"], each["number"])
    return None


def counts(status: str, expires_on: date | None, on: date) -> bool:
    """Whether one does: effective, and not expired."""
    return status == "effective" and (expires_on is None or expires_on >= on)
