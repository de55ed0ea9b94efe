"""The clock of a referral: how long somebody has waited, and by when what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Stop:
    """While the referrer was asked for more; `until` is None while nobody has answered."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Runs from the receipt until somebody supports the person, or nobody will; stops in between.

    Stops are in the order in which they began. What lies before the start, or in two of them since
    two machines' times differ, is counted once.
    """

    started_at: datetime
    stops: tuple[Stop, ...] = ()
    ended_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.ended_at is None and all(stop.until for stop in self.stops)

    @property
    def waiting_since(self) -> datetime:
        """The start, moved by the stops that are over: while it runs, the time since is what was
        waited, at any moment."""
        return self.started_at + self.stopped()

    def waited(self, at: datetime) -> timedelta:
        """How long they had waited at a moment, without the stops."""
        end = min(at, self.ended_at or at)
        return max(NOTHING, end - self.started_at - self.stopped(end))

    def stopped(self, before: datetime | None = None) -> timedelta:
        """How long it stood still `before` a moment, or in the stops that are over."""
        counted, reached = NOTHING, self.started_at
        for stop in self.stops:
            until = stop.until or before
            if until is None:
                continue
            begins, ends = max(stop.since, reached), min(until, before or until)
            if ends > begins:
                counted, reached = counted + (ends - begins), ends
        return counted

    def due(self, planned: datetime | None, done_at: datetime | None) -> datetime | None:
        """By when something is due that was `planned`: later by the stops before it was done.

        None while the clock stands still and it is not done: it moves with every moment then.
        """
        over = done_at or self.ended_at
        if planned is None or (over is None and not self.running):
            return None
        return planned + self.stopped(over)
