"""The command: finds the databases, shows how far it is, and prints what it found."""

from collections.abc import Collection, Sequence
from functools import partial

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeRemainingColumn as Remaining

from countersign import verify
from countersign.configuration import dsn_of, settings_of
from countersign.reconcile.comparing import Agreement, Open, Places, at_a_moment, reconcile
from countersign.reconcile.witnesses import asked
from services.audit.application import LedgerKeys
from services.audit.application.witnesses import parse
from services.audit.settings import AuditSettings

COLUMNS = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), Remaining())


def run(
    services: Sequence[str],
    keys: list[str],
    restored: Collection[str],
    patience: float,
    *,
    as_json: bool,
) -> int:
    """Reconcile these services with the ledger. Returns the exit code."""
    report = Agreement()
    try:
        _run(services, keys, restored, patience, report)
    except (verify.Unreadable, psycopg.Error, OSError) as error:
        report.unreadable = str(error).strip()
    return verify.printed(report, as_json=as_json)


def _run(
    services: Sequence[str],
    keys: list[str],
    restored: Collection[str],
    patience: float,
    report: Agreement,
) -> None:
    stores: dict[str, Open] = {
        name: partial(at_a_moment, dsn_of(name)) for name in {*services, "audit"}
    }
    chosen = {name: stores[name] for name in services}
    settings = settings_of("audit")
    assert isinstance(settings, AuditSettings)
    witnesses = parse(settings.witnesses)
    own = LedgerKeys.parse(settings.ledger_origin, settings.ledger_keys.get_secret_value())
    signers = [each.verifier.vkey for each in own.signers("0000")]
    trust = verify.Trust(
        [verify.read_key(each, verify.SIGNATURE) for each in (*signers, *keys)],
        [verify.read_key(each.verifier.vkey, verify.COSIGNATURE) for each in witnesses],
        0,
    )
    if not witnesses:
        report.not_proved.append("that the ledger was not made again: there is no witness")
    places = Places(
        stores["audit"],
        chosen,
        settings.ledger_origin,
        lambda: [
            asked(each.url, key) for each, key in zip(witnesses, trust.witnesses, strict=True)
        ],
        restored,
    )
    with Progress(*COLUMNS, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, about: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what)
            shown.update(tasks[what], completed=done, total=about)

        reconcile(places, trust, report, progress, patience)
