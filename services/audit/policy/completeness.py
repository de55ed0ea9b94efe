"""When the record may be called complete. Pure functions of what is held and what was said."""

from dataclasses import dataclass
from datetime import datetime

HEAD_FRESH_FOR = 5.0
"""Seconds a producer's last word on how far it has got stays good; it speaks each second."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is held of one service's events, against how far the service says it goes.

    `lag` counts events in the stream that are not held yet; None when that can't be told.
    `disagreements_open`: positions at which service and ledger say different things now;
    `disagreements_settled`: at which they did once. `unread` events are held, and could not be
    read. What the service holds was compared with the ledger up to `checked_to` in the round that
    goes on, and the last whole round ended at `round_ended_at`.
    """

    service: str
    last_position: int
    head_position: int | None
    head_age_seconds: float | None
    lag: int | None
    gaps_open: int
    gaps_filled: int
    disagreements_open: int = 0
    disagreements_settled: int = 0
    unread: int = 0
    checked_to: int = 0
    round_ended_at: datetime | None = None

    @property
    def complete(self) -> bool:
        return (
            self.head_position is not None
            and self.head_age_seconds is not None
            and self.head_age_seconds <= HEAD_FRESH_FOR
            and self.last_position >= self.head_position
            and self.gaps_open == 0
            and self.disagreements_open == 0
        )
