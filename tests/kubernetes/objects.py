"""Rendered objects, and what is asked of them again and again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
TEMPLATES = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
CLUSTER = "cnpg.io/cluster"
DATABASE_PORTS = frozenset({5432, 8000, 9187})
"""Of an instance of CloudNativePG: PostgreSQL, what its operator asks, metrics."""


@dataclass(frozen=True, slots=True)
class Pod:
    """The pods that a workload makes. Those of a database have labels and ports, and no `spec`."""

    owner: Object
    labels: Mapping[str, str]
    spec: Object

    @property
    def name(self) -> str:
        return named(self.owner)

    @property
    def namespace(self) -> str:
        return namespace_of(self.owner)

    @property
    def containers(self) -> list[Object]:
        kinds = ("initContainers", "containers", "ephemeralContainers")
        return [each for kind in kinds for each in self.spec.get(kind, [])]

    @property
    def ports(self) -> dict[str, int]:
        return {
            port.get("name", str(port["containerPort"])): port["containerPort"]
            for each in self.containers
            for port in each.get("ports", [])
        }

    @property
    def numbers(self) -> frozenset[int]:
        """The ports it listens on."""
        return DATABASE_PORTS if self.is_database else frozenset(self.ports.values())

    @property
    def is_database(self) -> bool:
        return bool(self.owner["kind"] == "Cluster")

    @property
    def is_ours(self) -> bool:
        """Whether it runs the image of Countersign."""
        return any(each["name"] == "countersign" for each in self.containers)


def named(it: Object) -> str:
    return f"{it['kind']} {it['metadata']['name']}"


def namespace_of(it: Object) -> str:
    return str(it["metadata"].get("namespace", ""))


def of(objects: list[Object], *kinds: str) -> list[Object]:
    return [each for each in objects if each["kind"] in kinds]


def one(objects: list[Object], kind: str, name: str) -> Object:
    """The one object of a kind and a name, or of a name with a generated end."""
    found = [each for each in of(objects, kind) if is_called(each, name)]
    assert len(found) == 1, f"{len(found)} of {kind} {name}"
    return found[0]


def is_called(it: Object, name: str) -> bool:
    """Whether an object has this name, or a generator's: the name, a hyphen and ten characters."""
    given = it["metadata"]["name"]
    beginning, _, end = given.rpartition("-")
    return bool(given == name or (beginning == name and len(end) == 10))


def pods(objects: list[Object]) -> Iterator[Pod]:
    """Of every workload that is rendered."""
    for each in of(objects, *TEMPLATES):
        template: Object = each
        for step in TEMPLATES[each["kind"]]:
            template = template[step]
        yield Pod(each, template.get("metadata", {}).get("labels", {}), template["spec"])


def databases(objects: list[Object]) -> Iterator[Pod]:
    """The pods that CloudNativePG makes of a Cluster."""
    for each in of(objects, "Cluster"):
        yield Pod(each, {CLUSTER: each["metadata"]["name"]}, {})


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector takes something with these labels."""
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(_fits(each, labels) for each in selector.get("matchExpressions", []))


def _fits(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    raise AssertionError(expression)
