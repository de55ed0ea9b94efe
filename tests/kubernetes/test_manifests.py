"""Every overlay and every combination, rendered and looked at."""

import pytest
import yaml

from services.audit.application import witnesses
from services.audit.settings import AuditSettings
from shared.contracts.system import SERVICES
from tests.kubernetes import configuring, findings, naming, network, pods, references, scaling
from tests.kubernetes.every import ALL, INSTALLATIONS, WHOLE
from tests.kubernetes.objects import Object, named
from tests.kubernetes.objects import pods as every_pod
from tests.kubernetes.rendering import (
    FILLED_IN,
    PRODUCTION,
    RESTORED,
    RESTORES,
    Rendered,
    left_to_fill_in,
    texts,
)
from tests.kubernetes.trust import RELEASE, VALUES

EACH = [
    *((name, finding) for name in ALL for finding in findings.OF_OBJECTS),
    *((name, finding) for name in WHOLE for finding in findings.OF_THE_WHOLE),
]


def _called(finding: findings.Finding) -> str:
    return f"{finding.__module__.rpartition('.')[2]}.{finding.__name__}"


@pytest.mark.parametrize(
    ("name", "finding"), EACH, ids=[f"{name}-{_called(finding)}" for name, finding in EACH]
)
def test_nothing_is_found(rendered: Rendered, name: str, finding: findings.Finding) -> None:
    assert finding(rendered.of(name)) == []


@pytest.mark.parametrize("restore", RESTORES)
def test_a_restored_database_is_reached_as_the_first(rendered: Rendered, restore: str) -> None:
    together = rendered.of(FILLED_IN) + rendered.of(restore)
    assert network.among_pods(together) == []
    assert network.beyond(together) == []


def test_an_installation_goes_over_to_a_restored_database(rendered: Rendered) -> None:
    """Nobody names the old cluster any longer. What its archive is called stays."""
    assert len(_naming_the_first_cluster(rendered.of(FILLED_IN))) > 15
    left = _naming_the_first_cluster(rendered.of(RESTORED))
    assert left == ["Cluster notes-db-2", "ObjectStore notes-db"]
    assert references.references(rendered.of(RESTORED), rendered.secrets) == []


def _naming_the_first_cluster(objects: list[Object]) -> list[str]:
    return sorted(
        named(each)
        for each in objects
        for text in texts(each)
        if text in ("notes-db", "notes-db-ca") or 'host={{ "notes-db" }}-rw' in text
    )


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_every_secret_is_made_with_the_keys_that_are_asked_for(
    rendered: Rendered, name: str
) -> None:
    assert findings.of_secrets(rendered.of(name), rendered.secrets) == []


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_all_four_services_run_in_both_roles(rendered: Rendered, name: str) -> None:
    running = [pod.name for _, pod in configuring.running(rendered.of(name))]
    assert sorted(running) == sorted(
        f"Deployment {service}-{role}" for service in SERVICES for role in ("api", "worker")
    )


@pytest.mark.parametrize("name", [each for each in INSTALLATIONS if each != PRODUCTION])
def test_services_take_their_settings(rendered: Rendered, name: str) -> None:
    assert configuring.refused(rendered.of(name), rendered.secrets) == []
    assert configuring.broker(rendered.of(name)) == []


def test_settings_nobody_changed_are_the_codes_own(rendered: Rendered) -> None:
    assert configuring.defaults(rendered.of("combinations/plain"), rendered.secrets) == []


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_a_database_takes_all_pods_of_its_service(rendered: Rendered, name: str) -> None:
    pool = configuring.settings_class("notes").model_fields["pool_size"].default
    assert scaling.connections(rendered.of(name), pool) == []


def test_what_a_trust_filled_in_arrives_everywhere(rendered: Rendered) -> None:
    objects = rendered.of(FILLED_IN)
    assert [each for finding in findings.OF_WHAT_IS_FILLED_IN for each in finding(objects)] == []
    assert naming.jobs(objects, RELEASE) == []
    read = configuring.readable(objects, rendered.secrets)["Deployment audit-worker"]
    assert isinstance(read, AuditSettings)
    assert read.ledger_origin == "audit.care.trust.example/v1/audit/ledger"
    assert len(witnesses.parse(read.witnesses)) == 1


def test_as_it_is_shipped_production_does_not_start(rendered: Rendered) -> None:
    objects = rendered.of(PRODUCTION)
    images = [each.partition(":")[0] for each in pods.digests(objects)]
    assert set(images) >= {pod.name for pod in every_pod(objects)}
    refusing = {each.partition(":")[0] for each in configuring.refused(objects, rendered.secrets)}
    assert refusing == {pod.name for _, pod in configuring.running(objects)}
    assert left_to_fill_in(objects)


def test_every_value_a_trust_fills_in_is_used(rendered: Rendered) -> None:
    given = yaml.safe_load((rendered.root / FILLED_IN / "trust.yaml").read_text())["data"]
    text = yaml.safe_dump_all(rendered.of(FILLED_IN), width=10_000)
    assert [key for key, value in given.items() if value not in text] == []


def test_prometheus_takes_notice_of_every_monitor_and_rule(rendered: Rendered) -> None:
    seen = [
        each["metadata"].get("labels", {}).get("release")
        for each in rendered.of(FILLED_IN)
        if each["apiVersion"].startswith("monitoring.coreos.com/")
    ]
    assert len(seen) > 2
    assert set(seen) == {VALUES["prometheus-release"]}


def test_jobs_are_never_applied_over_those_of_another_release(rendered: Rendered) -> None:
    names = {each["metadata"]["name"] for each in rendered.of(FILLED_IN) if each["kind"] == "Job"}
    before = {each["metadata"]["name"] for each in rendered.of(PRODUCTION) if each["kind"] == "Job"}
    assert names
    assert not names & before
