"""What is compared with what, in which order, and what is said of it."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from countersign.reconcile import heads, held, own, services, witnesses
from countersign.reconcile.reading import Reading
from countersign.verify import DISPROVED, PROVED, UNREADABLE, Report, Trust

Progress = Callable[[str, int, int], None]
"""Told what is being read, how many rows of it were, and how many there are about."""
Open = Callable[[], AbstractContextManager[Reading]]
"""Opens a database, to be read as it is at that moment."""
Ask = Callable[[], Sequence[witnesses.Seen]]
"""Asks all witnesses what they list."""

PAUSE = 0.1
"""Seconds between looks at whether something has arrived."""


@dataclass
class Agreement(Report):
    """What agrees, and what doesn't and where."""

    @property
    def code(self) -> int:
        return DISPROVED if self.wrong else UNREADABLE if self.unreadable else PROVED

    @property
    def result(self) -> str:
        return {
            PROVED: "AGREES",
            DISPROVED: f"DIFFERS in {self.wrong_count} places.",
            UNREADABLE: f"CAN'T BE READ: {self.unreadable}",
        }[self.code]


@dataclass(frozen=True)
class Places:
    """Where everything is: databases by service, and what the ledger is called."""

    ledger: Open
    services: Mapping[str, Open]
    origin: str
    ask: Ask = tuple
    restored: Collection[str] = ()
    """Services whose store is known to have been set back."""


def reconcile(
    places: Places, trust: Trust, report: Report, progress: Progress, patience: float = 10
) -> None:
    """Compare it all. What is on its way to the ledger is waited for, as long as `patience`."""
    for name, store in places.services.items():
        with store() as told:
            head = services.head(told)
        arrived(places.ledger, name, head, patience)
        with places.ledger() as ledger, store() as told:
            services.compare(name, told, ledger, head, places.restored, report, progress)
    known = witnesses.checked(places.ask(), places.origin, trust.keys, report)
    with places.ledger() as ledger:
        trees = heads.Heads(ledger, places.origin, known, trust, report)
        since = places.ask()
        held.check(ledger, trees, report, progress)
        trees.check()
        trees.check_witnesses(since)
        own.check(ledger, report)
    report.not_proved += NOT_COMPARED


NOT_COMPARED = (
    "that what services answer from, but for audit's, is what their events say: only the events are"
    " compared",
    "that keys open what was sealed under them: only that they are there, and not destroyed",
    "that no checkpoint is missing between those that are kept: after a day most are not",
)


def arrived(ledger: Open, service: str, head: int, patience: float) -> None:
    """Wait until the ledger has a service's events up to a position, or for as long as that."""
    until = time.monotonic() + patience
    while True:
        with ledger() as now:
            if services.held_up_to(service, now) >= head or time.monotonic() >= until:
                return
        time.sleep(PAUSE)


@contextmanager
def at_a_moment(dsn: str) -> Iterator[Reading]:
    """A database as it is at one moment."""
    connection: psycopg.Connection[Any]
    with psycopg.connect(dsn, options="-c timezone=UTC -c transaction_timeout=0") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield Reading(connection)
