"""Rendered objects against the schemas of Kubernetes, and of others' resources."""

import json
import subprocess
from pathlib import Path

import kubernetes_validate

from tests.kubernetes.objects import Object, named

KUBERNETES = kubernetes_validate.latest_version()
OTHERS = (
    "barmancloud.cnpg.io", "cert-manager.io", "external-secrets.io", "gateway.networking.k8s.io",
    "monitoring.coreos.com", "postgresql.cnpg.io",
)  # fmt: skip
MODELS = Path(__file__).parent / "crds"


def is_others(it: Object) -> bool:
    return it["apiVersion"].split("/")[0] in OTHERS


def of_kubernetes(objects: list[Object]) -> list[str]:
    found = []
    for each in objects:
        if not is_others(each):
            try:
                kubernetes_validate.validate(each, KUBERNETES, strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as no:
                found.append(f"{named(each)}: {no}")
    return found


def of_others(objects: list[Object]) -> list[str]:
    done = subprocess.run(
        ["node", MODELS / "validate.mjs"],
        input=json.dumps([each for each in objects if is_others(each)]),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found
