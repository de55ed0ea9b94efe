"""The local stack, with its services run by the image: of each an API and a worker."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.layout import Layout
from deploy.local.processes import Process
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES
from tests.support.containers import Engine
from tests.support.ports import free_port_base, own_directory

SECRETS = "/etc/countersign/secrets"
ROLES = ("api", "worker")


class ContainedStack(Stack):
    """PostgreSQL, NATS, identities and witness as ever. What dies is not started again."""

    def __init__(self, layout: Layout, engine: Engine) -> None:
        super().__init__(layout)
        self.engine = engine
        first = free_port_base()
        self._workers = {name: first + number for number, name in enumerate(SERVICES)}

    def start_service(self, name: str) -> None:
        for role in ROLES:
            self.start_container(name, role)

    def start_container(self, name: str, role: str) -> None:
        port = str(self.port(name, role))
        command = self.engine.command(
            "serve", name, "--role", role,
            options=["--name", self.container(name, role), *self.options(name),
                     "--env", f"COUNTERSIGN_LISTEN_PORT={port}"],
        )  # fmt: skip
        key = f"{name}-{role}"
        self.processes[key] = Process(
            key, command, self.layout.logs / f"{key}.log", self.engine.environment
        )
        self.processes[key].start()

    def wait_ready(self, name: str) -> None:
        if name not in SERVICES:
            super().wait_ready(name)
            return
        for role in ROLES:
            self._wait(
                self.processes[f"{name}-{role}"],
                lambda role=role: self.answers_ready(self.port(name, role)),
                f"{name}-{role}",
            )

    def port(self, name: str, role: str) -> int:
        return self.layout.ports[name] if role == "api" else self._workers[name]

    def container(self, name: str, role: str) -> str:
        return f"countersign-{self.layout.port_base}-{name}-{role}"

    def options(self, name: str) -> list[str]:
        """On this machine's network, with the database's socket and secrets as files."""
        environment = {**self.environment(name), "COUNTERSIGN_SECRETS_DIR": SECRETS}
        sockets = self.postgres.sockets
        # To be passed through by the image's user, who may do nothing else there.
        sockets.chmod(0o711)
        given = [f"--env={key}={value}" for key, value in environment.items()]
        mounts = [f"{self._mounted(name)}:{SECRETS}:ro", f"{sockets}:{sockets}"]
        return ["--network", "host", *given, *(f"--volume={mount}" for mount in mounts)]

    def stop(self) -> None:
        self._stop(*(f"{name}-{role}" for name in SERVICES for role in ROLES))
        super().stop()

    def _mounted(self, name: str) -> Path:
        """The secrets as a cluster would mount them: readable by whoever runs in the container."""
        mounted = self.layout.data / "mounted" / name
        shutil.copytree(self.layout.secrets_of(name), mounted, dirs_exist_ok=True)
        mounted.chmod(0o755)
        for file in mounted.iterdir():
            file.chmod(0o444)
        return mounted


@contextmanager
def contained_stack(engine: Engine) -> Iterator[ContainedStack]:
    with own_directory() as data:
        stack = ContainedStack(Layout(data, free_port_base()), engine)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()
