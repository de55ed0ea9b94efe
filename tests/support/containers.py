"""Runs the image locked down: read-only, without capabilities, as nobody in particular."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CONTAINED = str(ROOT / "deploy" / "image" / "contained")
IMAGE = "localhost/countersign:tested"
USER = 10001
NEEDED = ("buildah", "podman", "crun", "mmdebstrap")
LOCKED_DOWN = (
    "--rm", "--pull", "never", "--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp",
    "--cap-drop", "all", "--security-opt", "no-new-privileges", "--user", f"{USER}:{USER}",
    # Of one's own, rather than what the engine would set: not every machine may have so many.
    "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096",
    # What a machine without systemd can't give; what is tested here needs neither.
    "--cgroups", "disabled", "--log-driver", "none",
)  # fmt: skip


def missing() -> list[str]:
    return [name for name in NEEDED if shutil.which(name) is None]


@dataclass
class Engine:
    """Images and containers of the tests alone, in a directory."""

    store: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.store.mkdir(parents=True, exist_ok=True)
        configuration = self.store / "storage.conf"
        places = f'graphroot = "{self.store}/images"\nrunroot = "{self.store}/running"\n'
        configuration.write_text(f'[storage]\ndriver = "overlay"\n{places}')
        self.environment = {**os.environ, "CONTAINERS_STORAGE_CONF": str(configuration)}

    def build(self) -> None:
        """The image, as `make image` builds it."""
        name, _, version = IMAGE.rpartition(":")
        asked = {"IMAGE": name, "VERSION": version, "PYTHON": sys.executable}
        self._call([str(ROOT / "deploy" / "image" / "build")], {"BASE": "", **asked})
        # What runs before this one left.
        self._call(["buildah", "rmi", "--prune"], {})

    def close(self) -> None:
        """The engine mounts its directory on itself and leaves it so: nobody could remove it."""
        overlay = str(self.store / "images" / "overlay")
        program = shutil.which("umount") or "umount"
        subprocess.run([program, "--lazy", overlay], check=False, capture_output=True)

    def bill(self, tools: Path, target: Path) -> Any:
        """The image's bill of materials."""
        asked = {"IMAGE": IMAGE, "TOOLS": str(tools), "BILL": str(target)}
        self._call([str(ROOT / "deploy" / "image" / "bill")], asked)
        return json.loads(target.read_text())

    def inspect(self) -> Any:
        return json.loads(self._call(["podman", "image", "inspect", IMAGE], {}))[0]

    def command(self, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        """A locked down container that runs `countersign` with arguments."""
        return [CONTAINED, "podman", "run", *LOCKED_DOWN, *options, IMAGE, *arguments]

    def run(
        self, *arguments: str, options: Sequence[str] = ("--network", "none")
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments, options=options), env=self.environment, check=False,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def python(self, code: str) -> Any:
        """What code that runs in a container prints, as JSON."""
        options = ("--network", "none", "--entrypoint", "python")
        ran = self.run("-c", code, options=options)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def says_healthy(self, name: str) -> bool:
        """Whether a container's own health check holds."""
        command = [CONTAINED, "podman", "healthcheck", "run", name]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True)
        return done.returncode == 0

    def _call(self, command: list[str], asked: dict[str, str]) -> str:
        done = subprocess.run(
            command, env={**self.environment, **asked}, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command[0]}:\n{done.stdout}\n{done.stderr}"
        return done.stdout
