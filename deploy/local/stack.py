"""The local stack: PostgreSQL, NATS, the identity provider, four services and a witness of their
ledger on one machine."""

import asyncio
import contextlib
import json
import os
import pwd
import signal
import socket
import sys
import time
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module

import httpx

from deploy.local.engagement import agree_standing_engagement
from deploy.local.layout import ODS_CODE, Layout
from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.processes import Process, wait_until
from deploy.local.witness import LEDGER_KEYS, ledger_origin, witness_environment, witness_of
from shared.contracts.system import SERVICES
from shared.platform.migrations import CannotMigrate, migrate
from shared.platform.service import Service

READY_WITHIN = 60.0
TEAM_TYPES = {"north-cmht": "A06", "south-cmht": "A06"}
"""What the personas' teams are to the Mental Health Services Data Set: functional CMHTs."""
LOOK_EVERY = 0.5
"""Seconds between looks at what runs; what died is started again at the next."""


class StackError(Exception):
    """Why the stack can't start, for people."""


def service(name: str) -> Service:
    found: Service = import_module(f"services.{name}.main").SERVICE
    return found


class Stack:
    """Starts and stops everything. A child that dies is started again."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.postgres = Postgres(layout)
        self.processes: dict[str, Process] = {}
        self._stopping = False
        self._held: set[str] = set()
        # One for all looks: making one takes longer than a look does.
        self._http = httpx.Client(timeout=2, limits=httpx.Limits(max_keepalive_connections=0))

    @cached_property
    def nats(self) -> Nats:
        """Its users may do what the services say, all of which are imported for it."""
        return Nats(self.layout, [service(name) for name in SERVICES])

    def start(self) -> None:
        """Bring everything up, in order, until every service is ready. Raises `StackError`."""
        self.start_ground()
        for name in SERVICES:
            self.start_service(name)
        for name in SERVICES:
            self.wait_ready(name)
        self.agree_engagement()

    def start_ground(self) -> None:
        """Bring up what the services stand on: databases at this release, broker, identities."""
        self._refuse_taken_ports()
        self.layout.data.mkdir(parents=True, exist_ok=True)
        self.layout.logs.mkdir(exist_ok=True, mode=0o700)
        # It needs none of the others, and comes up while they do.
        self._start(
            "identity", self._countersign("identity", "--port", str(self._port("identity")))
        )
        self.start_witness()
        self.start_postgres()
        self.start_nats()
        for name in SERVICES:
            self.postgres.provide(name)
            try:
                migrate(name, self.postgres.owner_dsn(name))
            except CannotMigrate as refused:
                raise StackError(str(refused)) from None
        self.wait_ready("identity")
        self.wait_ready("witness")

    def start_postgres(self) -> None:
        self.postgres.initialise()
        process = self._start(
            "postgres", self.postgres.command, user=self.postgres.user, stop=signal.SIGINT
        )
        self._wait(process, self.postgres.answers, "PostgreSQL")

    def start_nats(self) -> None:
        self.nats.initialise()
        process = self._start("nats", self.nats.command)
        self._wait(process, self._nats_provided, "NATS")

    def start_witness(self) -> None:
        """Of itself, without the command line, whose imports would take longer than all it does."""
        command = [sys.executable, "-m", "countersign.witness", "127.0.0.1"]
        environment = witness_environment(self.layout)
        self._start("witness", [*command, str(self._port("witness"))], environment)

    def start_service(self, name: str) -> None:
        port = str(self._port(name))
        self._start(name, self._countersign("serve", name, "--port", port), self.environment(name))

    def agree_engagement(self) -> None:
        """The auditor of the local stack reads from the start."""
        try:
            agree_standing_engagement(self.layout)
        except httpx.HTTPError as error:
            raise StackError(f"The auditor's engagement can't be agreed: {error}") from None

    def environment(self, name: str) -> dict[str, str]:
        """A service's settings; its secrets are in files of their own."""
        prefix = name.upper()
        self.layout.secret(name, f"{name}_database_dsn", self.postgres.run_time_dsn(name))
        self.layout.secret(name, f"{name}_nats_password", self.layout.secret("nats", name))
        self.layout.secret(name, f"{name}_idempotency_secret")
        self.layout.secret(name, f"{name}_key_encryption_keys", self.layout.key_ring())
        if name == "referrals":
            self.layout.secret(name, f"{name}_lookup_secret")
        own = {}
        if name == "referrals":
            own["REFERRALS_TEAM_TYPES"] = json.dumps(TEAM_TYPES)
        if name == "audit":
            self.layout.seed(name, LEDGER_KEYS)
            own["AUDIT_LEDGER_ORIGIN"] = ledger_origin(self.layout)
            own["AUDIT_WITNESSES"] = witness_of(self.layout)
        return {
            **own,
            "COUNTERSIGN_SECRETS_DIR": str(self.layout.secrets_of(name)),
            f"{prefix}_NATS_URL": self.layout.nats_url,
            f"{prefix}_NATS_USER": name,
            f"{prefix}_ISSUER": self.layout.url("identity"),
            f"{prefix}_ODS_CODE": ODS_CODE,
        }

    def is_ready(self, name: str) -> bool:
        return self.answers_ready(self._port(name))

    def answers_ready(self, port: int) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            answer = self._http.get(f"http://127.0.0.1:{port}/health/ready")
            return answer.status_code == 200 and answer.json()["status"] == "ok"
        return False

    def wait_ready(self, name: str) -> None:
        self._wait(self.processes[name], lambda: self.is_ready(name), name)

    def watch(self) -> None:
        """Start again what dies, until told to stop."""
        while not self._stopping:
            for name, process in self.processes.items():
                if not process.running and name not in self._held:
                    process.start()
                    self._write_state()
            time.sleep(LOOK_EVERY)

    def hold(self, *names: str) -> None:
        """Stop processes, at once if there are several, and leave them stopped."""
        self._held.update(names)
        self._stop(*names)

    def release(self, name: str) -> None:
        """Let a held process run again."""
        if not self.processes[name].running:
            self.processes[name].start()
        self._held.discard(name)

    def stop(self) -> None:
        """Services first, so that they finish what they began; then the broker and the store."""
        self._stopping = True
        self._stop(*SERVICES, "witness", "identity")
        self._stop("nats")
        self._stop("postgres")
        if self.processes:
            self.layout.state.unlink(missing_ok=True)

    def _stop(self, *names: str) -> None:
        running = [self.processes[name] for name in names if name in self.processes]
        for process in running:
            process.ask_to_stop()
        for process in running:
            process.stop()

    def _start(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str] | None = None,
        user: pwd.struct_passwd | None = None,
        stop: signal.Signals = signal.SIGTERM,
    ) -> Process:
        process = Process(
            name,
            command,
            self.layout.logs / f"{name}.log",
            {
                **_ordinary_environment(),
                "COUNTERSIGN_DATA_DIR": str(self.layout.data),
                "COUNTERSIGN_PORT_BASE": str(self.layout.port_base),
                **(environment or {}),
            },
            user,
            stop,
        )
        process.start()
        self.processes[name] = process
        self._write_state()
        return process

    def _countersign(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "countersign", *arguments]

    def _port(self, name: str) -> int:
        return self.layout.ports[name]

    def _wait(self, process: Process, condition: object, what: str) -> None:
        def settled() -> bool:
            return not process.running or bool(condition())  # type: ignore[operator]

        try:
            wait_until(settled, READY_WITHIN, what)
        except TimeoutError as error:
            raise StackError(f"{error}\n{process.last_words()}") from None
        if not process.running:
            raise StackError(f"{what} stopped at once:\n{process.last_words()}")

    def _nats_provided(self) -> bool:
        if not _listens(self._port("nats")):
            return False
        try:
            asyncio.run(self.nats.provide())
        except Exception:  # the client raises many kinds while the server is coming up
            return False
        return True

    def _refuse_taken_ports(self) -> None:
        taken = [f"{port} ({name})" for name, port in self.layout.ports.items() if _taken(port)]
        if taken:
            raise StackError(
                f"Ports in use: {', '.join(taken)}. Stop what uses them (countersign down), "
                "or choose others with COUNTERSIGN_PORT_BASE."
            )

    def _write_state(self) -> None:
        pids = {name: process.pid for name, process in self.processes.items()}
        state = {
            "supervisor": os.getpid(),
            "processes": pids,
            "urls": {name: self.layout.url(name) for name in ("identity", *SERVICES, "witness")},
        }
        self.layout.state.write_text(json.dumps(state, indent=2))


def _ordinary_environment() -> dict[str, str]:
    """Ours, without what would reach into a service's settings."""
    prefixes = (*(f"{name.upper()}_" for name in SERVICES), "COUNTERSIGN_WITNESS_")
    return {key: value for key, value in os.environ.items() if not key.startswith(prefixes)}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


@contextlib.contextmanager
def running(layout: Layout) -> Iterator[Stack]:
    """A stack for the length of a block."""
    stack = Stack(layout)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
