"""What a pod may do, how much it takes, and how it is told to begin and to end."""

import re
from collections.abc import Callable
from typing import Any

from countersign.serving import DRAIN, FINISH_WITHIN
from tests.kubernetes.objects import Object, Pod, named, of, pods

ALLOWED_VOLUMES = {"emptyDir", "secret", "configMap", "persistentVolumeClaim"}
LET_GO_AFTER = 3
"""Seconds in which gateways and services forget a pod that is ending."""
DIGEST = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
OF_A_POD: dict[str, Callable[[Any], bool]] = {
    "automountServiceAccountToken": lambda value: value is False,
    "enableServiceLinks": lambda value: value is False,
    "hostNetwork": lambda value: not value,
    "hostPID": lambda value: not value,
    "hostIPC": lambda value: not value,
    "shareProcessNamespace": lambda value: not value,
    "serviceAccountName": lambda value: value not in (None, "", "default"),
}
OF_ITS_CONTEXT: dict[str, Callable[[Any], bool]] = {
    "runAsNonRoot": lambda value: value is True,
    "runAsUser": lambda value: value is not None and value >= 10_000,
    "runAsGroup": lambda value: value is not None and value >= 10_000,
    "seccompProfile": lambda value: value == {"type": "RuntimeDefault"},
    "supplementalGroups": lambda value: not value,
    "sysctls": lambda value: not value,
}
OF_A_CONTAINER: dict[str, Callable[[Any], bool]] = {
    "allowPrivilegeEscalation": lambda value: value is False,
    "readOnlyRootFilesystem": lambda value: value is True,
    "capabilities": lambda value: value == {"drop": ["ALL"]},
    "privileged": lambda value: not value,
    "runAsUser": lambda value: value is None or value >= 10_000,
    "runAsNonRoot": lambda value: value in (None, True),
    "seccompProfile": lambda value: value in (None, {"type": "RuntimeDefault"}),
    "procMount": lambda value: value is None,
}


def security(objects: list[Object]) -> list[str]:
    """Pods that would be more than Pod Security's `restricted`, and a token, allow them to be."""
    found = []
    for pod in pods(objects):
        found += _unfit(f"{pod.name}:", pod.spec, OF_A_POD)
        found += _unfit(
            f"{pod.name}: context's", pod.spec.get("securityContext", {}), OF_ITS_CONTEXT
        )
        for each in pod.containers:
            context = each.get("securityContext", {})
            found += _unfit(f"{pod.name}: container {each['name']}'s", context, OF_A_CONTAINER)
        for volume in pod.spec.get("volumes", []):
            kinds = volume.keys() - {"name"}
            if kinds - ALLOWED_VOLUMES:
                found.append(f"{pod.name}: volume {volume['name']} is {', '.join(kinds)}")
            if "emptyDir" in kinds and "sizeLimit" not in (volume["emptyDir"] or {}):
                found.append(f"{pod.name}: volume {volume['name']} has no size limit")
    found += [
        f"{named(each)} mounts a token"
        for each in of(objects, "ServiceAccount")
        if each.get("automountServiceAccountToken") is not False
    ]
    found += [
        f"{named(each)} isn't restricted"
        for each in of(objects, "Namespace")
        if each["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted"
    ]
    return found


def _unfit(whose: str, given: Object, rules: dict[str, Callable[[Any], bool]]) -> list[str]:
    return [
        f"{whose} {field} is {given.get(field)!r}"
        for field, fits in rules.items()
        if not fits(given.get(field))
    ]


def resources(objects: list[Object]) -> list[str]:
    """Containers that say not what they take, or that may take no more than they ask for anyway."""
    found = []
    for pod in pods(objects):
        for each in pod.containers:
            given = each.get("resources", {})
            requests, limits = given.get("requests", {}), given.get("limits", {})
            missing = {"cpu", "memory"} - requests.keys() or {"memory"} - limits.keys()
            if missing:
                found.append(f"{pod.name}: {each['name']} says nothing of {', '.join(missing)}")
            elif amount(requests["memory"]) > amount(limits["memory"]):
                found.append(f"{pod.name}: {each['name']} asks for more than its limit")
    return found


def amount(quantity: str) -> float:
    """Bytes, or cores: `512Mi`, `250m`."""
    number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(quantity)).groups()  # type: ignore[union-attr]
    return float(number) / 1000 if unit == "m" else float(number) * UNITS[unit]


def lives(objects: list[Object]) -> list[str]:
    """Pods that are not looked after, are ended for what a restart can't mend, or end too soon."""
    found = []
    for pod in pods(objects):
        if pod.owner["kind"] in ("Job", "CronJob"):
            continue
        for each in pod.spec["containers"]:
            probes = {kind: each.get(f"{kind}Probe", {}) for kind in ("liveness", "readiness")}
            found += [
                f"{pod.name}: {each['name']} has no {k} probe" for k, p in probes.items() if not p
            ]
            path = probes["liveness"].get("httpGet", {}).get("path", "")
            if path == "/health/ready":
                found.append(f"{pod.name} would be restarted when its database is away")
            if pod.is_ours:
                found += _asked_where(pod, each)
        if pod.is_ours and not _ends_in_time(pod):
            found.append(f"{pod.name} is killed before its requests have ended")
    return found


def _asked_where(pod: Pod, container: Object) -> list[str]:
    right = {"livenessProbe": "/health/live", "readinessProbe": "/health/ready"}
    return [
        f"{pod.name}: {probe} asks {asked}"
        for probe, path in right.items()
        if (asked := container.get(probe, {}).get("httpGet", {}).get("path")) != path
    ]


def _ends_in_time(pod: Pod) -> bool:
    given = pod.spec.get("terminationGracePeriodSeconds", 30)
    return bool(given > _drains(pod) + FINISH_WITHIN)


def _drains(pod: Pod) -> float:
    """Seconds in which a process answers on after it was asked to end."""
    args = pod.spec["containers"][0].get("args", [])
    if "--drain" in args:
        return float(args[args.index("--drain") + 1])
    return DRAIN if pod.labels.get("app.kubernetes.io/component") == "api" else 0


def let_go(objects: list[Object]) -> list[str]:
    """Those that answer requests and end before everybody has stopped sending them more."""
    return [
        f"{pod.name} ends while it is still sent requests"
        for pod in pods(objects)
        if pod.labels.get("app.kubernetes.io/component") == "api" and _drains(pod) < LET_GO_AFTER
    ]


def digests(objects: list[Object]) -> list[str]:
    """Images, in whatever field, that are not named by digest."""
    used = [(pod.name, each.get("image", "")) for pod in pods(objects) for each in pod.containers]
    for each in of(objects, "ImageCatalog"):
        used += [(named(each), listed["image"]) for listed in each["spec"]["images"]]
    for each in of(objects, "Cluster"):
        if "imageCatalogRef" not in each["spec"]:
            used.append((named(each), each["spec"].get("imageName", "")))
    return [f"{who}: {image or 'no image'}" for who, image in used if not DIGEST.fullmatch(image)]
