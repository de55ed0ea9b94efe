"""What is compared with what, in which order, and what is said of it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from countersign.reconcile import heads, held, services
from countersign.reconcile.reading import Reading
from countersign.verify import DISPROVED, PROVED, UNREADABLE, Report, Trust

Progress = Callable[[str, int, int], None]
"""Told what is being read, how many rows of it were, and how many there are about."""
Known = Mapping[str, Sequence[tuple[int, bytes, str]]]


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

    ledger: str
    services: Mapping[str, str]
    origin: str
    known: Known = field(default_factory=dict)
    """Roots that witnesses have seen, by origin."""


def reconcile(
    places: Places, trust: Trust, report: Report, progress: Progress, patience: float = 10
) -> None:
    """Compare it all. What is on its way to the ledger is waited for, as long as `patience`."""
    for name, dsn in places.services.items():
        with reading(dsn) as told:
            head = services.head(told)
        arrived(places.ledger, name, head, patience)
        with reading(places.ledger) as ledger, reading(dsn) as told:
            services.compare(name, told, ledger, head, report, progress)
    with reading(places.ledger) as ledger:
        trees = heads.Heads(ledger, places.origin, places.known, trust, report)
        held.check(ledger, trees, report, progress)
        trees.check()


def arrived(ledger: str, service: str, head: int, patience: float) -> None:
    """Wait until the ledger has a service's events up to a position, or for as long as that."""
    until = time.monotonic() + patience
    with psycopg.connect(ledger, autocommit=True) as connection:
        while True:
            query = "SELECT coalesce(max(position), 0) FROM ledger WHERE service = %s"
            row = connection.execute(query, (service,)).fetchone()
            if (row is not None and row[0] >= head) or time.monotonic() >= until:
                return
            time.sleep(0.1)


@contextmanager
def reading(dsn: str) -> Iterator[Reading]:
    """A database as it is at one moment."""
    connection: psycopg.Connection[Any]
    with psycopg.connect(dsn, options="-c timezone=UTC -c transaction_timeout=0") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield Reading(connection)
