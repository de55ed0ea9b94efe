"""The databases, their restore and the broker: what their manifests must agree on."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from countersign.configuration import service_of
from shared.contracts.system import SERVICES
from shared.platform.nats_config import OPERATOR, SYSTEM, configuration

MANIFESTS = Path(__file__).parents[2] / "deploy" / "k8s"
KUBECTL = Path(sys.executable).parent / "kubectl"
MADE_BY = re.compile(r"# Made by: countersign nats-config --ods-code (\S+) --servers (\d)\n")
OWN_WORDS = re.compile(r"\bservice-|_service\b|\bfill-in\b|-number\b")


def _rendered(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run([KUBECTL, "kustomize", folder], check=True, capture_output=True)
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def _one(objects: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    [found] = [o for o in objects if (o["kind"], o["metadata"]["name"]) == (kind, name)]
    return found


@pytest.fixture(scope="module")
def databases() -> list[dict[str, Any]]:
    return _rendered(MANIFESTS / "base" / "databases")


@pytest.fixture(scope="module")
def broker() -> list[dict[str, Any]]:
    return _rendered(MANIFESTS / "base" / "nats")


@pytest.mark.parametrize("kind", ["Cluster", "ObjectStore", "ScheduledBackup"])
def test_the_four_differ_in_nothing_but_whose_they_are(
    databases: list[dict[str, Any]], kind: str
) -> None:
    shapes = set()
    for name in SERVICES:
        text = json.dumps(_one(databases, kind, f"{name}-db"), sort_keys=True)
        assert not OWN_WORDS.search(text.replace("fill-in", "")), "nothing of the shape is left"
        shapes.add(re.sub(rf"(?<![a-z]){name}(?![a-z])", "whose", text))
    assert len(shapes) == 1


@pytest.mark.parametrize("name", SERVICES)
def test_a_database_is_owned_and_entered_as_on_one_machine(
    databases: list[dict[str, Any]], name: str
) -> None:
    """As `deploy/local/postgres.py` makes them."""
    spec = _one(databases, "Cluster", f"{name}-db")["spec"]
    database, owner = f"countersign_{name}", f"countersign_{name}_owner"
    made = spec["bootstrap"]["initdb"]
    assert (made["database"], made["owner"]) == (database, owner)
    assert made["postInitApplicationSQL"][:3] == [
        f"CREATE ROLE {database} LOGIN",
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {database}",
    ]
    [role] = spec["managed"]["roles"]
    assert role["name"] == database
    assert not {"superuser", "createdb", "createrole", "replication"} & role.keys()
    assert spec["enableSuperuserAccess"] is False


@pytest.mark.parametrize("name", SERVICES)
def test_a_restored_cluster_is_as_the_first_but_for_its_beginning(
    databases: list[dict[str, Any]], name: str, tmp_path: Path
) -> None:
    folder = tmp_path / "k8s"
    shutil.copytree(MANIFESTS / "base" / "databases", folder / "base" / "databases")
    for each in ("restore", "restore-everything"):
        shutil.copytree(MANIFESTS / each, folder / each)
    what = folder / "restore" / "what.yaml"
    text = what.read_text().replace("service: notes", f"service: {name}")
    text = text.replace("from: notes-db", f"from: {name}-db").replace('"2"', '"7"')
    what.write_text(text.replace("until: fill-in", 'until: "2026-11-22T09:30:00Z"'))
    restored = _rendered(folder / "restore")
    assert not OWN_WORDS.search(json.dumps(restored))
    assert {each["kind"] for each in restored} == {"Cluster", "ScheduledBackup", "NetworkPolicy"}

    spec = _one(restored, "Cluster", f"{name}-db-7")["spec"]
    first = _one(databases, "Cluster", f"{name}-db")["spec"]
    recovery = spec.pop("bootstrap")["recovery"]
    made = first.pop("bootstrap")["initdb"]
    assert {key: recovery[key] for key in ("database", "owner", "secret")} == {
        key: made[key] for key in ("database", "owner", "secret")
    }
    assert recovery["recoveryTarget"] == {"targetTime": "2026-11-22T09:30:00Z"}
    [archive] = spec.pop("externalClusters")
    assert archive["name"] == recovery["source"]
    assert archive["plugin"]["parameters"] == {
        "barmanObjectName": f"{name}-db",
        "serverName": f"{name}-db",
    }
    own = spec["plugins"][0]["parameters"].pop("serverName")
    assert own == f"{name}-db-7", "never the archive it was restored from"
    text = json.dumps(spec, sort_keys=True).replace(f'"{name}-db-7"', f'"{name}-db"')
    assert text == json.dumps(first, sort_keys=True)
    backup = _one(restored, "ScheduledBackup", f"{name}-db-7")["spec"]
    assert backup["cluster"] == {"name": f"{name}-db-7"}
    [everything] = [
        each for each in _rendered(folder / "restore-everything") if each["kind"] == "Cluster"
    ]
    assert "recoveryTarget" not in everything["spec"]["bootstrap"]["recovery"]


@pytest.mark.parametrize("path", sorted(MANIFESTS.rglob("nats.conf")), ids=str)
def test_the_brokers_configuration_is_what_the_code_gives(path: Path) -> None:
    text = path.read_text()
    made = MADE_BY.match(text)
    assert made, "make nats-config"
    services = [service_of(name) for name in SERVICES]
    assert text == configuration(services, made[1], int(made[2])), "make nats-config"


def test_the_broker_is_given_every_password_and_holds_none(broker: list[dict[str, Any]]) -> None:
    [configured] = [each for each in broker if each["kind"] == "ConfigMap"]
    text = configured["data"]["nats.conf"]
    said = re.findall(r"password: (.*)", text)
    users = [SYSTEM, OPERATOR, *SERVICES]
    assert sorted(said) == sorted(f"${user.upper()}_PASSWORD" for user in users)
    [container] = _container(broker)
    given = {each["name"]: each for each in container["env"]}
    for user in users:
        secret = given[f"{user.upper()}_SECRET"]["valueFrom"]["secretKeyRef"]
        assert secret == {"name": "nats-users", "key": f"{user.upper()}_PASSWORD"}
        assert given[f"{user.upper()}_PASSWORD"]["value"] == f'"$({user.upper()}_SECRET)"'


def test_the_pod_has_what_the_configuration_names(broker: list[dict[str, Any]]) -> None:
    [configured] = [each for each in broker if each["kind"] == "ConfigMap"]
    text = configured["data"]["nats.conf"]
    pod = _one(broker, "StatefulSet", "nats")["spec"]["template"]["spec"]
    [container] = _container(broker)
    mounted = {each["mountPath"] for each in container["volumeMounts"]}
    for path in re.findall(r'(?:_file|store_dir): "(/[^"]+)"', text):
        assert any(path == each or Path(path).parent == Path(each) for each in mounted), path
    ports = {str(each["containerPort"]) for each in container["ports"]}
    assert ports == set(re.findall(r'"0\.0\.0\.0:(\d+)"', text))
    lame = re.search(r'lame_duck_duration: "(\d+)s"', text)
    grace = re.search(r'lame_duck_grace_period: "(\d+)s"', text)
    assert lame
    assert grace
    assert pod["terminationGracePeriodSeconds"] > int(lame[1]) + int(grace[1])
    servers = _one(broker, "StatefulSet", "nats")["spec"]["replicas"]
    assert len(re.findall(r"tls://nats-\d\.nats-headless:6222", text)) == servers
    filled = re.search(r"max_file_store: (\d+)", text)
    claim = _one(broker, "StatefulSet", "nats")["spec"]["volumeClaimTemplates"][0]
    assert filled
    assert claim["spec"]["resources"]["requests"]["storage"] == "50Gi"
    assert int(filled[1]) < 50 << 30


def _container(broker: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = _one(broker, "StatefulSet", "nats")["spec"]["template"]["spec"]["containers"]
    return list(found)
