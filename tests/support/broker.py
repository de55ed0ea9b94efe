"""Three servers of the broker as on Kubernetes, with its configuration and TLS, on this machine."""

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from deploy.local.processes import Process, wait_until
from shared.contracts.system import SERVICES
from shared.platform.nats_config import OPERATOR, SYSTEM
from shared.platform.settings import BrokerSettings
from tests.support.certificates import Authority
from tests.support.ports import free_port_base

MANIFESTS = Path(__file__).parents[2] / "deploy" / "k8s"
SERVER = str(Path(sys.executable).parent / "nats-server")
NAMES = ("nats", "127.0.0.1")
PATIENCE = 30.0


class Cluster:
    """Only addresses, paths and certificates differ from those of the StatefulSet."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        base = free_port_base()
        self._ports = [(base + 3 * n, base + 3 * n + 1, base + 3 * n + 2) for n in range(3)]
        self.authority = Authority()
        (directory / "tls").mkdir()
        self.ca = self.authority.write(directory / "tls")
        self.renew()
        self.servers = [self._server(number) for number in range(3)]

    @property
    def url(self) -> str:
        return ",".join(f"tls://127.0.0.1:{client}" for client, _, _ in self._ports)

    def address(self, number: int) -> tuple[str, int]:
        return "127.0.0.1", self._ports[number][0]

    def settings(self, user: str, **changes: object) -> BrokerSettings:
        given: dict[str, Any] = {
            "nats_url": self.url,
            "nats_ca": str(self.ca),
            "nats_user": user,
            "nats_password": SecretStr(password(user)),
        }
        return BrokerSettings(**(given | changes))

    def renew(self) -> int:
        """Another certificate, as if the one there was had come near its end."""
        return self.authority.issue(self._directory / "tls", *NAMES)

    def start(self, *numbers: int) -> None:
        for number in numbers:
            self.servers[number].start()
        for number in numbers:
            self._wait(number, "/healthz?js-server-only=true")

    def whole(self, *numbers: int) -> None:
        """Wait until these have all that they should: what lets the next be restarted."""
        for number in numbers:
            self._wait(number, "/healthz")

    def lame_duck(self, number: int) -> None:
        """Let it end as a pod's hook does."""
        pid_file = self._directory / f"nats-{number}.pid"
        subprocess.run([SERVER, f"-sl=ldm={pid_file}"], check=True, capture_output=True)

    def wipe(self, *numbers: int) -> None:
        """As if the disks of stopped servers were lost."""
        for number in numbers:
            shutil.rmtree(self._directory / f"data-{number}")

    def _wait(self, number: int, path: str) -> None:
        server = self.servers[number]
        url = f"http://127.0.0.1:{self._ports[number][2]}{path}"

        def well() -> bool:
            assert server.running, server.last_words()
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    return bool(answer.status == 200)
            except (OSError, urllib.error.HTTPError):
                return False

        wait_until(well, PATIENCE, f"nats-{number} is not well")

    def _server(self, number: int) -> Process:
        client, cluster, monitor = self._ports[number]
        text = (MANIFESTS / "base" / "nats" / "nats.conf").read_text()
        here = {
            "0.0.0.0:4222": f"127.0.0.1:{client}",
            "0.0.0.0:6222": f"127.0.0.1:{cluster}",
            "0.0.0.0:8222": f"127.0.0.1:{monitor}",
            "/etc/nats/tls": str(self._directory / "tls"),
            "/var/run/nats/nats.pid": str(self._directory / f"nats-{number}.pid"),
            '"/data"': f'"{self._directory / f"data-{number}"}"',
            **{
                f"nats-{other}.nats-headless:6222": f"127.0.0.1:{ports[1]}"
                for other, ports in enumerate(self._ports)
            },
        }
        for there, instead in here.items():
            assert there in text
            text = text.replace(there, instead)
        configuration = self._directory / f"nats-{number}.conf"
        configuration.write_text(text)
        environment = {"POD_NAME": f"nats-{number}"} | {
            # In quotation marks, as the StatefulSet puts them.
            f"{user.upper()}_PASSWORD": f'"{password(user)}"'
            for user in (SYSTEM, OPERATOR, *SERVICES)
        }
        log = self._directory / f"nats-{number}.log"
        return Process(f"nats-{number}", [SERVER, "-c", str(configuration)], log, environment)


def password(user: str) -> str:
    """Such as the server would not read, were it not put in quotation marks."""
    return f"-{user} {{#1"


@contextmanager
def three_servers(directory: Path) -> Iterator[Cluster]:
    cluster = Cluster(directory)
    try:
        cluster.start(0, 1, 2)
        cluster.whole(0, 1, 2)
        yield cluster
    finally:
        for server in cluster.servers:
            server.kill()
