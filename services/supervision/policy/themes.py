"""How themes of supervision are told, so that nobody can be told from them (HB 5.22).

By whole quarters that have ended, each once, and by numbers that a group of fewer than `FEWEST`
neither makes nor changes by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.supervision.policy.identifying import identifying
from shared.contracts.supervision import Theme
from shared.kernel.days import LOCAL, local_day

FEWEST = 5
"""Workers whose records must have named a theme before it is told; and the step of the numbers, so
that one worker more or less is seldom seen, and never a number by itself."""
MOST_THEMES = 500
SETTLED = timedelta(hours=1)
"""After a quarter's end: by then whatever was recorded in it has been committed."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter in England, until just before `until`."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime) -> "Quarter":
        day = local_day(at)
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def named(cls, name: str) -> "Quarter":
        year, number = name.split("-Q")
        return cls(int(year), int(number))

    @property
    def name(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def since(self) -> datetime:
        return _begins(self.year, self.number)

    @property
    def until(self) -> datetime:
        return _begins(self.year + self.number // 4, self.number % 4 + 1)


def ended_before(at: datetime) -> datetime:
    """Everything recorded before this is of a quarter that may be told of at a moment."""
    return Quarter.of(at - SETTLED).since


def anonymised(
    records: Iterable[tuple[str, Iterable[str]]], names: Collection[str] = ()
) -> tuple[Theme, ...]:
    """What may be told of some records, each a worker and the themes that it named.

    In an order that says nothing more: the most often named first, then by name. What looks as if
    it told who somebody is, `names` among it, isn't told, however many named it.
    """
    named: dict[str, set[str]] = {}
    for worker_id, themes in records:
        for theme in themes:
            named.setdefault(theme, set()).add(worker_id)
    told = ((len(workers) // FEWEST * FEWEST, theme) for theme, workers in named.items())
    enough = sorted(
        (-count, theme) for count, theme in told if count and not identifying(theme, names)
    )
    return tuple(
        Theme(theme=theme, workers_at_least=-count) for count, theme in enough[:MOST_THEMES]
    )


def _begins(year: int, number: int) -> datetime:
    return datetime.combine(date(year, number * 3 - 2, 1), time(), LOCAL).astimezone(UTC)
