"""The command: what is looked at, in which order, and what comes of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg
from pydantic import ValidationError
from pydantic_core import from_json
from rich.console import Console
from rich.progress import Progress, TaskID

from countersign import verify
from countersign.backup_check.answers import Answers
from countersign.backup_check.beside import keys_destroyed_since, same_as_ledger
from countersign.backup_check.events import Opened, check_events
from countersign.backup_check.guards import check_guards
from countersign.configuration import service_of, settings_of
from countersign.operations import ring_of
from countersign.reconcile.command import COLUMNS
from countersign.reconcile.comparing import at_a_moment
from countersign.reconcile.reading import Reading
from countersign.verify import DISPROVED, PROVED, UNREADABLE, Report
from shared.eventstore.wrapping import KeyRing
from shared.platform.settings import ServiceSettings

LAST = "SELECT count(*) AS count, max(position) AS position FROM events"
BODY = "SELECT body FROM events WHERE position = %s"


@dataclass
class Usable(Report):
    """Whether a service can go on from it."""

    @property
    def code(self) -> int:
        return DISPROVED if self.wrong else UNREADABLE if self.unreadable else PROVED

    @property
    def result(self) -> str:
        return {
            PROVED: "USABLE",
            DISPROVED: f"NOT USABLE: {self.wrong_count} things are wrong.",
            UNREADABLE: f"CAN'T BE READ: {self.unreadable}",
        }[self.code]


def run(service: str, dsn: str, ledger_dsn: str | None, sample: int, *, as_json: bool) -> int:
    """Check a copy. Returns the exit code."""
    report = Usable()
    try:
        with Progress(*COLUMNS, console=Console(stderr=True), transient=True) as shown:
            tasks: dict[str, TaskID] = {}

            def progress(what: str, done: int, about: int) -> None:
                if what not in tasks:
                    tasks[what] = shown.add_task(what)
                shown.update(tasks[what], completed=done, total=about)

            check(service, dsn, ledger_dsn, sample, report, progress)
    except (psycopg.Error, OSError) as error:
        report.unreadable = str(error).strip()
    return verify.printed(report, as_json=as_json)


def check(
    service: str,
    dsn: str,
    ledger_dsn: str | None,
    sample: int,
    report: Report,
    progress: Callable[[str, int, int], None],
) -> None:
    """Look at all of it. What is wrong does not keep the rest from being looked at, unless this
    release can't read it."""
    if not check_guards(service, dsn, report):
        return
    settings = _settings(service)
    with at_a_moment(dsn) as copy:
        _say_how_far(service, copy, report)
        ring = _ring(settings, report)
        opened = Opened(copy, ring, report)
        answers = None
        if settings and ring:
            answers = Answers(service_of(service), settings, copy, opened, sample, report)
        else:
            report.not_proved.append("that what is answered from is what its events say")
        check_events(service, copy, opened, answers, report, progress)
        if ledger_dsn is None or service == "audit":
            report.not_proved.append(NO_LEDGER[service == "audit"])
            return
        with at_a_moment(ledger_dsn) as ledger:
            same_as_ledger(service, copy, ledger, report)
            keys_destroyed_since(service_of(service), copy, ledger, report)


NO_LEDGER = {
    False: "that the ledger has the same, nor which keys were destroyed since (--ledger-dsn)",
    True: "that the ledger in it is whole: AUDIT_DATABASE_DSN=<the copy> countersign reconcile",
}


def _say_how_far(service: str, copy: Reading, report: Report) -> None:
    [last] = copy.all(LAST)
    if not last["count"]:
        report.add_wrong(service, "it holds no event")
        return
    with suppress(ValueError, KeyError):
        at = datetime.fromisoformat(from_json(copy.one(BODY, (last["position"],)))["time"])
        report.about = (
            f"{service}: {last['count']} events, the last of {at.isoformat(timespec='seconds')}"
            f" at position {last['position']}"
        )


def _settings(service: str) -> ServiceSettings | None:
    try:
        return settings_of(service)
    except ValidationError:
        return None


def _ring(settings: ServiceSettings | None, report: Report) -> KeyRing | None:
    if settings is None:
        report.not_proved.append(
            "that its keys open anything: the service's settings are not at hand here"
        )
        return None
    return ring_of(settings)
