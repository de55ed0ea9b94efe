"""What of the services can be reached from outside."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.contracts.system import SERVICES
from tests.kubernetes.objects import Object, named, of

SERVED = {"/v1", "/docs", "/openapi.json"}
KEPT_INSIDE = ("/metrics", "/health/live", "/health/ready")


class Path(NamedTuple):
    route: Object
    host: str
    path: str
    exact: bool
    service: str


def outside(objects: list[Object]) -> list[str]:
    """Ways from outside to what is for the cluster, and such that lack what is for everybody."""
    found = []
    paths = list(_paths(objects))
    for each in paths:
        for kept in KEPT_INSIDE:
            if kept == each.path or (not each.exact and _begins(kept, each.path)):
                found.append(f"{named(each.route)} shows {kept}")
    if paths:
        for service in SERVICES:
            shown = {each.path for each in paths if each.service == service}
            found += [f"{service} is not served at {path}" for path in sorted(SERVED - shown)]
    hosts = {(each.service, each.host) for each in paths}
    if len({host for _, host in hosts}) != len(hosts):
        found.append("two services are served at one host")
    certified = {
        name for each in of(objects, "Certificate") for name in each["spec"].get("dnsNames", [])
    }
    if any(each["metadata"]["name"] == "countersign-tls" for each in of(objects, "Certificate")):
        found += [
            f"{host} has no certificate" for _, host in sorted(hosts) if host not in certified
        ]
    return found + _in_clear(objects)


def _in_clear(objects: list[Object]) -> list[str]:
    found = [
        f"{named(each)} listens in clear"
        for each in of(objects, "Gateway")
        for listener in each["spec"]["listeners"]
        if listener["protocol"] != "HTTPS"
    ]
    for each in of(objects, "Ingress"):
        hosts = {host for tls in each["spec"].get("tls", []) for host in tls["hosts"]}
        found += [
            f"{named(each)} answers in clear"
            for rule in each["spec"]["rules"]
            if rule["host"] not in hosts
        ]
    return found


def _begins(path: str, prefix: str) -> bool:
    return prefix == "/" or path == prefix or path.startswith(f"{prefix}/")


def _paths(objects: list[Object]) -> Iterator[Path]:
    for each in of(objects, "HTTPRoute"):
        for rule in each["spec"]["rules"]:
            # Without a match a rule is for everything.
            matches = rule.get("matches", [{"path": {"type": "PathPrefix", "value": "/"}}])
            for match in matches:
                path = match.get("path", {"type": "PathPrefix", "value": "/"})
                for host in each["spec"]["hostnames"]:
                    for backend in rule["backendRefs"]:
                        yield Path(
                            each, host, path["value"], path["type"] == "Exact", backend["name"]
                        )
    for each in of(objects, "Ingress"):
        for rule in each["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                exact = path["pathType"] == "Exact"
                service = path["backend"]["service"]["name"]
                yield Path(each, rule["host"], path["path"], exact, service)
