"""A command's pod, made from the worker's Deployment: what may it do, and whom does it reach?"""

import json
from pathlib import Path

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


PRETENDING = """#!/bin/sh
printf '%s\\n' "$*" >> "$0.asked"
case "$3" in
  get) cat "$0.$4" ;;
  create) cat > "$0.created" ;;
esac
"""
"""A kubectl that keeps what it is asked, and answers from files."""


def test_a_command_ends_as_its_pod_did_and_leaves_none(
    rendered: Rendered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(PRETENDING)
    kubectl.chmod(0o755)
    worker = one(rendered.of(FILLED_IN), "Deployment", "notes-worker")
    (tmp_path / "kubectl.deployment").write_text(json.dumps(worker))
    ended = {"containerStatuses": [{"state": {"terminated": {"exitCode": 3}}}]}
    (tmp_path / "kubectl.pod").write_text(json.dumps({"status": ended}))
    monkeypatch.setattr(run_command, "KUBECTL", str(kubectl))
    monkeypatch.setattr("sys.argv", ["run_command.py", "--owner", "notes", "recover", "--list"])
    assert run_command.main() == 3
    made = json.loads((tmp_path / "kubectl.created").read_text())
    name = made["metadata"]["name"]
    assert made["spec"]["containers"][0]["args"] == ["recover", "--list"]
    asked = (tmp_path / "kubectl.asked").read_text().splitlines()
    assert asked[-1] == f"-n countersign delete pod {name} --wait=false"
