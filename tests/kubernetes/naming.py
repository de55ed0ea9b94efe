"""Names, namespaces and labels."""

import re

from tests.kubernetes.objects import COMPONENT, NAME, Object, named, of, pods

NAMESPACES = {"countersign", "countersign-witness"}
CLUSTER_WIDE = {"Namespace", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
NOT_PERSONAL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def namespaces(objects: list[Object]) -> list[str]:
    """Objects that would land wherever who applies them happens to be."""
    found = []
    for each in objects:
        namespace = each["metadata"].get("namespace")
        if each["kind"] in CLUSTER_WIDE:
            if namespace:
                found.append(f"{named(each)} is of no namespace, and names {namespace}")
        elif namespace not in NAMESPACES:
            found.append(f"{named(each)} is in {namespace}")
    if len({each["metadata"].get("namespace") for each in objects} & NAMESPACES) > 1:
        found.append("two teams' namespaces are in one kustomization")
    return found


def names(objects: list[Object]) -> list[str]:
    """Names that can't be one, or that stand for two."""
    found = [
        f"{named(each)} can't be a name"
        for each in objects
        if not NOT_PERSONAL.fullmatch(each["metadata"]["name"])
    ]
    ids = [(each["apiVersion"], named(each)) for each in objects]
    return found + [
        f"{name} is there twice" for name in {each[1] for each in ids if ids.count(each) > 1}
    ]


def labels(objects: list[Object]) -> list[str]:
    """Pods, by which nobody could tell whose they are."""
    return [
        f"{pod.name} has no label {label}"
        for pod in pods(objects)
        for label in (NAME, "app.kubernetes.io/part-of")
        if label not in pod.labels
    ] + [
        f"{pod.name} of ours says not what part it is"
        for pod in pods(objects)
        if pod.is_ours and COMPONENT not in pod.labels and pod.namespace == "countersign"
    ]


def jobs(objects: list[Object], release: str) -> list[str]:
    """Jobs that a second release could not be applied over, or that never go away."""
    found = []
    for each in of(objects, "Job"):
        if not each["metadata"]["name"].endswith(f"-{release}"):
            found.append(f"{named(each)} has not the release in its name")
        if not each["spec"].get("ttlSecondsAfterFinished"):
            found.append(f"{named(each)} stays for ever")
        if not 0 < each["spec"].get("backoffLimit", 6) <= 20:
            found.append(f"{named(each)} is tried {each['spec'].get('backoffLimit')} times")
    for pod in pods(objects):
        for container in pod.spec.get("initContainers", []):
            if {"migrate", "provision"} & {
                *container.get("args", []),
                *container.get("command", []),
            }:
                found.append(f"{pod.name} changes what it depends on before each start")
    return found
