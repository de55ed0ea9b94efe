"""The alert rules and the dashboard as they are shipped, and which metrics they ask for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MONITORING = Path("deploy/k8s/components/monitoring")
RUNBOOKS = Path("docs/runbooks/alerts")
OF_OTHERS = {
    # CloudNativePG's exporter: https://cloudnative-pg.io/documentation/current/monitoring/
    "cnpg_collector_up",
    "cnpg_collector_pg_wal_archive_status",
    "cnpg_pg_replication_lag",
    "cnpg_pg_replication_streaming_replicas",
    "cnpg_pg_stat_archiver_last_archived_time",
    "cnpg_pg_stat_archiver_last_failed_time",
    # Its Barman Cloud plugin, whose metrics are there in place of the exporter's own (which say 0):
    # https://cloudnative-pg.io/plugin-barman-cloud/docs/observability
    "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp",
    # kube-state-metrics: docs/metrics/workload/{statefulset,job}-metrics.md of its repository
    "kube_statefulset_replicas",
    "kube_statefulset_status_replicas_ready",
    "kube_job_status_failed",
    "kube_job_status_succeeded",
    "kube_job_failed",
    # The kubelet: https://kubernetes.io/docs/reference/instrumentation/metrics/
    "kubelet_volume_stats_used_bytes",
    "kubelet_volume_stats_capacity_bytes",
    # cert-manager: https://cert-manager.io/docs/devops-tips/prometheus-metrics/
    "certmanager_certificate_expiration_timestamp_seconds",
    # Prometheus itself
    "up",
    "ALERTS",
}
"""Metrics that others tell. Nothing here runs them, so each has where it is documented."""
GROUPING = r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)"
WORDS = {"and", "or", "unless", "bool", "offset"}


@dataclass(frozen=True)
class Matcher:
    metric: str
    label: str
    operator: str
    value: str


def rules() -> list[dict[str, Any]]:
    return [rule for group in groups() for rule in group["rules"]]


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted((MONITORING / "rules").glob("*.yaml")):
        found += yaml.safe_load(path.read_text())["spec"]["groups"]
    return found


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MONITORING / "dashboards/countersign.json").read_text())
    return found


def panels() -> list[dict[str, Any]]:
    return list(dashboard()["panels"])


def queries() -> dict[str, str]:
    """Every expression, by where it stands."""
    of_rules = {f"rule {rule.get('alert') or rule['record']} {n}": rule["expr"]
                for n, rule in enumerate(rules())}  # fmt: skip
    of_panels = {
        f"panel {panel['title']} {target['refId']}": target["expr"]
        for panel in panels()
        for target in panel.get("targets", ())
    }
    return of_rules | of_panels


def metrics_in(query: str) -> set[str]:
    """The names of metrics that an expression asks for."""
    bare = re.sub(r'"[^"]*"', '""', query)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", bare)
    bare = re.sub(GROUPING, " ", bare)
    words = re.findall(r"(?<![\w:.])([A-Za-z_:][\w:]*)(?!\s*\()(?![\w:])", bare)
    return set(words) - WORDS


def matchers(query: str) -> Iterator[Matcher]:
    for metric, inside in re.findall(r"([A-Za-z_:][\w:]*)\{([^}]*)\}", query):
        for label, operator, value in re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', inside):
            yield Matcher(metric, label, operator, value)
