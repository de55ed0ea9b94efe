"""An event as what is folded from the ledger reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from shared.kernel.actor import Actor

ContentState = Literal["shown", "confidential", "destroyed", "unreadable"]


@dataclass(frozen=True, slots=True)
class Told:
    """An event, read with its contract: `type` is the bare name, `version` the stream's.

    What is personal in `payload` is None unless `content_state` is `shown`. `payload` is None for
    what doesn't keep its contract, or is newer than this service.
    """

    index: int
    event_id: str
    type: str
    resource_id: str
    stream: str
    version: int
    time: datetime
    recorded_at: datetime
    actor: Actor
    payload: Any
    content_state: ContentState

    @property
    def place(self) -> dict[str, Any]:
        """Where in the ledger it is."""
        return {"index": self.index, "event_id": self.event_id}

    @property
    def done(self) -> dict[str, Any]:
        """Who did it and when, and where that is told."""
        return {"by": self.actor, "at": self.time, **self.place}
