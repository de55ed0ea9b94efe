"""What referrals learns of other services: who is at work and on duty, who broke the glass, and
when people were seen."""

from collections.abc import Iterable

from services.referrals.projection import contacts
from shared.eventstore.sql import Write
from shared.platform.projecting import Projection, Published
from shared.platform.ties import learnt


def learnt_of_notes(event: Published) -> Iterable[Write]:
    yield from learnt(event)
    yield from contacts(event)


HANDLERS = {
    "supervision": Projection("supervision", learnt),
    "notes": Projection("notes", learnt_of_notes),
}
