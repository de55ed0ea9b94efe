"""Where the local stack keeps things and which ports it takes."""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.system import SERVICES

DEFAULT_PORT_BASE = 8100
ODS_CODE = "LOCAL"


@dataclass(frozen=True, slots=True)
class Layout:
    """One local stack: a data directory and a range of ports."""

    data: Path
    port_base: int = DEFAULT_PORT_BASE

    @classmethod
    def from_environment(cls) -> "Layout":
        """`COUNTERSIGN_DATA_DIR` and `COUNTERSIGN_PORT_BASE`, or the defaults."""
        data = Path(os.environ.get("COUNTERSIGN_DATA_DIR") or ".countersign").resolve()
        base = os.environ.get("COUNTERSIGN_PORT_BASE") or str(DEFAULT_PORT_BASE)
        if not base.isdecimal() or not 1024 <= int(base) <= 65_000:
            raise SystemExit(f"COUNTERSIGN_PORT_BASE is {base!r}: it must be from 1024 to 65000.")
        return cls(data, int(base))

    @property
    def ports(self) -> dict[str, int]:
        names = ("identity", *SERVICES, "nats", "witness")
        return {name: self.port_base + number for number, name in enumerate(names)}

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def nats_url(self) -> str:
        return f"nats://127.0.0.1:{self.ports['nats']}"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def state(self) -> Path:
        """What runs, as the supervisor last wrote it (JSON)."""
        return self.data / "stack.json"

    def secrets_of(self, owner: str) -> Path:
        return self.data / "secrets" / owner

    def key_ring(self) -> str:
        """The key-encryption keys that the four services share."""
        first = f"local-1 {base64.b64encode(os.urandom(32)).decode()}"
        return self.secret("keys", "key_encryption_keys", first)

    def seed(self, owner: str, name: str) -> str:
        """An Ed25519 key's seed, in base64."""
        return self.secret(owner, name, base64.b64encode(os.urandom(32)).decode())

    def secret(self, owner: str, name: str, value: str | None = None) -> str:
        """A secret from its file, mode 0600; made (at random, unless given) when it isn't there."""
        path = self.secrets_of(owner) / name
        if path.exists():
            return path.read_text()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = value or secrets.token_urlsafe(24)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(made)
        return made
