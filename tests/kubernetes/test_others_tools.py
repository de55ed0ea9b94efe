"""What other people's programs say of the manifests: checkov, and models of others' resources."""

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.kubernetes import schemas
from tests.kubernetes.every import ALL
from tests.kubernetes.objects import of, one
from tests.kubernetes.rendering import FILLED_IN, ROOT, Rendered

CHECKOV = ROOT / ".venv-tools" / "bin" / "checkov"
CONFIGURATION = Path(__file__).parent / "checkov.yaml"


def _needs(there: bool, what: str) -> None:
    if not there:
        assert "CI" not in os.environ, what
        pytest.skip(what)


@pytest.fixture
def models() -> None:
    there = shutil.which("node") and (schemas.MODELS / "node_modules").is_dir()
    _needs(bool(there), "needs node, and `npm ci` in tests/kubernetes/crds: make k8s-check")


@pytest.fixture
def checkov() -> None:
    _needs(CHECKOV.exists(), "needs checkov, as `make k8s-check` installs it")


@pytest.mark.usefixtures("models")
def test_others_resources_are_as_their_models_are(rendered: Rendered) -> None:
    everything = [each for name in ALL for each in rendered.of(name)]
    kinds = {each["kind"] for each in everything if schemas.is_others(each)}
    assert kinds >= {
        "Cluster",
        "ObjectStore",
        "ServiceMonitor",
        "PrometheusRule",
        "Certificate",
        "ExternalSecret",
        "Gateway",
        "HTTPRoute",
    }
    assert schemas.of_others(everything) == []


@pytest.mark.usefixtures("models")
def test_models_know_wrong_values_and_unknown_fields(rendered: Rendered) -> None:
    objects = yaml.safe_load(yaml.safe_dump(rendered.of(FILLED_IN)))
    route, certificate = one(objects, "HTTPRoute", "notes"), one(objects, "Certificate", "nats-tls")
    route["spec"]["rules"][0]["matches"][0]["path"]["type"] = "Prefix"
    certificate["spec"]["issuerRef"]["nmae"] = "misspelt"
    of(objects, "Cluster")[0]["spec"]["instancs"] = 3
    cluster = of(objects, "Cluster")[0]["metadata"]["name"]
    wrong = "must be equal to one of the allowed values"
    assert schemas.of_others([route, certificate, *of(objects, "Cluster")]) == [
        f"HTTPRoute notes: /spec/rules/0/matches/0/path/type {wrong}",
        "Certificate nats-tls: /spec/issuerRef/nmae is unknown",
        f"Cluster {cluster}: /spec/instancs is unknown",
    ]


@pytest.mark.usefixtures("checkov")
def test_checkov_finds_a_mistake_and_nothing_else_that_has_no_reason(
    rendered: Rendered, tmp_path: Path
) -> None:
    for name in ALL:
        path = tmp_path / f"{name.replace('/', '-')}.yaml"
        path.write_text(yaml.safe_dump_all(rendered.of(name)))
    mistaken = copy.deepcopy(one(rendered.of(FILLED_IN), "Deployment", "notes-api"))
    container = mistaken["spec"]["template"]["spec"]["containers"][0]
    container["securityContext"]["privileged"] = True
    (tmp_path / "mistaken.yaml").write_text(yaml.safe_dump(mistaken))
    done = subprocess.run(
        [CHECKOV, "--config-file", CONFIGURATION, "-d", tmp_path, "--skip-download", "-o", "json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["summary"]["parsing_errors"] == 0
    failed = {
        (each["file_path"], each["check_id"], each["resource"])
        for each in found["results"]["failed_checks"]
    }
    assert failed == {("/mistaken.yaml", "CKV_K8S_16", "Deployment.countersign.notes-api")}
