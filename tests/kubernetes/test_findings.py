"""Each thing that is looked for is found: manifests with one mistake put in."""

import copy

import pytest

from shared.contracts.system import SERVICES
from tests.kubernetes import configuring, findings
from tests.kubernetes.mistakes import MISTAKES
from tests.kubernetes.mistakes.making import API, CONTAINER, Mistake, also, put, without
from tests.kubernetes.objects import Object
from tests.kubernetes.rendering import FILLED_IN, PRODUCTION, Rendered, left_to_fill_in


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
    assert {
        *findings.OF_OBJECTS,
        *findings.OF_THE_WHOLE,
        *findings.OF_WHAT_IS_FILLED_IN,
    } <= tried


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


def test_what_a_patch_may_open_is_no_mistake(objects: list[Object]) -> None:
    more = {"ipBlock": {"cidr": "203.0.113.11/32"}}
    put("NetworkPolicy", "notes-api-to-the-issuer", "spec|egress|0|to|1", more)(objects)
    put("NetworkPolicy", "to-dns", "spec|egress|0|to|1", {"ipBlock": {"cidr": "169.254.20.10/32"}})(
        objects
    )
    store = "databases-to-the-object-store"
    put("NetworkPolicy", store, "spec|egress|0|ports|0|port", 9000)(objects)
    for service in SERVICES:
        address = "https://s3.trust.example:9000"
        put("ObjectStore", f"{service}-db", "spec|configuration|endpointURL", address)(objects)
    looked = (*findings.OF_OBJECTS, *findings.OF_THE_WHOLE, *findings.OF_WHAT_IS_FILLED_IN)
    assert [each for finding in looked for each in finding(objects)] == []


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
