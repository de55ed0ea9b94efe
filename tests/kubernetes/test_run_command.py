"""A command's pod, made from the worker's Deployment: what may it do, and whom does it reach?"""

import pytest

from deploy.k8s import run_command
from shared.contracts.system import SERVICES
from tests.kubernetes import network, pods, references, schemas
from tests.kubernetes.objects import COMPONENT, Object, named, one, selects
from tests.kubernetes.objects import pods as every_pod
from tests.kubernetes.rendering import FILLED_IN, RESTORED, Rendered


def _made(objects: list[Object], service: str) -> Object:
    worker = one(objects, "Deployment", f"{service}-worker")
    arguments = ["backup-check", service]
    return run_command.made(worker, arguments, f"{service}-1", owner=True, operator=True)


def _as_a_job(pod: Object) -> Object:
    """As which the rest of what looks for mistakes knows it."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": pod["metadata"],
        "spec": {"template": {"metadata": {"labels": pod["metadata"]["labels"]}} | pod},
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_commands_pod_is_allowed_and_reaches_what_it_needs(
    rendered: Rendered, service: str
) -> None:
    objects = rendered.of(FILLED_IN)
    pod = _made(objects, service)
    together = [*objects, _as_a_job(pod)]
    assert schemas.of_kubernetes([pod]) == []
    assert pods.security(together) == []
    assert pods.digests(together) == []
    assert network.among_pods(together) == []
    assert references.references(together, rendered.secrets) == []


def test_a_commands_pod_is_nobody_elses(rendered: Rendered) -> None:
    objects = rendered.of(FILLED_IN)
    labels = _made(objects, "notes")["metadata"]["labels"]
    assert labels[COMPONENT] == "command"
    selecting = [each for each in objects if each["kind"] in ("Deployment", "PodDisruptionBudget")]
    assert [named(each) for each in selecting if selects(each["spec"]["selector"], labels)] == []
    services = [each for each in objects if each["kind"] == "Service"]
    assert not any(selects({"matchLabels": each["spec"]["selector"]}, labels) for each in services)


def test_a_commands_pod_goes_where_the_worker_does(rendered: Rendered) -> None:
    worker = one(rendered.of(RESTORED), "Deployment", "notes-worker")
    before = next(each.spec["volumes"] for each in every_pod([worker]))
    pod = _made(rendered.of(RESTORED), "notes")
    assert pod["spec"]["volumes"] == before
    assert "notes-db-2-ca" in str(before)
