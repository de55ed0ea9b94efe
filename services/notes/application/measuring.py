"""What waits for people too long, in figures: never whose, and of which team."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from services.notes.projection import Concerns, Overdue
from shared.eventstore.database import Database
from shared.kernel.clock import Clock


class Measuring:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._overdue, self._concerns = Overdue(database), Concerns(database)
        self._clock = clock

    async def measures(self) -> Iterable[Metric]:
        """Raises `Unavailable` when the database can't be reached."""
        now = self._clock.now()
        return [
            *_told(
                "overdue_countersignatures", "Countersignatures that are overdue", now,
                *await self._overdue.waiting(now),
            ),
            *_told(
                "unacknowledged_concerns", "Concerns nobody has acknowledged in time", now,
                *await self._concerns.unanswered(now),
            ),
            *_told(
                "unescalated_concerns", "Concerns of which a step is due and not taken", now,
                *await self._concerns.steps_due(now),
            ),
        ]  # fmt: skip


def _told(
    name: str, text: str, now: datetime, how_many: int, since: datetime | None
) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"countersign_{name}", text, how_many)
    longest = (now - since).total_seconds() if since else 0.0
    yield GaugeMetricFamily(f"countersign_{name}_longest_seconds", f"{text}: the longest", longest)
