"""Prometheus's own verdict on the rules: each alert fires when it should and not when it shouldn't.

Series are as Prometheus would have them, with its labels; values are promtool's notation, one a
step (`1x40` is twenty minutes of 1). What a standby leaves out is left out here too.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.alerting import alerts, groups

PROMTOOL = shutil.which("promtool")
SERVICES = ("notes", "referrals", "supervision", "audit")


class Case(NamedTuple):
    alert: str
    what: str
    series: dict[str, str]
    at: str = "20m"
    severities: tuple[str, ...] = ()
    """In which it fires; in none if it must not."""
    step: str = "30s"


def ours(name: str, pod: str = "a", /, service: str = "notes", **labels: str) -> str:
    """A series that a pod of ours tells."""
    return series(f"countersign_{name}", pod=pod, service=service, job=service, **labels)


def series(name: str, /, **labels: str) -> str:
    told = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f'{name}{{namespace="countersign",{told}}}'


def of_all(name: str, value: str, but: str = "", **labels: str) -> dict[str, str]:
    return {ours(name, service=each, **labels): value for each in SERVICES if each != but}


def of_database(
    name: str, pod: str = "notes-db-1", /, service: str = "notes", **labels: str
) -> str:
    labels = {"job": f"{service}-db", **labels}
    return series(name, pod=pod, service=service, **labels)


def of_restored(name: str, **labels: str) -> str:
    """As `job` and pods are called after a restore (docs/runbooks/restore.md)."""
    return of_database(name, "notes-db-2-1", job="notes-db-2", **labels)


def requests(status: str, le: str = "") -> str:
    name = "http_server_request_duration_seconds"
    labels = {"service": "notes", "job": "notes", "pod": "a", "method": "GET", "route": "/v1/notes"}
    if le:
        return series(f"{name}_bucket", **labels, status=status, le=le)
    return series(f"{name}_count", **labels, status=status)


BACKUP = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp"
CERTIFICATE = "certmanager_certificate_expiration_timestamp_seconds"
USED, CAPACITY = (
    series(f"kubelet_volume_stats_{part}_bytes", persistentvolumeclaim="data-nats-0")
    for part in ("used", "capacity")
)
NATS = {
    part: series(f"kube_statefulset_{part}", statefulset="nats")
    for part in ("replicas", "status_replicas_ready")
}
READY = NATS["status_replicas_ready"]
CRITICAL, WARNING, INFO, BOTH = ("critical",), ("warning",), ("info",), ("critical", "warning")


def figure(alert: str, name: str, bad: float, good: float, at: str = "20m", *,
           severities: tuple[str, ...] = WARNING, **labels: str) -> list[Case]:  # fmt: skip
    """Of one figure: it fires for what is bad and lasts, not for what is good or over soon, nor for
    another pod that says nothing."""
    told = ours(name, **labels)
    return [
        Case(alert, f"{name} {bad}", {told: f"{bad}x800"}, at, severities),
        Case(alert, f"{name} {good}", {told: f"{good}x800"}, at),
        Case(alert, f"{name} missing", {ours("build_info", role="worker"): "1x800"}, at),
    ]


CASES = [
    # Running
    Case("CountersignInstanceDown", "one of two", {
        series("up", job="notes", pod="a"): "0x40", series("up", job="notes", pod="b"): "1x40",
    }, "20m", WARNING),
    Case("CountersignInstanceDown", "for a minute", {
        series("up", job="notes", pod="a"): "1x30 0x2 1x20",
    }),
    Case("CountersignServiceAbsent", "only workers are left", {
        **of_all("build_info", "1x40", "notes", role="api"),
        ours("build_info", role="worker"): "1x40",
    }, "20m", CRITICAL),
    Case("CountersignServiceAbsent", "all are there", of_all("build_info", "1x40", role="api")),
    Case("CountersignNoLeader", "two standbys", {
        **of_all("worker_leads", "1x40", "notes"),
        ours("worker_leads", "a"): "0x40", ours("worker_leads", "b"): "0x40",
    }, "20m", CRITICAL),
    Case("CountersignNoLeader", "no worker at all", of_all("worker_leads", "1x40", "audit"),
         "20m", CRITICAL),
    Case("CountersignNoLeader", "the lead goes to another", {
        **of_all("worker_leads", "1x40", "notes"),
        ours("worker_leads", "a"): "1x20 0x20", ours("worker_leads", "b"): "0x21 1x20",
    }),
    Case("CountersignRestarting", "five times", {
        series("process_start_time_seconds", job="notes", pod="a"): "1x5 2x5 3x5 4x5 5x5 6x20",
    }, "20m", WARNING),
    Case("CountersignRestarting", "once", {
        series("process_start_time_seconds", job="notes", pod="a"): "1x20 2x20",
    }),
    *figure("CountersignDatabaseAway", "database_reachable", 0, 1, severities=CRITICAL),
    Case("CountersignDatabaseAway", "of one pod only", {
        ours("database_reachable", "a"): "0x40", ours("database_reachable", "b"): "1x40",
    }),
    *figure("CountersignMigrationsPending", "migrations_current", 0, 1, severities=CRITICAL),
    Case("CountersignMigrationsPending", "while a release rolls out", {
        ours("migrations_current", "a"): "1x20 0x10 1x20",
    }, "16m"),
    *figure("CountersignNoIssuerKeys", "issuer_keys_age_seconds", 3600, 300),
    Case("CountersignNoIssuerKeys", "never read", {
        ours("issuer_keys_age_seconds"): " ".join(["Inf"] * 41),
    }, "20m", WARNING),
    Case("CountersignNoIssuerKeys", "of one pod only", {
        ours("issuer_keys_age_seconds", "a"): "3600x40",
        ours("issuer_keys_age_seconds", "b"): "100x40",
    }),
    Case("CountersignErrors", "a tenth of many requests", {
        requests("200"): "0+360x225", requests("503"): "0+40x225",
    }, "7h", BOTH, "2m"),
    Case("CountersignErrors", "a few in a quiet night", {
        requests("200"): "0+4x225", requests("500"): "0x205 1x20",
    }, "7h", step="2m"),
    Case("CountersignErrors", "refusals are answers", {
        requests("201"): "0+40x225", requests("403"): "0+360x225",
    }, "7h", step="2m"),
    Case("CountersignSlow", "a fifth", {
        requests("200", "1.0"): "0+80x200", requests("200"): "0+100x200",
    }, "90m", WARNING),
    Case("CountersignSlow", "one in a hundred", {
        requests("200", "1.0"): "0+99x200", requests("200"): "0+100x200",
    }, "90m"),
    Case("CountersignPoolExhausted", "each half minute", {
        ours("database_pool_timeouts_total"): "0+3x40",
    }, "20m", WARNING),
    Case("CountersignPoolExhausted", "long ago", {
        ours("database_pool_timeouts_total"): "7x40",
    }),
    *figure("CountersignClockOff", "clock_offset_seconds", -40, 0.01),
    Case("CountersignJobFailed", "failed",
         {series("kube_job_status_failed", job_name="migrate-notes-1"): "1x40"}, "20m", WARNING),
    Case("CountersignJobFailed", "done",
         {series("kube_job_status_failed", job_name="migrate-notes-1"): "0x40"}),
    Case("CountersignJobFailed", "done at the second try", {
        series("kube_job_status_failed", job_name="migrate-notes-1"): "1x40",
        series("kube_job_status_succeeded", job_name="migrate-notes-1"): "1x40",
    }),
    Case("CountersignJobFailed", "provisioning",
         {series("kube_job_status_failed", job_name="provision-streams-1"): "1x40"}, "20m",
         WARNING),
    Case("CountersignJobFailed", "the nightly one, which has an alert of its own",
         {series("kube_job_status_failed", job_name="nats-reload-29"): "1x40"}),
    Case("CountersignReloadFailed", "given up",
         {series("kube_job_failed", job_name="nats-reload-29", condition="true"): "1x40"},
         "20m", WARNING),
    Case("CountersignReloadFailed", "done at the second try", {
        series("kube_job_status_failed", job_name="nats-reload-29"): "1x40",
        series("kube_job_failed", job_name="nats-reload-29", condition="false"): "1x40",
    }),
    Case("CountersignReloadFailed", "another job",
         {series("kube_job_failed", job_name="migrate-notes-1", condition="true"): "1x40"}),
    # Events
    *figure("CountersignBrokerAway", "broker_connected", 0, 1, severities=CRITICAL),
    Case("CountersignBrokerAway", "NATS restarts", {ours("broker_connected"): "1x20 0x3 1x20"},
         "12m"),
    *figure("CountersignOutboxLag", "outbox_age_seconds", 300, 0.2),
    *figure("CountersignOutboxLag", "outbox_age_seconds", 2000, 60, severities=BOTH),
    Case("CountersignOutboxLag", "told by an API pod while no worker leads", {
        ours("outbox_age_seconds", "api-1", role="api"): "0+30x40",
    }, "10m", WARNING),
    *figure("CountersignRelayStopped", "relay_state", 1, 0, severities=CRITICAL,
            state="store_behind_stream"),
    Case("CountersignRelayStopped", "it runs", {ours("relay_state", state="running"): "1x40"}),
    *figure("CountersignHorizonStuck", "horizon_age_seconds", 300, 20),
    *figure("CountersignConsumerBehind", "consumer_behind_seconds", 300, 2, producer="referrals"),
    *figure("CountersignConsumerBehind", "consumer_behind_seconds", 3000, 2, producer="referrals",
            severities=BOTH),
    Case("CountersignGapSeen", "one", {
        ours("consumer_gaps_total", producer="referrals"): "0x20 1x20",
    }, "20m", WARNING),
    Case("CountersignGapSeen", "one long ago, and a standby that began at 0", {
        ours("consumer_gaps_total", "a", producer="referrals"): "1x200",
        ours("consumer_gaps_total", "b", producer="referrals"): "_x100 0x100",
    }, "90m"),
    Case("CountersignNewerEvents", "two, and audit's worker is replaced", {
        ours("audit_newer_events_total", "a", service="audit", producer="notes"): "0x20 2x20",
        ours("audit_newer_events_total", "b", service="audit", producer="notes"): "_x40 0x200",
    }, "60m", WARNING),
    Case("CountersignNewerEvents", "none", {
        ours("audit_newer_events_total", service="audit", producer="notes"): "0x40",
    }),
    *figure("CountersignEventsParked", "parked_events", 2, 0),
    *figure("CountersignKeysNotHandedOver", "keys_waiting", 3, 0, service="referrals"),
    Case("CountersignKeysNotHandedOver", "some at each look, but not always", {
        ours("keys_waiting", service="referrals"): "1x10 0x1 1x10 0x1 1x10",
    }, "15m"),
    *figure("CountersignLookStuck", "look_age_seconds", 900, 1, look="Overdue.notice"),
    *figure("CountersignLookStuck", "look_age_seconds", 30_000, 4_000, look="Making.look"),
    # People
    *figure("CountersignConcernsNotEscalated", "unescalated_concerns_longest_seconds", 600, 1,
            severities=CRITICAL),
    *figure("CountersignConcernsUnanswered", "unacknowledged_concerns_longest_seconds",
            20_000, 7_000),
    *figure("CountersignCountersignaturesOverdue", "overdue_countersignatures_longest_seconds",
            900_000, 90_000, "90m"),
    Case("CountersignBreakGlass", "one", {
        ours("audit_alerts_total", kind="glass_broken"): "0x30 1x3",
    }, "16m", INFO),
    Case("CountersignBreakGlass", "integrity has alerts of its own", {
        ours("audit_alerts_total", kind="record_disagrees"): "0x30 1x3",
    }, "16m"),
    # Ledger
    *figure("CountersignLedgerHeadOld", "ledger_head_age_seconds", 1200, 3, severities=CRITICAL),
    *figure("CountersignLedgerTreeChanged", "ledger_tree_changed", 1, 0, severities=CRITICAL),
    *figure("CountersignWitnessContradicts", "ledger_witness_shards", 1, 0, severities=CRITICAL,
            witness="w", state="contradicts"),
    *figure("CountersignWitnessAway", "ledger_witness_shards", 1, 0, "90m", witness="w",
            state="away"),
    Case("CountersignWitnessAway", "restarted", {
        ours("ledger_witness_shards", witness="w", state="away"): "0x60 1x10 0x110",
    }, "70m"),
    *figure("CountersignRecordIncomplete", "audit_open_gaps", 1, 0, severities=CRITICAL),
    *figure("CountersignRecordDisagrees", "audit_open_disagreements", 1, 0, severities=CRITICAL),
    Case("CountersignUnreadable", "one", {ours("audit_unreadable_total"): "0x20 1x20"}, "20m",
         CRITICAL),
    Case("CountersignUnreadable", "none", {ours("audit_unreadable_total"): "0x40"}),
    Case("CountersignExportsFail", "one", {
        ours("audit_exports_total", outcome="failed"): "0x20 1x20",
    }, "20m", WARNING),
    Case("CountersignExportsFail", "made", {
        ours("audit_exports_total", outcome="ready"): "0x20 1x20",
    }),
    Case("CountersignTimestampOld", "two days", {
        ours("ledger_timestamp_seconds", authority="t"): "0x60",
    }, "48h", WARNING, "1h"),
    Case("CountersignTimestampOld", "an hour", {
        ours("ledger_timestamp_seconds", authority="t"): "0+3600x60",
    }, "48h", step="1h"),
    # What it stands on
    Case("CountersignBackupOld", "two days", {
        of_database(BACKUP, service=each): "0x60" for each in SERVICES
    }, "48h", ("critical",) * 4, "1h"),
    Case("CountersignBackupOld", "one has none at all", {
        of_database(BACKUP, service=each): "0+3600x60" for each in SERVICES if each != "audit"
    }, "48h", CRITICAL, "1h"),
    Case("CountersignBackupOld", "the restored one has none at all", {
        **{of_database(BACKUP, service=each): "0+3600x60" for each in SERVICES if each != "notes"},
        of_restored(BACKUP): "0x60",
    }, "48h", CRITICAL, "1h"),
    Case("CountersignBackupOld", "the restored one, each night", {
        **{of_database(BACKUP, service=each): "0+3600x60" for each in SERVICES if each != "notes"},
        of_restored(BACKUP): "0+3600x60",
    }, "48h", step="1h"),
    Case("CountersignBackupOld", "each night", {
        of_database(BACKUP, service=each): "0+3600x60" for each in SERVICES
    }, "48h", step="1h"),
    Case("CountersignArchivingFails", "since the last success", {
        of_database("cnpg_pg_stat_archiver_last_failed_time"): "200x40",
        of_database("cnpg_pg_stat_archiver_last_archived_time"): "100x40",
        of_database("cnpg_pg_stat_archiver_last_failed_time", "notes-db-2"): "-1x40",
        of_database("cnpg_pg_stat_archiver_last_archived_time", "notes-db-2"): "-1x40",
    }, "20m", CRITICAL),
    Case("CountersignArchivingFails", "segments wait", {
        of_database("cnpg_collector_pg_wal_archive_status", value="ready"): "50x40",
    }, "20m", CRITICAL),
    Case("CountersignArchivingFails", "of a restored one", {
        of_restored("cnpg_pg_stat_archiver_last_failed_time"): "200x40",
        of_restored("cnpg_pg_stat_archiver_last_archived_time"): "100x40",
    }, "20m", CRITICAL),
    Case("CountersignArchivingFails", "segments of a restored one wait", {
        of_restored("cnpg_collector_pg_wal_archive_status", value="ready"): "50x40",
    }, "20m", CRITICAL),
    Case("CountersignArchivingFails", "failed once, and went on", {
        of_database("cnpg_pg_stat_archiver_last_failed_time"): "100x40",
        of_database("cnpg_pg_stat_archiver_last_archived_time"): "200x40",
    }),
    Case("CountersignNoStandby", "none", {
        of_database("cnpg_pg_replication_streaming_replicas"): "0x40",
        of_database("cnpg_pg_replication_streaming_replicas", "notes-db-2"): "0x40",
    }, "20m", CRITICAL),
    Case("CountersignNoStandby", "a restored one has none, beside the first that has", {
        of_database("cnpg_pg_replication_streaming_replicas"): "1x40",
        of_restored("cnpg_pg_replication_streaming_replicas"): "0x40",
    }, "20m", CRITICAL),
    Case("CountersignNoStandby", "the primary has one, its standby has none", {
        of_database("cnpg_pg_replication_streaming_replicas"): "1x40",
        of_database("cnpg_pg_replication_streaming_replicas", "notes-db-2"): "0x40",
    }),
    Case("CountersignReplicationLag", "minutes", {
        of_database("cnpg_pg_replication_lag"): "300x40",
    }, "20m", WARNING),
    Case("CountersignReplicationLag", "minutes, of a restored one", {
        of_restored("cnpg_pg_replication_lag"): "300x40",
    }, "20m", WARNING),
    Case("CountersignReplicationLag", "none", {of_database("cnpg_pg_replication_lag"): "0x40"}),
    Case("CountersignDatabaseInstanceDown", "it can't be asked",
         {of_database("up"): "0x40"}, "20m", WARNING),
    Case("CountersignDatabaseInstanceDown", "its server is down",
         {of_database("cnpg_collector_up"): "0x40"}, "20m", WARNING),
    Case("CountersignDatabaseInstanceDown", "a restored one can't be asked",
         {of_restored("up"): "0x40"}, "20m", WARNING),
    Case("CountersignDatabaseInstanceDown", "the server of a restored one is down",
         {of_restored("cnpg_collector_up"): "0x40"}, "20m", WARNING),
    Case("CountersignDatabaseInstanceDown", "it is up", {
        of_database("up"): "1x40", of_database("cnpg_collector_up"): "1x40",
    }),
    Case("CountersignVolumeFilling", "80 %", {USED: "80x80", CAPACITY: "100x80"},
         "30m", WARNING),
    Case("CountersignVolumeFilling", "95 %", {USED: "95x80", CAPACITY: "100x80"},
         "30m", BOTH),
    Case("CountersignVolumeFilling", "half", {USED: "50x80", CAPACITY: "100x80"},
         "30m"),
    Case("CountersignNatsNodeLost", "one", {NATS["replicas"]: "3x40", READY: "2x40"}, "20m",
         WARNING),
    Case("CountersignNatsNodeLost", "one restarts", {
        NATS["replicas"]: "3x40", READY: "3x20 2x6 3x20",
    }, "14m"),
    Case("CountersignCertificateExpiring", "in a week",
         {series(CERTIFICATE, name="nats"): "604800x30"}, "2h", WARNING, "5m"),
    Case("CountersignCertificateExpiring", "in a week, as labelled without honorLabels",
         {f'{CERTIFICATE}{{exported_namespace="countersign",name="nats"}}': "604800x30"},
         "2h", WARNING, "5m"),
    Case("CountersignCertificateExpiring", "in two months",
         {series(CERTIFICATE, name="nats"): "5184000x30"}, "2h", step="5m"),
]  # fmt: skip


def as_promtool_has_it(case: Case) -> dict[str, Any]:
    """How many fire of each severity, asked of the series that Prometheus makes of alerts."""
    firing = f'ALERTS{{alertname="{case.alert}",alertstate="firing"'
    return {
        "name": f"{case.alert}: {case.what}",
        "interval": case.step,
        "input_series": [{"series": s, "values": v} for s, v in case.series.items()],
        "promql_expr_test": [
            {
                "expr": f'count({firing},severity="{severity}"}}) or vector(0)',
                "eval_time": case.at,
                "exp_samples": [{"labels": "{}", "value": case.severities.count(severity)}],
            }
            for severity in ("critical", "warning", "info")
        ],
    }


def promtool(*arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    if PROMTOOL is None:
        missing = "promtool (Debian's package `prometheus`) is not installed"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return subprocess.run(
        [PROMTOOL, *arguments], cwd=at, capture_output=True, text=True, check=False
    )


def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps({"groups": groups()}))
    checked = promtool("check", "rules", "rules.json", at=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_alerts_fire_when_they_should_and_only_then(tmp_path: Path) -> None:
    """Each beside what is recorded for it, and apart from the others, which would take minutes."""
    files = []
    for name, step in sorted({(case.alert, case.step) for case in CASES}):
        asked = " ".join(each["expr"] for each in alerts() if each["alert"] == name)
        own = [
            {"name": group["name"], "rules": kept}
            for group in groups()
            if (
                kept := [
                    rule
                    for rule in group["rules"]
                    if rule.get("alert") == name or rule.get("record", "-") in asked
                ]
            )
        ]
        (tmp_path / f"{name}.json").write_text(json.dumps({"groups": own}))
        cases = [each for each in CASES if (each.alert, each.step) == (name, step)]
        tests = {
            "rule_files": [f"{name}.json"],
            "evaluation_interval": step,
            "tests": [as_promtool_has_it(case) for case in cases],
        }
        files.append(f"{name}-{step}.test.json")
        (tmp_path / files[-1]).write_text(json.dumps(tests))
    ran = promtool("test", "rules", *files, at=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_alert_is_seen_to_fire_in_each_severity_and_not_to() -> None:
    silent = {case.alert for case in CASES if not case.severities}
    fired = {(case.alert, each) for case in CASES for each in case.severities}
    shipped = {(each["alert"], each["labels"]["severity"]) for each in alerts()}
    assert fired == shipped
    assert silent == {name for name, _ in shipped}
