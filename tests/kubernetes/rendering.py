"""What kustomize makes of deploy/k8s, in a copy with what commands make and a trust fills in."""

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from countersign import secret_files
from tests.kubernetes.objects import Object

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "deploy" / "k8s"
KUBECTL = Path(sys.executable).parent / "kubectl"
SECRETS = Path("overlays/dev/secrets")
PRODUCTION = "overlays/production"
WITNESS = "witness"
BROKER = "nats.conf"
TRUST = Path(PRODUCTION, "trust.yaml")
UNFILLED = ("fill-in", ".invalid", "192.0.2.0/24")
"""By what one knows a value of trust.yaml that nobody gave."""


class CannotRender(Exception):
    pass


def prepare(directory: Path) -> Path:
    """A copy of the manifests, with what commands make beside them."""
    root = directory / "k8s"
    shutil.copytree(MANIFESTS, root, ignore=shutil.ignore_patterns("secrets"))
    secret_files.write(root / SECRETS)
    return root


def kustomizations(root: Path) -> list[str]:
    """Whatever can be applied by itself: every overlay, every combination, and the witness."""
    found = [
        path.parent
        for below in ("overlays", "combinations", WITNESS)
        for path in (root / below).rglob("kustomization.yaml")
        if "kind: Component" not in path.read_text() and path.parent.name != "secrets"
    ]
    return sorted(str(each.relative_to(root)) for each in found)


def render(folder: Path) -> list[Object]:
    """The objects of a kustomization. Raises `CannotRender` with what kustomize says."""
    done = subprocess.run(
        [KUBECTL, "kustomize", folder], capture_output=True, text=True, check=False
    )
    if done.returncode or done.stderr:
        raise CannotRender(f"{folder}: {done.stderr.strip()}")
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def fill_in(root: Path, values: dict[str, str]) -> None:
    """Write values into trust.yaml."""
    trust = yaml.safe_load((root / TRUST).read_text())
    unknown = values.keys() - trust["data"].keys()
    assert not unknown, f"trust.yaml has no {unknown}"
    trust["data"] |= values
    (root / TRUST).write_text(yaml.safe_dump(trust))


def left_to_fill_in(objects: list[Object]) -> list[str]:
    """Where something is as it was shipped."""
    return sorted(
        f"{each['kind']} {each['metadata']['name']}: {text}"
        for each in objects
        for text in _texts(each)
        if any(unfilled in text for unfilled in UNFILLED)
    )


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
