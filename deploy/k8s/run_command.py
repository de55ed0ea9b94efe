#!/usr/bin/env python3
"""Run a command of a service in the cluster: deploy/k8s/run_command.py notes backup-check notes

It runs in a pod of its own, made as the service's worker is: its image, settings, secrets and
database. Nothing secret is on a command line. What it prints is printed here, its exit code is this
one's, and the pod is deleted at the end. `--owner` gives it the tables' owner's connection,
`--operator` the broker's operator. Needs Python and kubectl.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from typing import Any

NAMESPACE = "countersign"
KUBECTL = shutil.which("kubectl") or "kubectl"
PROBES = ("startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "ports")


def made(
    worker: dict[str, Any], arguments: list[str], name: str, *, owner: bool, operator: bool
) -> dict[str, Any]:
    """The pod of a command, from the Deployment of a service's worker."""
    service = worker["metadata"]["labels"]["app.kubernetes.io/name"]
    template = worker["spec"]["template"]
    spec = json.loads(json.dumps(template["spec"]))
    spec.pop("topologySpreadConstraints", None)
    spec["restartPolicy"] = "Never"
    [container] = spec["containers"]
    for each in PROBES:
        container.pop(each, None)
    container["args"] = arguments
    if owner:
        key = {"name": f"{service}-owner", "key": "COUNTERSIGN_OWNER_DSN"}
        container["env"].append({"name": key["key"], "valueFrom": {"secretKeyRef": key}})
    if operator:
        _as_the_operator(spec, container)
    # Not the worker's labels: no Service, budget or Deployment is to take it for one.
    labels = template["metadata"]["labels"] | {"app.kubernetes.io/component": "command"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": spec,
    }


def _as_the_operator(spec: dict[str, Any], container: dict[str, Any]) -> None:
    """What the Job that makes the streams is given, as far as a worker isn't."""
    container["env"] += [
        {"name": "COUNTERSIGN_OPERATOR_NATS_URL", "value": "tls://nats:4222"},
        {"name": "COUNTERSIGN_OPERATOR_NATS_CA", "value": "/etc/countersign/nats-ca/ca.crt"},
        {
            "name": "COUNTERSIGN_OPERATOR_ODS_CODE",
            "valueFrom": {
                "configMapKeyRef": {
                    "name": container["envFrom"][0]["configMapRef"]["name"],
                    "key": "ODS_CODE",
                }
            },
        },
        {
            "name": "COUNTERSIGN_OPERATOR_NATS_PASSWORD",
            "valueFrom": {"secretKeyRef": {"name": "nats-users", "key": "OPERATOR_PASSWORD"}},
        },
    ]


def kubectl(*arguments: str, given: str | None = None) -> str:
    return subprocess.run(
        [KUBECTL, "-n", NAMESPACE, *arguments],
        input=given,
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def finished(name: str) -> int:
    """Follows the pod; returns the exit code of its container."""
    while True:
        status = json.loads(kubectl("get", "pod", name, "-o", "json"))["status"]
        [state] = [each["state"] for each in status.get("containerStatuses", [])] or [{}]
        if "terminated" in state:
            return int(state["terminated"]["exitCode"])
        if "running" in state:
            subprocess.run([KUBECTL, "-n", NAMESPACE, "logs", "-f", name], check=False)
        time.sleep(1)


def main() -> int:
    parser = argparse.ArgumentParser(usage="run_command.py [--owner] [--operator] SERVICE COMMAND…")
    parser.add_argument("--owner", action="store_true")
    parser.add_argument("--operator", action="store_true")
    parser.add_argument("service")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    worker = json.loads(kubectl("get", "deployment", f"{asked.service}-worker", "-o", "json"))
    name = f"{asked.service}-{asked.command[0]}-{int(time.time())}"
    pod = made(worker, asked.command, name, owner=asked.owner, operator=asked.operator)
    kubectl("create", "-f", "-", given=json.dumps(pod))
    try:
        return finished(name)
    finally:
        kubectl("delete", "pod", name, "--wait=false")


if __name__ == "__main__":
    sys.exit(main())
