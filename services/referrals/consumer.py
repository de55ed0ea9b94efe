"""What referrals learns of other services: who is at work, and in which teams."""

from collections.abc import Iterator

from services.referrals.projection import worker_heard_of
from shared.contracts.supervision import WorkerRegistered, WorkerUpdated
from shared.eventstore.sql import Write
from shared.platform.projecting import Projection, Published


def from_supervision(event: Published) -> Iterator[Write]:
    match event.payload:
        case WorkerRegistered(details=details) | WorkerUpdated(details=details):
            teams = () if details.status == "left" else details.teams
            yield worker_heard_of(event.resource_id, details.status, teams)


HANDLERS = {"supervision": Projection("supervision", from_supervision)}
