"""What notes learns of other services: who is tied to whom, who is registered, who audits, who
manages whom, what staff are trained in and signed off for, and what plans authorise."""

from collections.abc import Iterable

from services.notes.projection import managed, of_competence, of_plans
from shared.eventstore.sql import Write
from shared.kernel.days import local_day
from shared.platform.projecting import Projection, Published
from shared.platform.ties import learnt


def learnt_here(event: Published) -> Iterable[Write]:
    yield from learnt(event)
    yield from managed(event)
    yield from of_plans(event)
    yield from of_competence(event.payload, event.resource_id, local_day(event.time), event.version)


HANDLERS = {
    producer: Projection(producer, learnt_here)
    for producer in ("referrals", "supervision", "audit")
}
