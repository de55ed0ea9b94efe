"""What notes learns of other services: who is tied to whom, who is registered, who audits."""

from collections.abc import Iterator

from services.notes.projection import managed
from shared.eventstore.sql import Write
from shared.platform.projecting import Projection, Published
from shared.platform.ties import learnt


def of_staff(event: Published) -> Iterator[Write]:
    """Ties, and whose line manager is whom."""
    yield from learnt(event)
    yield from managed(event)


HANDLERS = {
    "referrals": Projection("referrals", learnt),
    "supervision": Projection("supervision", of_staff),
    "audit": Projection("audit", learnt),
}
