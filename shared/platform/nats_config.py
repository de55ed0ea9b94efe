"""The broker's configuration: what is the same on one machine and on Kubernetes, and the file that
the servers there read, in which passwords are only named."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from shared.platform.permissions import permissions
from shared.platform.service import Service

OPERATOR = "operator"
"""Makes streams. Services can't."""
SYSTEM = "system"
"""Asks the servers themselves how they are; sees nothing of what services say to each other."""
LIMITS = {"max_payload": 4 << 20}
DURABLE = {"sync_interval": "always"}
"""Nothing is acknowledged before it is on disk."""
CERTIFICATES = "/etc/nats/tls"


class Variable(str):
    """The name of an environment variable, which the server looks up."""

    __slots__ = ()


def users(
    services: Sequence[Service], ods_code: str, password: Callable[[str], str]
) -> list[dict[str, Any]]:
    """The operator, and a user for each service who may do what that service declares."""
    return [
        {"user": OPERATOR, "password": password(OPERATOR)},
        *(
            {
                "user": service.name,
                "password": password(service.name),
                "permissions": permissions(service, ods_code),
            }
            for service in services
        ),
    ]


def configuration(services: Sequence[Service], ods_code: str, servers: int) -> str:
    """What `nats-server` reads in a pod of the StatefulSet `nats`, of so many servers."""
    own = {"cert_file": f"{CERTIFICATES}/tls.crt", "key_file": f"{CERTIFICATES}/tls.key"}
    tls = {**own, "ca_file": f"{CERTIFICATES}/ca.crt", "min_version": "1.3"}
    settings: dict[str, Any] = {
        "server_name": Variable("POD_NAME"),
        "listen": "0.0.0.0:4222",
        "http": "0.0.0.0:8222",
        "pid_file": "/var/run/nats/nats.pid",
        **LIMITS,
        "lame_duck_grace_period": "5s",
        "lame_duck_duration": "30s",
        # Nobody is told that TLS isn't needed: whoever speaks first does so over TLS.
        "tls": {**own, "handshake_first": True, "min_version": "1.3"},
        "jetstream": {
            "store_dir": "/data",
            **DURABLE,
            "max_file_store": 45 << 30,
            "max_memory_store": 64 << 20,
        },
        "system_account": "SYS",
        "accounts": {
            "SYS": {"users": [{"user": SYSTEM, "password": _password(SYSTEM)}]},
            "COUNTERSIGN": {
                "jetstream": "enabled",
                "users": users(services, ods_code, _password),
            },
        },
    }
    if servers > 1:
        settings["cluster"] = {
            "name": "countersign",
            "listen": "0.0.0.0:6222",
            # Clients keep to the service's name: pods' addresses change.
            "no_advertise": True,
            "routes": [f"tls://nats-{number}.nats-headless:6222" for number in range(servers)],
            "tls": {**tls, "verify": True},
        }
    made = f"# Made by: countersign nats-config --ods-code {ods_code} --servers {servers}"
    return "\n".join([made, *_lines(settings), ""])


def _password(user: str) -> Variable:
    return Variable(f"{user.upper()}_PASSWORD")


def _lines(settings: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in settings.items():
        yield from _entry(f"{indent}{name}: ", value, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    match value:
        case Mapping():
            yield f"{start}{{"
            yield from _lines(value, indent + "  ")
            yield f"{indent}}}"
        case list():
            yield f"{start}["
            for each in value:
                yield from _entry(f"{indent}  ", each, indent + "  ")
            yield f"{indent}]"
        case Variable():
            yield f"{start}${value}"
        case _:
            yield f"{start}{json.dumps(value)}"
