"""What notes learns of other services: who is whose, and who is registered."""

from collections.abc import Iterator
from uuid import UUID

from services.notes.projection import (
    allocation_heard_of,
    service_user_heard_of,
    worker_heard_of,
)
from shared.contracts.referrals import ReferralAllocated, ServiceUserRegistered
from shared.contracts.supervision import WorkerRegistered, WorkerUpdated
from shared.eventstore.sql import Write
from shared.platform.projecting import Projection, Published


def from_referrals(event: Published) -> Iterator[Write]:
    match event.payload:
        case ServiceUserRegistered(team_id=team_id, care_coordinator_id=coordinator_id):
            yield service_user_heard_of(UUID(event.resource_id), team_id, coordinator_id)
        case ReferralAllocated(service_user_id=service_user_id, worker_id=worker_id):
            yield allocation_heard_of(UUID(event.resource_id), service_user_id, worker_id)


def from_supervision(event: Published) -> Iterator[Write]:
    match event.payload:
        case WorkerRegistered(details=details) | WorkerUpdated(details=details):
            # Who has left belongs to no team, and signs nothing, whatever a token still says.
            left = details.status == "left"
            yield worker_heard_of(
                event.resource_id,
                () if left else details.teams,
                () if left else details.registrations,
            )


HANDLERS = {
    "referrals": Projection("referrals", from_referrals),
    "supervision": Projection("supervision", from_supervision),
}
