"""The local stack's commands: up, down, status, token, and the tour a newcomer is shown."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local.identity import IdentitySettings, issue
from deploy.local.identity import assertion as sign_assertion
from deploy.local.layout import Layout
from deploy.local.personas import PERSONAS, SYSTEMS
from deploy.local.seed import SeedFailed, Urls, seed
from deploy.local.stack import Stack, StackError
from shared.contracts.system import SERVICES

STOP_WITHIN = 60.0
START_WITHIN = 300.0


def personas() -> list[str]:
    return [persona.sub for persona in PERSONAS]


def token(persona: str) -> str:
    layout = Layout.from_environment()
    return issue(IdentitySettings(layout.ports["identity"], layout.data), persona)


def systems() -> list[str]:
    return list(SYSTEMS)


def assertion(client: str) -> str:
    layout = Layout.from_environment()
    return sign_assertion(IdentitySettings(layout.ports["identity"], layout.data), client)


def up(out: Console) -> int:
    """Run the stack until Ctrl-C or SIGTERM. Returns an exit code."""
    layout = Layout.from_environment()
    if (running := _supervisor()) is not None:
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


def up_detached(out: Console) -> int:
    """Start the stack in the background and wait until it is ready."""
    layout = Layout.from_environment()
    if (running := _supervisor()) is not None:
        out.print(f"A stack runs in {layout.data} already (process {running.pid}).")
        return 1
    layout.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = layout.logs / "stack.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "countersign", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_WITHIN
    ready = layout.data / "ready"
    while time.monotonic() < deadline and child.poll() is None:
        if ready.exists() and ready.read_text() == str(child.pid):
            out.print(log.read_text())
            return 0
        time.sleep(0.2)
    out.print(log.read_text())
    return child.poll() or 1


def down(out: Console) -> int:
    """Stop a stack that runs. Returns 0 also when none does."""
    supervisor = _supervisor()
    if supervisor is None:
        out.print("Nothing runs here.")
        return 0
    supervisor.send_signal(signal.SIGTERM)
    try:
        supervisor.wait(STOP_WITHIN)
    except psutil.TimeoutExpired:
        out.print(f"Process {supervisor.pid} has not stopped within {STOP_WITHIN:g} s.")
        return 1
    out.print("Stopped; data stay.")
    return 0


def status(out: Console) -> int:
    """Print each process and each service's readiness. Returns 0 when all are ready."""
    state = _state()
    if state is None or _supervisor() is None:
        out.print("Nothing runs here. Start it with: countersign up")
        return 3
    healthy = True
    for name, pid in state["processes"].items():
        alive = _process(pid) is not None
        url = state["urls"].get(name)
        said = _readiness(url) if url and alive else "running" if alive else "not running"
        healthy = healthy and alive and said in ("ok", "running")
        out.print(f"{name:<12} pid {pid:<8} {said:<12} {url or ''}")
    return 0 if healthy else 1


def _readiness(url: str) -> str:
    try:
        return str(httpx.get(f"{url}/health/ready", timeout=3).json()["status"])
    except (httpx.HTTPError, ValueError, KeyError):
        return "no answer"


def _state() -> dict[str, Any] | None:
    path = Layout.from_environment().state
    return json.loads(path.read_text()) if path.exists() else None


def _supervisor() -> psutil.Process | None:
    """The process that keeps a stack running here, if one does."""
    state = _state()
    return _process(state["supervisor"]) if state else None


def _process(pid: int | None) -> psutil.Process | None:
    try:
        process = psutil.Process(pid) if pid else None
    except psutil.NoSuchProcess:
        return None
    return process if process and process.status() != psutil.STATUS_ZOMBIE else None


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
Ctrl-C stops everything; data stay."""  # noqa: E501
