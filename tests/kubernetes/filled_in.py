"""What a trust filled in: values that can be applied, and then don't do what was meant."""

from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

from services.audit.application import witnesses
from tests.kubernetes.objects import Object, is_called, named, of

ISSUER, TRACES = "-to-the-issuer", "collector-to-its-backend"
OBJECT_STORE = "databases-to-the-object-store"
"""How the name ends of the policy that opens the way to each."""


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
        port = port_of(address)
        if port is None:
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


def port_of(address: str) -> int | None:
    """The port of an https address; None for what is none."""
    split = urlsplit(address)
    try:
        return (split.port or 443) if split.hostname and split.scheme == "https" else None
    except ValueError:
        return None


def ports(objects: list[Object], policy: str) -> str:
    """On which port what a policy is for is reached; 443 as long as nobody has said."""
    given = [port_of(address) for name, address in _addresses(objects) if name == policy]
    return str(given[0] if given and given[0] else 443)


def _addresses(objects: list[Object]) -> Iterator[tuple[str, str]]:
    """How the name of the policy ends that has to let it, and the address."""
    for each in of(objects, "ConfigMap"):
        if is_called(each, "settings"):
            yield ISSUER, each["data"]["ISSUER"]
        if is_called(each, "collector") and "BACKEND" in each["data"]:
            yield TRACES, each["data"]["BACKEND"]
    for address in sorted(
        {each["spec"]["configuration"]["endpointURL"] for each in of(objects, "ObjectStore")}
    ):
        yield OBJECT_STORE, address


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
