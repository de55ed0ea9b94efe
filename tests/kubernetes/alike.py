"""The four services: the same but for their names."""

import json
import re

from shared.contracts.system import SERVICES
from tests.kubernetes.objects import Object, named, of

KINDS = (
    "Deployment", "Job", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget",
    "ServiceAccount", "Cluster", "HTTPRoute", "Ingress",
)  # fmt: skip
HASH = re.compile(r"-[a-z0-9]{10}\b")
RESTORED = re.compile(r"\b([a-z]+-db)-\d+\b")
"""A database that was restored has a number, and is otherwise as the first."""


def differing(objects: list[Object]) -> list[str]:
    """Objects of one service that others have otherwise."""
    objects = json.loads(RESTORED.sub(r"\1", json.dumps(objects)))
    found = []
    for each in of(objects, *KINDS):
        name = each["metadata"]["name"]
        if name != "notes" and "notes" not in name.split("-"):
            continue
        for other in SERVICES[1:]:
            wanted = named(each).replace("notes", other)
            twins = [it for it in objects if named(it) == wanted]
            if [_shape(twin, other) for twin in twins] != [_shape(each, "notes")]:
                found.append(f"{wanted} is not as {named(each)}")
    return found


def _shape(it: Object, service: str) -> str:
    text = HASH.sub("", json.dumps(it, sort_keys=True))
    return re.sub(
        rf"\b{service}\b", "service", text.replace(f"{service.upper()}_", "SERVICE_")
    ).replace(f"countersign_{service}", "countersign_service")
