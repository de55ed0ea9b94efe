"""What referrals learns of other services: who is at work and on duty, of what level and in which
teams, who broke the glass, and when people were seen."""

from collections.abc import Iterable

from services.referrals.projection import contacts, worker_is
from shared.eventstore.sql import Write
from shared.platform.projecting import Projection, Published
from shared.platform.ties import learnt


def learnt_here(event: Published) -> Iterable[Write]:
    yield from learnt(event)
    yield from worker_is(event)
    yield from contacts(event)


HANDLERS = {producer: Projection(producer, learnt_here) for producer in ("supervision", "notes")}
