"""What happened after someone's death is recorded, and marked (domain, section 2)."""

from datetime import date

from services.notes.policy.judging import Before, day_of
from shared.contracts.notes import Contact


def is_after_death(contact: Contact, died_on: date | None, before: Before | None = None) -> bool:
    """Whether an account is of a day after the death, as far as that is known when it is made.

    What was once marked stays so. A death that becomes known later marks nothing that was recorded
    before, and of an amendment only what it says anew of when it happened.
    """
    if before is not None and "after_death" in before.judgement.flags:
        return True
    if before is not None and contact.occurred_at == before.contact.occurred_at:
        return False
    return died_on is not None and day_of(contact) > died_on
