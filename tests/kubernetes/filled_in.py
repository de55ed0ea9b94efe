"""What a trust filled in: values that can be applied, and then don't do what was meant."""

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from services.audit.application import witnesses
from tests.kubernetes.objects import Object, is_called, named, of


def networks(objects: list[Object]) -> list[str]:
    """Ranges that are none: without a length, or with bits beyond it."""
    found = []
    for each in of(objects, "NetworkPolicy"):
        for way, peers in (("egress", "to"), ("ingress", "from")):
            for rule in each["spec"].get(way, []):
                for peer in rule.get(peers, []):
                    if "ipBlock" in peer and (why := _wrong(str(peer["ipBlock"]["cidr"]))):
                        found.append(f"{named(each)}: {why}")
    return found


def _wrong(cidr: str) -> str | None:
    if "/" not in cidr:
        return f"{cidr} says not how long it is, as {cidr}/32 does"
    try:
        ip_network(cidr)
    except ValueError as refused:
        return str(refused)
    return None


def addresses(objects: list[Object]) -> list[str]:
    """Addresses that are none, or on a port that no policy opens."""
    found = []
    for policy, address in _addresses(objects):
        split = urlsplit(address)
        try:
            port = split.port or {"https": 443}.get(split.scheme)
        except ValueError:
            port = None
        if not split.hostname or port is None:
            found.append(f"{address} is not an address of https")
            continue
        for each in of(objects, "NetworkPolicy"):
            opened = [
                given["port"]
                for rule in each["spec"].get("egress", [])
                for given in rule.get("ports", [])
            ]
            if each["metadata"]["name"].endswith(policy) and port not in opened:
                found.append(f"{named(each)} doesn't open port {port}, of {address}")
    return found


def _addresses(objects: list[Object]) -> Iterator[tuple[str, str]]:
    """How the name of the policy ends that has to let it, and the address."""
    for each in of(objects, "ConfigMap"):
        if is_called(each, "settings"):
            yield "-to-the-issuer", each["data"]["ISSUER"]
        if is_called(each, "collector") and "BACKEND" in each["data"]:
            yield "collector-to-its-backend", each["data"]["BACKEND"]
    for address in sorted(
        {each["spec"]["configuration"]["endpointURL"] for each in of(objects, "ObjectStore")}
    ):
        yield "databases-to-the-object-store", address


def witnessed(objects: list[Object]) -> list[str]:
    """Lines of witnesses that audit would not start with."""
    found = []
    for each in of(objects, "ConfigMap"):
        if is_called(each, "audit"):
            try:
                witnesses.parse(each["data"].get("WITNESSES", ""))
            except ValueError as refused:
                found.append(f"{named(each)}: WITNESSES: {refused}")
    return found
