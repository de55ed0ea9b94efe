"""Parts of what is put together from the ledger: each says where in it that is told."""

from datetime import datetime
from uuid import UUID

from services.audit.policy import ContentState
from shared.platform.http import ActorView, ResponseModel


class Place(ResponseModel):
    """Where in the ledger it is told."""

    index: int
    event_id: UUID


class Done(Place):
    """Who did it, and when by the service's clock."""

    by: ActorView
    at: datetime


class Said(Done):
    """Its words are null unless `content_state` is `shown`."""

    content_state: ContentState


class Rest(Place):
    """An event that an answer rests on. `recorded_at` is when the ledger had it."""

    type: str
    version: int
    time: datetime
    recorded_at: datetime
    by: ActorView
    content_state: ContentState


class Then(ResponseModel):
    """`as_of` is the moment it is told of, by the services' clocks. `caught_up`: the ledger has all
    that the service had recorded when the question was put. `missing_versions` are those before the
    last that the ledger lacks, or can't read: what it says may be wrong then."""

    as_of: datetime
    caught_up: bool
    missing_versions: list[int]
    events: list[Rest]
