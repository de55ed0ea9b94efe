"""Child processes of the local stack: each in a session of its own, and none outlives us."""

import ctypes
import pwd
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def become(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for `subprocess` to run as a user, with none of our groups; as us if None."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass
class Process:
    """A program to keep running. `stop_signal` asks it to end in good order."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] | None = None
    user: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _asked: bool = field(default=False, repr=False)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._child = self._spawn(output)
        self._asked = False

    def _spawn(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=self.environment,
            **become(self.user),
            # Ctrl-C is for the supervisor, which stops its children in order.
            start_new_session=True,
            preexec_fn=self._die_with_parent,
        )

    def _die_with_parent(self) -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(self.stop_signal))

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def returncode(self) -> int | None:
        return self._child.returncode if self._child else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def ask_to_stop(self) -> None:
        """Let it begin to end, in good order. Asked once: some take a second time for haste."""
        if self._child is not None and self.running and not self._asked:
            self._asked = True
            self._child.send_signal(self.stop_signal)

    def stop(self, patience: float = 15) -> None:
        """End it, in good order if it will."""
        if self._child is None:
            return
        self.ask_to_stop()
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        if self._child:
            self._child.kill()
            self._child.wait()

    def last_words(self, lines: int = 5) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def wait_until(
    condition: Callable[[], bool], seconds: float, what: str, every: float = 0.05
) -> None:
    """Wait for a condition. Raises TimeoutError, naming `what`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(every)
