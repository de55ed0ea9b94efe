"""Mistakes of names, labels and what refers to what."""

from functools import partial

from tests.kubernetes import alike, naming, selecting
from tests.kubernetes.mistakes.making import API, CONTAINER, POD, Found, put, without
from tests.kubernetes.trust import RELEASE

MISTAKES: list[Found] = [
    (naming.namespaces, put("Service", "notes", "metadata|namespace", None), "is in None"),
    (
        naming.namespaces,
        put("ValidatingAdmissionPolicy", "countersign-digests-only", "metadata|namespace", "any"),
        "is of no namespace",
    ),
    (
        naming.names,
        put("Service", "notes", "metadata|name", "audit"),
        "Service audit is there twice",
    ),
    (naming.names, put("Service", "notes", "metadata|name", "Notes"), "can't be a name"),
    (
        naming.labels,
        API("spec|template|metadata|labels", {}),
        "has no label app.kubernetes.io/name",
    ),
    (
        partial(naming.jobs, release=RELEASE),
        put("Job", f"migrate-notes-{RELEASE}", "metadata|name", "migrate-notes"),
        "has not the release",
    ),
    (
        partial(naming.jobs, release=RELEASE),
        put("Job", f"migrate-notes-{RELEASE}", "spec|ttlSecondsAfterFinished", None),
        "stays for ever",
    ),
    (
        partial(naming.jobs, release=RELEASE),
        API(f"{POD}|initContainers", [{"name": "first", "args": ["migrate", "notes"]}]),
        "before each start",
    ),
    (
        selecting.selectors,
        put("Service", "notes", "spec|selector|app.kubernetes.io/component", "apis"),
        "Service notes selects nothing",
    ),
    (
        selecting.selectors,
        put("NetworkPolicy", "notes-to-nats", "spec|podSelector|matchLabels", {"a": "b"}),
        "NetworkPolicy notes-to-nats selects nothing",
    ),
    (
        selecting.selectors,
        API("spec|selector|matchLabels", {"app.kubernetes.io/name": "notes"}),
        "selects others' pods",
    ),
    (
        selecting.ports,
        put("Service", "notes", "spec|ports|0|targetPort", "https"),
        "has no port https",
    ),
    (
        selecting.ports,
        put("HTTPRoute", "notes", "spec|rules|0|backendRefs|0|port", 8080),
        "service notes has no port 8080",
    ),
    (
        selecting.ports,
        put("HTTPRoute", "notes", "spec|rules|0|backendRefs|0|name", "note"),
        "leads to no service note",
    ),
    (selecting.accounts, without("ServiceAccount", "notes"), "there is no account notes"),
    (
        selecting.volumes,
        API(f"{CONTAINER}|volumeMounts|4", {"name": "more", "mountPath": "/more"}),
        "mounts more, which it hasn't",
    ),
    (selecting.volumes, API(f"{CONTAINER}|volumeMounts|0", None), "has tmp and mounts it nowhere"),
    (
        alike.differing,
        put("Deployment", "audit-api", f"{POD}|terminationGracePeriodSeconds", 60),
        "Deployment audit-api is not as Deployment notes-api",
    ),
]
