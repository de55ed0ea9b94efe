"""Settings: what the rendered pods are given, against what the code reads."""

import os
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pydantic import SecretStr, ValidationError

from shared.contracts.system import SERVICES
from shared.platform.settings import ServiceSettings
from tests.kubernetes.objects import COMPONENT, NAME, Object, Pod, is_called, of, pods

OPTIONAL = {"jwks_uri", "otlp_endpoint"}
"""Without a default, and needed by some only."""
OF_THE_PLACE = {
    "nats_url", "nats_user", "nats_ca", "ods_code", "issuer", "otlp_endpoint", "ledger_origin",
    "witnesses", "timestamp_authorities", "timestamp_roots", "log_level",
}  # fmt: skip
"""Those that differ from the code's defaults, which are for one machine."""
SECRETS_DIR = "COUNTERSIGN_SECRETS_DIR"


def settings_class(service: str) -> type[ServiceSettings]:
    found: Any = import_module(f"services.{service}.settings")
    cls: type[ServiceSettings] = getattr(found, f"{service.capitalize()}Settings")
    return cls


def secret(service: str) -> set[str]:
    """The settings that are kept in files."""
    fields = settings_class(service).model_fields
    return {name for name, field in fields.items() if SecretStr in _types(field.annotation)}


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))


def environment(objects: list[Object], pod: Pod) -> dict[str, str]:
    """The variables of a pod's container, as Kubernetes puts them together."""
    container = pod.spec["containers"][0]
    given: dict[str, str] = {}
    for source in container.get("envFrom", []):
        name = source["configMapRef"]["name"]
        data = next(each for each in of(objects, "ConfigMap") if each["metadata"]["name"] == name)[
            "data"
        ]
        given |= {f"{source.get('prefix', '')}{key}": value for key, value in data.items()}
    return given | {
        each["name"]: each["value"] for each in container.get("env", []) if "value" in each
    }


def running(objects: list[Object]) -> Iterator[tuple[str, Pod]]:
    """The pods of services, by service."""
    for pod in pods(objects):
        if pod.labels.get(NAME) in SERVICES and pod.labels.get(COMPONENT) in ("api", "worker"):
            yield pod.labels[NAME], pod


def settings(objects: list[Object]) -> list[str]:
    """Settings that the code reads and a pod isn't given, or is given and the code doesn't read."""
    found = []
    for service, pod in running(objects):
        prefix = f"{service.upper()}_"
        given = environment(objects, pod)
        known = {f"{prefix}{name}".upper() for name in settings_class(service).model_fields}
        files = {f"{prefix}{name}".upper() for name in secret(service)}
        optional = {f"{prefix}{name}".upper() for name in OPTIONAL}
        found += [
            f"{pod.name}: {name} is not set"
            for name in sorted(known - files - optional - given.keys())
        ]
        found += [
            f"{pod.name}: nobody reads {name}"
            for name in sorted(given.keys() - known - {SECRETS_DIR})
        ]
        found += [f"{pod.name}: {name} is no secret there" for name in sorted(files & given.keys())]
        found += _of_files(pod, given)
    return found


def _of_files(pod: Pod, given: Mapping[str, str]) -> list[str]:
    """Files that settings name and nobody mounts."""
    mounts = [mount["mountPath"] for mount in pod.spec["containers"][0]["volumeMounts"]]
    paths = [value for value in given.values() if re.fullmatch(r"/[a-z0-9/.-]+", value)]
    return [
        f"{pod.name}: nothing is mounted for {path}"
        for path in paths
        if not any(path == mount or path.startswith(f"{mount}/") for mount in mounts)
    ]


def readable(objects: list[Object], secrets: Path) -> dict[str, ServiceSettings | ValidationError]:
    """Each pod's settings as the code reads them, or how it refuses to; secrets from files."""
    found: dict[str, ServiceSettings | ValidationError] = {}
    for service, pod in running(objects):
        given = environment(objects, pod) | {SECRETS_DIR: str(secrets / service)}
        with patch.dict(os.environ, given, clear=True):
            try:
                found[pod.name] = settings_class(service)()
            except ValidationError as refused:
                found[pod.name] = refused
    return found


def refused(objects: list[Object], secrets: Path) -> list[str]:
    """Settings that a service would not start with."""
    return [
        f"{pod}: {each['loc'][0]}: {each['msg']}"
        for pod, read in readable(objects, secrets).items()
        if isinstance(read, ValidationError)
        for each in read.errors(include_input=False)
    ]


def defaults(objects: list[Object], secrets: Path) -> list[str]:
    """Settings that are not the code's own, where nobody has said otherwise."""
    found = []
    for pod, read in readable(objects, secrets).items():
        if isinstance(read, ValidationError):
            continue
        for name, field in type(read).model_fields.items():
            given = getattr(read, name)
            if (
                name not in OF_THE_PLACE
                and not field.is_required()
                and not isinstance(given, SecretStr)
            ):
                expected = field.get_default(call_default_factory=True, validated_data={})
                if given != expected:
                    found.append(f"{pod}: {name} is {given!r}, not {expected!r}")
    return found


def broker(objects: list[Object]) -> list[str]:
    """A broker that allows the subjects of another organisation than the services use."""
    codes = {
        environment(objects, pod)[f"{service.upper()}_ODS_CODE"]
        for service, pod in running(objects)
    }
    given = next(each for each in of(objects, "ConfigMap") if is_called(each, "nats"))["data"][
        "nats.conf"
    ]
    allowed = set(re.findall(r'"care\.([^.]+)\.', given))
    return (
        []
        if codes == allowed
        else [f"the broker is made for {allowed}, and services are of {codes}"]
    )


def users(objects: list[Object]) -> list[str]:
    """Services that would be somebody else at the broker."""
    return [
        f"{pod.name} is {user} at the broker"
        for service, pod in running(objects)
        if (user := environment(objects, pod)[f"{service.upper()}_NATS_USER"]) != service
    ]
