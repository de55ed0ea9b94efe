"""`countersign up`: the local stack in the foreground, and the tour a newcomer is shown."""

import asyncio
import os
import signal
import threading

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from countersign.local import personas, supervisor, token
from deploy.local.layout import Layout
from deploy.local.seed import SeedFailed, Urls, seed
from deploy.local.stack import Stack, StackError
from shared.contracts.system import SERVICES


def up(out: Console) -> int:
    """Run the stack until Ctrl-C or SIGTERM. Returns an exit code."""
    layout = Layout.from_environment()
    if (running := supervisor()) is not None:
        out.print(f"A stack runs in {layout.data} already (process {running.pid}).")
        return 1
    stack = Stack(layout)
    asked_to_stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: _ask_to_stop(asked_to_stop))
    try:
        out.print(f"Starting PostgreSQL, NATS, four services and a witness; data in {layout.data}")
        stack.start()
        _seed_once(layout, out)
        _print_tour(layout, out)
        threading.Thread(target=stack.watch, daemon=True).start()
        asked_to_stop.wait()
        out.print("Stopping; data stay.")
    except (StackError, OSError) as error:
        out.print(f"[bold]The stack did not start.[/bold] {error}")
        return 1
    except KeyboardInterrupt:
        out.print("Stopped before it was ready; data stay.")
    finally:
        stack.stop()
    return 0


def _ask_to_stop(asked: threading.Event) -> None:
    first = not asked.is_set()
    asked.set()
    if first and threading.current_thread() is threading.main_thread() and not _serving.is_set():
        raise KeyboardInterrupt


_serving = threading.Event()


def _seed_once(layout: Layout, out: Console) -> None:
    done = layout.data / "seeded"
    if done.exists() or os.environ.get("COUNTERSIGN_SEED") == "0":
        return

    async def bearer(persona: str) -> str:
        return token(persona)

    columns = (TextColumn("Seeding the demo team"), BarColumn(), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=out) as progress:
        task = progress.add_task("seed", total=None)
        urls = Urls(**{name: layout.url(name) for name in ("identity", *SERVICES)})
        try:
            summary = asyncio.run(
                seed(urls, bearer, lambda n, of, _: progress.update(task, completed=n, total=of))
            )
        except SeedFailed as failed:
            out.print(f"Seeding stopped: {failed}. The stack runs; the next start tries again.")
            return
    done.write_text("")
    out.print(
        f"{summary.workers} workers ({summary.trained} trained, {summary.signed_off} signed off), "
        f"{summary.service_users} service users, {summary.plans} plans, {summary.notes} notes, "
        f"{summary.countersignatures} countersigned, {summary.amendments} amended, "
        f"{summary.sessions} sessions of supervision."
    )


def _print_tour(layout: Layout, out: Console) -> None:
    _serving.set()
    for name in ("identity", *SERVICES):
        docs = "" if name == "identity" else f"  {layout.url(name)}/docs"
        out.print(f"  {name:<12} {layout.url(name)}{docs}")
    out.print(f"  {'witness':<12} {layout.url('witness')}  /checkpoints")
    out.print(f"  personas     {', '.join(personas())}")
    out.print(TOUR.format(**{name: layout.url(name) for name in SERVICES}))
    (layout.data / "ready").write_text(str(os.getpid()))


TOUR = """
A tour, to paste in another terminal:
  as() {{ who=$1; shift; curl -s -H "Authorization: Bearer $(.venv/bin/countersign token $who)" "$@"; }}
  as nurse-1 "{notes}/v1/countersignatures/worklist?limit=2"
  note=$(as nurse-1 "{notes}/v1/countersignatures/worklist?limit=1" | grep -o '[0-9a-f-]*' | grep -m1 -E '.{{36}}')
  as nurse-1 -i "{notes}/v1/notes/$note"
  as nurse-9 "{notes}/v1/notes/$note"    # of another team: refused, and on record
  as manager-1 "{referrals}/v1/waiting-list"
  as str-worker-1 "{referrals}/v1/caseloads/str-worker-1"
  as manager-1 "{supervision}/v1/supervision/compliance?team_id=north-cmht"
  as manager-1 "{referrals}/v1/extracts/mhsds?from=$(date +%Y)-01-01&to=$(date +%F)&table=validation"
  as auditor-1 "{audit}/v1/audit/events?actor_id=nurse-9"
  as auditor-1 "{audit}/v1/audit/events?resource_id=$note"
  as auditor-1 "{audit}/v1/audit/completeness"
  curl -s "{audit}/v1/audit/ledger/checkpoint"    # no token: the ledger's head, signed and witnessed
Ctrl-C stops everything; data stay."""  # noqa: E501
