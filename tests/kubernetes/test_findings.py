"""Each thing that is looked for is found: manifests with one mistake put in."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.kubernetes import (
    alike,
    configuring,
    findings,
    naming,
    network,
    pods,
    routes,
    scaling,
    schemas,
    selecting,
)
from tests.kubernetes.objects import Object, one
from tests.kubernetes.rendering import FILLED_IN, PRODUCTION, Rendered, left_to_fill_in
from tests.kubernetes.trust import RELEASE

Mistake = Callable[[list[Object]], object]


def put(kind: str, name: str, path: str, value: Any) -> Mistake:
    """Put a value at a path into an object, or take away what is there (`None`)."""

    def mistake(objects: list[Object]) -> None:
        at: Any = one(objects, kind, name)
        *steps, last = [int(each) if each.isdecimal() else each for each in path.split("|")]
        for step in steps:
            at = at[step]
        if value is None:
            del at[last]
        elif isinstance(at, list) and last == len(at):
            at.append(value)
        else:
            at[last] = value

    return mistake


def without(kind: str, name: str) -> Mistake:
    return lambda objects: objects.remove(one(objects, kind, name))


def both(*mistakes: Mistake) -> Mistake:
    return lambda objects: [mistake(objects) for mistake in mistakes]


def also(kind: str, name: str, new: str) -> Mistake:
    """One more object, as another of another name."""

    def mistake(objects: list[Object]) -> None:
        added = copy.deepcopy(one(objects, kind, name))
        added["metadata"]["name"] = new
        objects.append(added)

    return mistake


API = partial(put, "Deployment", "notes-api")
POD = "spec|template|spec"
CONTAINER = f"{POD}|containers|0"
RULE = {"topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}
ANYONE: Object = {"podSelector": {}}

MISTAKES: list[tuple[findings.Finding, Mistake, str]] = [
    (schemas.of_kubernetes, API("spec|strateggy", {}), "strateggy"),
    (schemas.of_kubernetes, API("spec|minReadySeconds", "5"), "minReadySeconds"),
    (pods.security, API(f"{CONTAINER}|securityContext|readOnlyRootFilesystem", None), "readOnly"),
    (pods.security, API(f"{CONTAINER}|securityContext|capabilities|add", ["NET_RAW"]), "NET_RAW"),
    (pods.security, API(f"{CONTAINER}|securityContext|privileged", True), "privileged is True"),
    (pods.security, API(f"{POD}|securityContext|runAsUser", 0), "runAsUser is 0"),
    (pods.security, API(f"{POD}|securityContext|seccompProfile", None), "seccompProfile is None"),
    (pods.security, API(f"{POD}|automountServiceAccountToken", None), "automountService"),
    (pods.security, API(f"{POD}|enableServiceLinks", True), "enableServiceLinks"),
    (pods.security, API(f"{POD}|hostNetwork", True), "hostNetwork"),
    (pods.security, API(f"{POD}|volumes|0", {"name": "tmp", "emptyDir": {}}), "no size limit"),
    (pods.security, API(f"{POD}|volumes|0", {"name": "tmp", "hostPath": {}}), "tmp is hostPath"),
    (
        pods.security,
        API(f"{POD}|initContainers", [{"name": "first", "image": "any"}]),
        "container first's capabilities is None",
    ),
    (
        pods.security,
        put("ServiceAccount", "notes", "automountServiceAccountToken", True),
        "ServiceAccount notes mounts a token",
    ),
    (
        pods.security,
        put("Namespace", "countersign", "metadata|labels", {}),
        "isn't restricted",
    ),
    (pods.resources, API(f"{CONTAINER}|resources|limits", None), "says nothing of memory"),
    (pods.resources, API(f"{CONTAINER}|resources|requests|memory", "2Gi"), "more than its limit"),
    (pods.lives, API(f"{CONTAINER}|readinessProbe", None), "has no readiness probe"),
    (
        pods.lives,
        API(f"{CONTAINER}|livenessProbe|httpGet|path", "/health/ready"),
        "when its database is away",
    ),
    (pods.lives, API(f"{POD}|terminationGracePeriodSeconds", 15), "before its requests"),
    (pods.let_go, API(f"{CONTAINER}|lifecycle", None), "ends while"),
    (pods.digests, API(f"{CONTAINER}|image", "countersign:1"), "countersign:1"),
    (
        pods.digests,
        API(f"{POD}|initContainers", [{"name": "first", "image": "any"}]),
        "Deployment notes-api: any",
    ),
    (left_to_fill_in, API(f"{CONTAINER}|image", "registry.invalid/any"), "registry.invalid"),
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
        scaling.autoscalers,
        put("HorizontalPodAutoscaler", "notes-api", "spec|minReplicas", 7),
        "from 7 to 6",
    ),
    (scaling.autoscalers, API("spec|replicas", 2), "sets its number back"),
    (scaling.autoscalers, without("Deployment", "notes-api"), "scales nothing"),
    (
        scaling.autoscalers,
        API(f"{CONTAINER}|resources|requests", {"memory": "256Mi"}),
        "a share of nothing",
    ),
    (
        scaling.budgets,
        put("PodDisruptionBudget", "notes-api", "spec|maxUnavailable", 0),
        "holds up every drain",
    ),
    (
        scaling.budgets,
        put("PodDisruptionBudget", "notes-api", "spec|maxUnavailable", 2),
        "lets all of Deployment notes-api go at once",
    ),
    (scaling.budgets, without("PodDisruptionBudget", "notes-worker"), "has 0 disruption budgets"),
    (scaling.spread, API(f"{POD}|topologySpreadConstraints", []), "is not spread by"),
    (
        scaling.spread,
        API(f"{POD}|topologySpreadConstraints|0|nodeTaintsPolicy", None),
        "counts nodes that are drained",
    ),
    (
        scaling.spread,
        API(f"{POD}|topologySpreadConstraints|0|matchLabelKeys", None),
        "a roll-out counts as one with the last",
    ),
    (
        scaling.spread,
        API(f"{POD}|topologySpreadConstraints|0|labelSelector", {"matchLabels": {"a": "b"}}),
        "spreads others' pods",
    ),
    (scaling.roll_outs, API("spec|strategy|rollingUpdate|maxUnavailable", 1), "rolls out by"),
    (
        partial(scaling.connections, pool=6),
        put("HorizontalPodAutoscaler", "notes-api", "spec|maxReplicas", 60),
        "Cluster notes-db takes",
    ),
    (network.default_deny, without("NetworkPolicy", "default-deny"), "countersign is open"),
    (
        network.among_pods,
        without("NetworkPolicy", "notes-to-its-database"),
        "Job migrate-notes-2026-11 can't reach Cluster notes-db on 5432",
    ),
    (
        network.among_pods,
        without("NetworkPolicy", "audit-to-nats"),
        "Deployment audit-worker can't reach StatefulSet nats on 4222",
    ),
    (
        network.among_pods,
        both(
            put("NetworkPolicy", "notes-to-its-database", "spec|egress|0|to|1", ANYONE),
            put("NetworkPolicy", "audit-db-from-its-service", "spec|ingress|0|from|1", ANYONE),
        ),
        "Deployment notes-worker may reach Cluster audit-db on 5432 and needs not",
    ),
    (
        network.beyond,
        without("NetworkPolicy", "audit-worker-to-witnesses"),
        "Deployment audit-worker: egress countersign-witness:8106 is closed",
    ),
    (
        network.beyond,
        put("NetworkPolicy", "notes-api-to-the-issuer", "spec|podSelector|matchLabels", {}),
        "egress network:443 is open",
    ),
    (
        network.beyond,
        put("NetworkPolicy", "notes-api-to-the-issuer", "spec|egress|0|ports", None),
        "on any port",
    ),
    (
        network.beyond,
        without("NetworkPolicy", "apis-from-the-gateway"),
        "Deployment notes-api: ingress gateway:8000 is closed",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|rules|0|matches|0|path|value", "/"),
        "shows /metrics",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|rules|0|matches", None),
        "shows /health/ready",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|hostnames|0", "audit.care.trust.example"),
        "two services are served at one host",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|hostnames|0", "other.trust.example"),
        "other.trust.example has no certificate",
    ),
    (
        routes.outside,
        put("Gateway", "countersign", "spec|listeners|0|protocol", "HTTP"),
        "listens in clear",
    ),
    (
        alike.differing,
        put("Deployment", "audit-api", f"{POD}|terminationGracePeriodSeconds", 60),
        "Deployment audit-api is not as Deployment notes-api",
    ),
    (
        configuring.settings,
        put("ConfigMap", "settings", "data|CLAIMS", None),
        "Deployment notes-api: NOTES_CLAIMS is not set",
    ),
    (
        configuring.settings,
        put("ConfigMap", "settings", "data|POOLSIZE", "6"),
        "Deployment notes-api: nobody reads NOTES_POOLSIZE",
    ),
    (
        configuring.settings,
        put("ConfigMap", "notes", "data|DATABASE_DSN", "host=any"),
        "NOTES_DATABASE_DSN is no secret there",
    ),
    (
        configuring.settings,
        put("ConfigMap", "settings", "data|NATS_CA", "/elsewhere/ca.crt"),
        "nothing is mounted for /elsewhere/ca.crt",
    ),
    (configuring.users, put("ConfigMap", "notes", "data|NATS_USER", "audit"), "is audit at the"),
    (configuring.broker, put("ConfigMap", "settings", "data|ODS_CODE", "RX8"), "is made for"),
]


@pytest.fixture
def objects(rendered: Rendered) -> list[Object]:
    return copy.deepcopy(rendered.of(FILLED_IN))


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_a_mistake_is_found(objects: list[Object], number: int) -> None:
    finding, mistake, expected = MISTAKES[number]
    before = finding(objects)
    mistake(objects)
    found = [each for each in finding(objects) if each not in before]
    assert found, "nothing is found"
    assert any(expected in each for each in found), found


def test_everything_that_is_looked_for_has_a_mistake() -> None:
    tried = {getattr(finding, "func", finding) for finding, _, _ in MISTAKES}
    assert {*findings.OF_OBJECTS, *findings.OF_THE_WHOLE} <= tried


SECRET_MISTAKES: list[tuple[Mistake, str]] = [
    (
        put("ExternalSecret", "notes", "spec|target|template|data|notes_database_dsn", "host=any"),
        "ExternalSecret notes: notes_database_dsn is made otherwise",
    ),
    (
        put("ExternalSecret", "notes", "spec|data|0|remoteRef|property", "pasword"),
        "nothing is written as countersign/notes-db-run-time, pasword",
    ),
    (
        put("ExternalSecret", "notes-owner", "spec|target|template|data", {"DSN": "any"}),
        "Secret notes-owner has no COUNTERSIGN_OWNER_DSN",
    ),
    (without("ExternalSecret", "audit"), "Deployment audit-api: there is no Secret audit"),
    (without("Certificate", "nats-tls"), "StatefulSet nats: there is no Secret nats-tls"),
    (also("ExternalSecret", "notes-owner", "more"), "ExternalSecret more: "),
    (
        API(f"{CONTAINER}|envFrom|0|configMapRef|name", "setings"),
        "there is no ConfigMap setings",
    ),
]


@pytest.mark.parametrize(("mistake", "expected"), SECRET_MISTAKES)
def test_a_mistake_of_secrets_is_found(
    rendered: Rendered, objects: list[Object], mistake: Mistake, expected: str
) -> None:
    if "more: " in expected:
        mistake(objects)
        objects[-1]["spec"]["target"]["name"] = "more"
    else:
        mistake(objects)
    found = findings.of_secrets(objects, rendered.secrets)
    assert any(expected in each for each in found), found


def test_settings_that_a_service_refuses_are_found(
    rendered: Rendered, objects: list[Object]
) -> None:
    put("ConfigMap", "settings", "data|RATE_LIMIT_BURST", "0")(objects)
    found = configuring.refused(objects, rendered.secrets)
    assert any("Deployment notes-api: rate_limit_burst" in each for each in found), found


def test_a_default_that_was_changed_is_found(rendered: Rendered, objects: list[Object]) -> None:
    put("ConfigMap", "settings", "data|POOL_SIZE", "7")(objects)
    found = configuring.defaults(objects, rendered.secrets)
    assert "Deployment notes-api: pool_size is 7, not 6" in found


def test_what_is_left_to_fill_in_is_said(rendered: Rendered) -> None:
    left = left_to_fill_in(rendered.of(PRODUCTION))
    for each in ("HTTPRoute notes", "Gateway countersign", "ExternalSecret notes", "Job migrate"):
        assert any(line.startswith(each) for line in left), each
