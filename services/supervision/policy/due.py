"""When supervision is due under an agreement, and what was held of it (HB 5.22, domain section 5).

The first session is due one interval after the agreement starts, each further one an interval
after the last was held. A due day that passes without one is not in time; the next falls due an
interval after that day, until one is held, from which it counts anew. An agreement that takes the
place of another of the same worker, supervisor and kind goes on from what was held last.

Days on which the worker is away don't count: what would have fallen due meanwhile is due as long
after their return as was left when they went. Nothing is due after the last day of the agreement,
or of the worker.
"""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which a worker is absent. `until` is the last; None while nobody knows it."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What makes supervision due. `last_day` is the first to come of the agreement's and the
    worker's."""

    starts_on: date
    interval_weeks: int
    last_day: date | None = None
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """One session that was or will be due; `held_on` may be before the day, or too late."""

    due_on: date
    held_on: date | None = None

    @property
    def in_time(self) -> bool:
        return self.held_on is not None and self.held_on <= self.due_on

    def settled(self, today: date) -> bool:
        """Whether it is known by now if it was in time."""
        return self.held_on is not None or self.due_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How supervision under an agreement stands on a day.

    `overdue_since` is the first of the due days that have passed since one was last held, and
    `overdue` the last of these. `coming` are the due days of the horizon asked for.
    """

    next_due_on: date | None
    overdue_since: date | None
    overdue: date | None
    settled: tuple[Obligation, ...]
    coming: tuple[date, ...]


def standing(terms: Terms, held: Collection[date], today: date, horizon: date) -> Standing:
    """As at a day, by what had been held by then: sessions of the same worker, supervisor and kind,
    under whichever agreement."""
    known = [day for day in held if day <= today]
    ahead = obligations(terms, known)
    so_far: list[Obligation] = []
    next_due = None
    for each in ahead:
        if not each.settled(today):
            next_due = each.due_on
            break
        so_far.append(each)
    missed = _unheld_at_the_end(so_far)
    over = terms.last_day is not None and terms.last_day < today
    further = takewhile(lambda day: day <= horizon, (each.due_on for each in ahead))
    return Standing(
        next_due_on=next_due,
        overdue_since=missed[0] if missed and not over else None,
        overdue=missed[-1] if missed and not over else None,
        settled=tuple(so_far),
        coming=(next_due, *further) if next_due and next_due <= horizon else (),
    )


def obligations(terms: Terms, held: Collection[date]) -> Iterator[Obligation]:
    """Every session that was or falls due, in order: without end, unless there is a last day or an
    absence that nobody knows the end of."""
    anchor = _anchor(terms, held)
    left = deque(sorted({day for day in held if day > anchor}))
    while True:
        if left and (due := _due_after(terms, anchor, left[0])) and left[0] <= due:
            anchor = left.popleft()
            yield Obligation(due, anchor)
        elif due := _due_after(terms, anchor):
            following = _due_after(terms, due)
            late = bool(left) and (following is None or left[0] <= following)
            anchor = left.popleft() if late else due
            yield Obligation(due, anchor if late else None)
        elif left:
            anchor = left.popleft()
        else:
            return


def _anchor(terms: Terms, held: Collection[date]) -> date:
    """From when the first interval counts: the start, or what was held last before it, if an
    interval from there reaches the start."""
    earliest = terms.starts_on - timedelta(weeks=terms.interval_weeks)
    before = [day for day in held if earliest <= day <= terms.starts_on]
    return max(before, default=terms.starts_on)


def _due_after(terms: Terms, anchor: date, held: date | None = None) -> date | None:
    """The due day that counts from a day; None if there is none any more, or none is known.

    What was `held` was so whatever absence began after it.
    """
    due, counted_from = anchor + timedelta(weeks=terms.interval_weeks), anchor + ONE_DAY
    for away in sorted(terms.away, key=lambda each: each.since):
        if away.since > due or (held is not None and away.since > held):
            break
        if away.until is None:
            return None
        if away.until >= counted_from:
            back = away.until + ONE_DAY
            due, counted_from = due + (back - max(away.since, counted_from)), back
    return due if terms.last_day is None or due <= terms.last_day else None


def _unheld_at_the_end(so_far: list[Obligation]) -> list[date]:
    """The due days that have passed since a session was last held, oldest first."""
    unheld = takewhile(lambda each: each.held_on is None, reversed(so_far))
    return [each.due_on for each in unheld][::-1]
