"""What kustomize makes of deploy/k8s, in a copy with what commands make and a trust fills in."""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from countersign import secret_files
from countersign.configuration import service_of
from shared.contracts.system import SERVICES
from shared.platform.nats_config import configuration
from tests.kubernetes.objects import Object

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "deploy" / "k8s"
KUBECTL = Path(sys.executable).parent / "kubectl"
SECRETS = Path("overlays/dev/secrets")
PRODUCTION = "overlays/production"
FILLED_IN = "filled-in/production"
RESTORED = "restored/production"
"""The same after a service's database was restored."""
WITNESS = "witness"
RESTORES = ("restore", "restore-everything")
ODS_CODE = "RX9"
UNFILLED = ("fill-in", ".invalid", "192.0.2.0/24")
"""By what one knows a value that nobody gave."""


class CannotRender(Exception):
    pass


class Rendered:
    """The objects of each kustomization, made when they are first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects: dict[str, list[Object]] = {}

    @property
    def secrets(self) -> Path:
        return self.root / SECRETS

    def of(self, name: str) -> list[Object]:
        if name not in self._objects:
            self._objects[name] = render(self.root / name)
        return self._objects[name]


def prepare(directory: Path, trust: dict[str, str]) -> Rendered:
    """A copy of the manifests, with what commands make beside them; and of the overlay for
    production another, as a trust has filled it in."""
    root = directory / "k8s"
    shutil.copytree(MANIFESTS, root, ignore=shutil.ignore_patterns("secrets"))
    secret_files.write(root / SECRETS)
    shutil.copytree(root / PRODUCTION, root / FILLED_IN)
    services = [service_of(name) for name in SERVICES]
    for overlay, code in ((PRODUCTION, "LOCAL"), (FILLED_IN, ODS_CODE)):
        (root / overlay / "nats.conf").write_text(configuration(services, code, 3))
    path = root / FILLED_IN / "trust.yaml"
    given = yaml.safe_load(path.read_text())
    assert given["data"].keys() == trust.keys(), "what a trust fills in is not what is asked for"
    path.write_text(yaml.safe_dump(given | {"data": trust}))
    shutil.copytree(root / FILLED_IN, root / RESTORED)
    restored = trust | {"database-notes": "notes-db-2"}
    (root / RESTORED / "trust.yaml").write_text(yaml.safe_dump(given | {"data": restored}))
    return Rendered(root)


def kustomizations(*below: str) -> list[str]:
    """Whatever can be applied by itself, in these folders of deploy/k8s."""
    found = [
        path.parent
        for folder in below
        for path in (MANIFESTS / folder).rglob("kustomization.yaml")
        if "kind: Component" not in path.read_text() and path.parent.name != "secrets"
    ]
    return sorted(str(each.relative_to(MANIFESTS)) for each in found)


def render(folder: Path) -> list[Object]:
    """The objects of a kustomization. Raises `CannotRender` with what kustomize says."""
    done = subprocess.run(
        [KUBECTL, "kustomize", folder], capture_output=True, text=True, check=False
    )
    if done.returncode or done.stderr:
        raise CannotRender(f"{folder}: {done.stderr.strip()}")
    return [each for each in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader) if each]


def left_to_fill_in(objects: list[Object]) -> list[str]:
    """Where something is as it was shipped."""
    return sorted(
        f"{each['kind']} {each['metadata']['name']}: {text}"
        for each in objects
        for text in texts(each)
        if any(unfilled in text for unfilled in UNFILLED)
    )


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []
