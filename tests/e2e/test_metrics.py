"""Rules and panels ask for what running services tell; what they tell is about nobody."""

import re

import pytest

from shared.contracts.system import SERVICES
from tests.support.alerting import OF_OTHERS, RUNBOOKS, matchers, metrics_in, queries, rules
from tests.support.client import Client
from tests.support.scraping import Sample, names, samples

TARGET = {"namespace", "job", "pod", "service"}
"""Labels that Prometheus gives what it scrapes (deploy/k8s/components/monitoring/monitors.yaml)."""
SPLIT = {"role": {"api", "worker"}}
"""What differs in production, where the roles are processes of their own."""
ABOUT_OURS = {
    "service", "role", "version", "revision", "state", "producer", "look", "witness", "authority",
    "kind", "outcome", "method", "route", "status", "le",
}  # fmt: skip
"""All labels that our metrics may have. None is a person, a team or a record, and one more is a
decision (ADR 21)."""


@pytest.fixture(scope="module")
def scraped(client: Client) -> dict[str, str]:
    person = client.service_user()
    client.countersign(client.note(person))
    return {service: client.get(service, "/metrics").body for service in SERVICES}


@pytest.fixture(scope="module")
def told(scraped: dict[str, str]) -> list[Sample]:
    return [sample for text in scraped.values() for sample in samples(text)]


def test_every_metric_that_is_asked_for_exists(scraped: dict[str, str]) -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    exist = set(names(scraped.values())) | OF_OTHERS | recorded
    missing = {where: metrics_in(query) - exist for where, query in queries().items()}
    assert {where: names for where, names in missing.items() if names} == {}


def test_no_metric_of_others_is_listed_that_nobody_asks_for() -> None:
    asked = {name for query in queries().values() for name in metrics_in(query)}
    assert asked >= OF_OTHERS


def test_every_label_that_is_asked_for_exists(told: list[Sample]) -> None:
    for where, query in queries().items():
        for asked in matchers(query):
            ours = [each for each in told if each.name == asked.metric]
            if not ours or asked.label in TARGET:
                continue
            values = {each.labels.get(asked.label, "") for each in ours} | SPLIT.get(
                asked.label, set()
            )
            assert values != {""}, f"{where} asks {asked.metric} for {asked.label}"
            wanted = asked.value.split("|") if asked.operator == "=~" else [asked.value]
            if asked.operator in ("=", "!=", "=~") and not re.search(r"[.*+]", asked.value):
                assert set(wanted) <= values, f"{where} asks {asked.metric} for {asked.value}"


def test_metrics_are_about_nobody(told: list[Sample]) -> None:
    ours = [each for each in told if each.name.startswith(("countersign_", "http_server_"))]
    assert len({each.name for each in ours}) > 30
    assert {label for each in ours for label in each.labels} <= ABOUT_OURS
    values = {value for each in ours for value in each.labels.values()}
    assert not [each for each in values if re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", each)]
    assert not values & {"north-cmht", "south-cmht", "str-worker-1", "nurse-1"}


def test_every_service_tells_what_all_have(scraped: dict[str, str]) -> None:
    of_all = {
        "countersign_build_info", "countersign_broker_connected", "countersign_database_reachable",
        "countersign_migrations_current", "countersign_outbox_age_seconds",
        "countersign_outbox_events", "countersign_horizon_age_seconds", "countersign_parked_events",
        "countersign_events_appended_total", "countersign_commit_duration_seconds_count",
        "countersign_worker_leads", "countersign_relay_state", "countersign_consumer_pending",
        "countersign_consumer_behind_seconds", "countersign_clock_offset_seconds",
        "countersign_issuer_keys_age_seconds", "countersign_database_pool_waiting",
    }  # fmt: skip
    for service, text in scraped.items():
        assert of_all <= {each.name for each in samples(text)}, service


def test_runbook_pages_ask_for_what_exists(client: Client, scraped: dict[str, str]) -> None:
    served = {
        re.sub(r"\{\w+\}", "{}", path)
        for service in SERVICES
        for path, operations in client.get(service, "/openapi.json").body["paths"].items()
        if "get" in operations
    }
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    exist = set(names(scraped.values())) | OF_OTHERS | recorded
    exist |= {"kubelet_volume_stats_available_bytes", "process_resident_memory_bytes"}
    for page in RUNBOOKS.glob("*.md"):
        text = page.read_text()
        for path in re.findall(r"GET (/v1/[\w/{}-]+)", text):
            assert re.sub(r"\{\w+\}", "{}", path) in served, f"{page.name}: {path}"
        for block in re.findall(r"```promql\n(.*?)```", text, re.DOTALL):
            queried = metrics_in(re.sub(r"#.*", "", block))
            assert queried, page.name
            assert queried <= exist, f"{page.name}: {queried - exist}"
