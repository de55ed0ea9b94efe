"""Who may reach whom: what the policies allow together, against what the services declare."""

from collections.abc import Iterator
from typing import NamedTuple

from countersign.configuration import service_of
from shared.contracts.system import SERVICES
from tests.kubernetes import filled_in
from tests.kubernetes.objects import (
    CLUSTER,
    COMPONENT,
    NAME,
    Object,
    Pod,
    databases,
    is_called,
    named,
    of,
    pods,
    selects,
)

POSTGRESQL, INSTANCE, NATS, ROUTES, OTLP = 5432, 8000, 4222, 6222, 4318
DNS = {"53", "5353"}
"""5353 on OpenShift."""
NAMESPACE_NAME = "kubernetes.io/metadata.name"


class Reach(NamedTuple):
    who: str
    whom: str
    port: int


def default_deny(objects: list[Object]) -> list[str]:
    """Namespaces in which what no policy names is allowed."""
    closed = {
        each["metadata"]["namespace"]
        for each in of(objects, "NetworkPolicy")
        if each["spec"]["podSelector"] == {}
        and set(each["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and not each["spec"].get("ingress")
        and not each["spec"].get("egress")
    }
    there = {each["metadata"]["name"] for each in of(objects, "Namespace")}
    return [f"{namespace} is open" for namespace in sorted(there - closed)]


def among_pods(objects: list[Object]) -> list[str]:
    """Dependencies of pods on each other that are closed, and ways that nobody declares."""
    open_, declared = set(_open(objects)), set(_declared(objects))
    return [
        f"{who} can't reach {whom} on {port}" for who, whom, port in sorted(declared - open_)
    ] + [
        f"{who} may reach {whom} on {port} and needs not"
        for who, whom, port in sorted(open_ - declared)
    ]


def _declared(objects: list[Object]) -> Iterator[Reach]:
    """What each pod needs, from what services declare and settings say."""
    everyone = [*pods(objects), *databases(objects)]
    nats = [each for each in everyone if each.labels.get(NAME) == "nats" and not each.is_ours]
    collectors = [each for each in everyone if each.labels.get(NAME) == "collector"]
    for pod in everyone:
        name, component = pod.labels.get(NAME, ""), pod.labels.get(COMPONENT)
        if name in SERVICES:
            yield from (
                Reach(pod.name, each.name, POSTGRESQL) for each in everyone if is_of(each, name)
            )
        # Whoever records events relays them, and both roles answer how far their store goes.
        speaks = name in SERVICES and component != "migrate" and service_of(name).aggregates
        if speaks or component == "provision":
            yield from (Reach(pod.name, each.name, NATS) for each in nats)
        if name in SERVICES and component != "migrate" and traces_are_sent(objects):
            yield from (Reach(pod.name, each.name, OTLP) for each in collectors)
        if pod in nats:
            yield Reach(pod.name, pod.name, ROUTES)
        if pod.is_database:
            yield Reach(pod.name, pod.name, POSTGRESQL)
            yield Reach(pod.name, pod.name, INSTANCE)


def is_of(database: Pod, service: str) -> bool:
    """Whether a cluster is a service's: its first, or one restored from it."""
    return database.labels.get(CLUSTER, "").startswith(f"{service}-db")


def traces_are_sent(objects: list[Object]) -> bool:
    settings = [each for each in of(objects, "ConfigMap") if is_called(each, "settings")]
    return any("OTLP_ENDPOINT" in each["data"] for each in settings)


def _open(objects: list[Object]) -> Iterator[Reach]:
    everyone = [*pods(objects), *databases(objects)]
    for who in everyone:
        for whom in everyone:
            for port in whom.numbers:
                if _may(objects, "egress", who, whom, port) and _may(
                    objects, "ingress", whom, who, port
                ):
                    yield Reach(who.name, whom.name, port)


def _may(objects: list[Object], way: str, own: Pod, other: Pod, port: int) -> bool:
    policies = _policies(objects, way, own)
    return not policies or any(
        _lets(rule, way, other, port) for policy in policies for rule in policy["spec"].get(way, [])
    )


def _policies(objects: list[Object], way: str, pod: Pod) -> list[Object]:
    return [
        each
        for each in of(objects, "NetworkPolicy")
        if each["metadata"]["namespace"] == pod.namespace
        and way.capitalize() in each["spec"]["policyTypes"]
        and selects(each["spec"]["podSelector"], pod.labels)
    ]


def _lets(rule: Object, way: str, other: Pod, port: int) -> bool:
    peers, ports = rule.get("from" if way == "ingress" else "to"), rule.get("ports")
    if ports and not any(
        p.get("protocol", "TCP") == "TCP" and p.get("port") == port for p in ports
    ):
        return False
    return peers is None or any(_is(peer, other) for peer in peers)


def _is(peer: Object, other: Pod) -> bool:
    """Whether a peer of a policy is a pod of the same kustomization, so of the same namespace."""
    namespace = {NAMESPACE_NAME: other.namespace}
    if "ipBlock" in peer or not selects(peer.get("namespaceSelector", {}), namespace):
        return False
    return selects(peer.get("podSelector", {}), other.labels)


def beyond(objects: list[Object]) -> list[str]:
    """Ways out of the namespace and into it that nobody declares, and declared ones closed."""
    everyone = [*pods(objects), *databases(objects)]
    found = []
    for way, declared in (("egress", _leaves), ("ingress", _enters)):
        for pod in everyone:
            open_, needed = set(_outside(objects, way, pod)), set(declared(objects, pod))
            found += [f"{pod.name}: {way} {each} is closed" for each in sorted(needed - open_)]
            found += [f"{pod.name}: {way} {each} is open" for each in sorted(open_ - needed)]
    for each in of(objects, "NetworkPolicy"):
        for rule in each["spec"].get("ingress", []) + each["spec"].get("egress", []):
            if not rule.get("ports") or not (rule.get("from") or rule.get("to")):
                found.append(f"{named(each)} lets anybody, or on any port")
    return found


def _outside(objects: list[Object], way: str, pod: Pod) -> Iterator[str]:
    for policy in _policies(objects, way, pod):
        for rule in policy["spec"].get(way, []):
            given = {str(each["port"]) for each in rule.get("ports", [])}
            ports = ",".join(sorted(given))
            if is_called(policy, "to-dns") and given <= DNS:
                yield "dns"  # wherever a cluster has it
                continue
            for peer in rule.get("from" if way == "ingress" else "to", []):
                if "ipBlock" in peer:
                    yield f"network:{ports}"
                elif "namespaceSelector" in peer:
                    yield f"{_whose(policy, peer)}:{ports}"


def _whose(policy: Object, peer: Object) -> str:
    """Namespaces that an installation names itself are called by what the policy is for."""
    given = peer["namespaceSelector"].get("matchLabels", {}).get(NAMESPACE_NAME, "any namespace")
    for what in ("gateway", "ingress-controller", "prometheus"):
        if policy["metadata"]["name"].endswith(what):
            return what
    return str(given)


def _leaves(objects: list[Object], pod: Pod) -> Iterator[str]:
    if pod.namespace == "countersign-witness":
        return
    yield "dns"
    name, component = pod.labels.get(NAME), pod.labels.get(COMPONENT)
    if name in SERVICES and component == "api":
        yield f"network:{filled_in.ports(objects, filled_in.ISSUER)}"
    if name == "audit" and component == "worker":
        audit = next(each for each in of(objects, "ConfigMap") if is_called(each, "audit"))["data"]
        if audit["WITNESSES"]:
            yield "countersign-witness:8106"
            yield "network:443"
        if audit["TIMESTAMP_AUTHORITIES"]:
            yield "network:443,80"
    if name == "collector":
        yield f"network:{filled_in.ports(objects, filled_in.TRACES)}"
    if pod.is_database:
        yield f"network:{filled_in.ports(objects, filled_in.OBJECT_STORE)}"
        yield "network:443,6443"  # Kubernetes


def _enters(objects: list[Object], pod: Pod) -> Iterator[str]:
    name, component = pod.labels.get(NAME), pod.labels.get(COMPONENT)
    if pod.namespace == "countersign-witness":
        yield "countersign:8106"
    elif name in SERVICES and component in ("api", "worker"):
        if of(objects, "ServiceMonitor"):
            yield "prometheus:8000"
        if component == "api" and of(objects, "HTTPRoute"):
            yield "gateway:8000"
        if component == "api" and of(objects, "Ingress"):
            yield "ingress-controller:8000"
    elif pod.is_database:
        if of(objects, "PodMonitor"):
            yield "prometheus:9187"
        yield "cnpg-system:5432,8000"
