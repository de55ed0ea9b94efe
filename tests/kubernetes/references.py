"""Secrets and ConfigMaps: whether what is referred to is there, with the keys asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.kubernetes.objects import Object, named, of, pods

GIVEN = {"backups": {"ACCESS_KEY_ID", "SECRET_ACCESS_KEY"}}
"""Secrets that only who runs the object store can make."""
CERTIFICATE = {"ca.crt", "tls.crt", "tls.key"}


class Reference(NamedTuple):
    who: str
    kind: str
    name: str
    key: str | None
    """None for the whole of it."""


def references(objects: list[Object], written: Path) -> list[str]:
    """What is referred to and made by nobody. `written` is where `countersign secrets` wrote: where
    a kustomization has no Secrets of its own, those come from there by other ways."""
    there = provided(objects, written)
    found = []
    for each in referred(objects):
        keys = there.get((each.kind, each.name))
        if keys is None:
            found.append(f"{each.who}: there is no {each.kind} {each.name}")
        elif each.key is not None and each.key not in keys:
            found.append(f"{each.who}: {each.kind} {each.name} has no {each.key}")
    return found


def referred(objects: list[Object]) -> Iterator[Reference]:
    for pod in pods(objects):
        for each in pod.containers:
            for source in each.get("envFrom", []):
                for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                    if field in source:
                        yield Reference(pod.name, kind, source[field]["name"], None)
            for variable in each.get("env", []):
                source = variable.get("valueFrom", {})
                for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                    if field in source:
                        yield Reference(pod.name, kind, source[field]["name"], source[field]["key"])
        for volume in pod.spec.get("volumes", []):
            for field, kind, key in (
                ("configMap", "ConfigMap", "name"),
                ("secret", "Secret", "secretName"),
            ):
                if field in volume:
                    name = volume[field][key]
                    yield Reference(pod.name, kind, name, None)
                    for item in volume[field].get("items", []):
                        yield Reference(pod.name, kind, name, item["key"])
    for each in of(objects, "Cluster", "ObjectStore", "Gateway", "Ingress"):
        yield from _of_others(each)


def _of_others(it: Object) -> Iterator[Reference]:
    """Of objects that are not pods: Secrets by their names, wherever they are named."""
    spec, who = it["spec"], named(it)
    match it["kind"]:
        case "Cluster":
            initial = spec.get("bootstrap", {}).get("initdb", {}).get("secret", {}).get("name")
            if initial:
                yield Reference(who, "Secret", initial, "password")
            for role in spec.get("managed", {}).get("roles", []):
                if "passwordSecret" in role:
                    yield Reference(who, "Secret", role["passwordSecret"]["name"], "password")
        case "ObjectStore":
            for each in spec["configuration"].get("s3Credentials", {}).values():
                if isinstance(each, dict):
                    yield Reference(who, "Secret", each["name"], each["key"])
        case "Gateway":
            for listener in spec["listeners"]:
                for each in listener.get("tls", {}).get("certificateRefs", []):
                    yield Reference(who, "Secret", each["name"], "tls.key")
        case "Ingress":
            for each in spec.get("tls", []):
                yield Reference(who, "Secret", each["secretName"], "tls.key")


def provided(objects: list[Object], written: Path) -> dict[tuple[str, str], set[str]]:
    """What is there once everything is applied: by kind and name, its keys."""
    there: dict[tuple[str, str], set[str]] = {}
    for each in of(objects, "ConfigMap", "Secret"):
        keys = {*each.get("data", {}), *each.get("stringData", {})}
        there[each["kind"], each["metadata"]["name"]] = keys
    if not of(objects, "Secret", "ExternalSecret"):
        for folder in written.iterdir():
            if folder.is_dir():
                there["Secret", folder.name] = {file.name for file in folder.iterdir()}
        there |= {("Secret", name): keys for name, keys in GIVEN.items()}
        there["Secret", "nats-tls"] = there["Secret", "countersign-tls"] = CERTIFICATE
    for each in of(objects, "ExternalSecret"):
        spec = each["spec"]
        template = spec["target"].get("template", {}).get("data")
        keys = {*template} if template else {item["secretKey"] for item in spec["data"]}
        there["Secret", spec["target"]["name"]] = keys
    for each in of(objects, "Certificate"):
        there["Secret", each["spec"]["secretName"]] = CERTIFICATE
    for each in of(objects, "Cluster"):
        there["Secret", f"{each['metadata']['name']}-ca"] = {"ca.crt", "ca.key"}
    return there


def unused(objects: list[Object], written: Path) -> list[str]:
    """Secrets that are made and that nobody refers to."""
    used = {(each.kind, each.name) for each in referred(objects)}
    made = [
        (named(each), each["metadata"]["name"]) for each in of(objects, "Secret", "ExternalSecret")
    ]
    return [f"{who} is for nobody" for who, name in made if ("Secret", name) not in used]
