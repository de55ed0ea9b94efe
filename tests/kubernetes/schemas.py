"""Rendered objects against the schemas of Kubernetes, and of others' resources."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from kubernetes_validate import latest_version, utils
from referencing import Registry, Resource

from tests.kubernetes.objects import Object, named

KUBERNETES = latest_version()
OTHERS = (
    "barmancloud.cnpg.io", "cert-manager.io", "external-secrets.io", "gateway.networking.k8s.io",
    "monitoring.coreos.com", "postgresql.cnpg.io",
)  # fmt: skip
MODELS = Path(__file__).parent / "crds"


def is_others(it: Object) -> bool:
    return it["apiVersion"].split("/")[0] in OTHERS


def of_kubernetes(objects: list[Object]) -> list[str]:
    """What Kubernetes' own schemas refuse; unknown fields too."""
    return [
        f"{named(each)}: {wrong}"
        for each in objects
        if not is_others(each)
        for wrong in _wrong(each["apiVersion"], each["kind"], json.dumps(each, sort_keys=True))
    ]


@cache
def _wrong(api_version: str, kind: str, text: str) -> tuple[str, ...]:
    """Most objects are the same in every combination: each is looked at once."""
    found = _validator(api_version, kind).iter_errors(json.loads(text))
    return tuple(f"{each.json_path} {each.message}" for each in found)


@cache
def _validator(api_version: str, kind: str) -> Draft202012Validator:
    """What `kubernetes-validate --strict` makes anew for each object, which takes a quarter of a
    second. Raises FileNotFoundError for a kind that Kubernetes hasn't."""
    folder = f"kubernetes-json-schema/v{KUBERNETES}-local-strict"
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    schema = utils.schema_contents(f"{folder}/{kind.lower()}-{group}.json", KUBERNETES)
    registry: Registry[Any] = Resource.from_contents(schema) @ Registry()
    return Draft202012Validator(schema, registry=_definitions(folder) @ registry)


@cache
def _definitions(folder: str) -> Resource[Any]:
    definitions = f"{folder}/_definitions.json"
    return Resource.from_contents(utils.schema_contents(definitions, KUBERNETES))


def of_others(objects: list[Object]) -> list[str]:
    """What the models of others' resources refuse; unknown fields too (crds/validate.mjs)."""
    node = shutil.which("node")
    assert node, "node is not installed"
    done = subprocess.run(
        [node, MODELS / "validate.mjs"],
        input=json.dumps([each for each in objects if is_others(each)]),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found
