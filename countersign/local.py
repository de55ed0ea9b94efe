"""The local stack's commands that run nothing themselves: they come quickly."""

import json
import signal
import subprocess
import sys
import time
from typing import Any

import httpx
import psutil
from rich.console import Console

from deploy.local.identity import IdentitySettings, issue
from deploy.local.identity import assertion as sign_assertion
from deploy.local.layout import Layout
from deploy.local.personas import PERSONAS, SYSTEMS

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


def up_detached(out: Console) -> int:
    """Start the stack in the background and wait until it is ready."""
    layout = Layout.from_environment()
    if (running := supervisor()) is not None:
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
    found = supervisor()
    if found is None:
        out.print("Nothing runs here.")
        return 0
    found.send_signal(signal.SIGTERM)
    try:
        found.wait(STOP_WITHIN)
    except psutil.TimeoutExpired:
        out.print(f"Process {found.pid} has not stopped within {STOP_WITHIN:g} s.")
        return 1
    out.print("Stopped; data stay.")
    return 0


def status(out: Console) -> int:
    """Print each process and each service's readiness. Returns 0 when all are ready."""
    state = _state()
    if state is None or supervisor() is None:
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


def supervisor() -> psutil.Process | None:
    """The process that keeps a stack running here, if one does."""
    state = _state()
    return _process(state["supervisor"]) if state else None


def _process(pid: int | None) -> psutil.Process | None:
    try:
        process = psutil.Process(pid) if pid else None
    except psutil.NoSuchProcess:
        return None
    return process if process and process.status() != psutil.STATUS_ZOMBIE else None
