"""Each alert has its page and each page its alert; the dashboard is one that Grafana takes."""

import re
from collections import Counter

import pytest

from tests.support.alerting import (
    RUNBOOKS,
    alerts,
    dashboard,
    matchers,
    metrics_in,
    panels,
)

SEVERITIES, WHOM = {"critical", "warning", "info"}, {"it", "clinical", "information_governance"}
HEADINGS = ["## What it means", "## First", "## Then", "## It is over when"]
NAMES = sorted({alert["alert"] for alert in alerts()})


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    pages = {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"}
    assert pages == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_to_do(name: str) -> None:
    page = (RUNBOOKS / f"{name}.md").read_text()
    assert page.startswith(f"# {name}\n")
    assert [line for line in page.splitlines() if line.startswith("## ")] == HEADINGS
    for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page):
        if not link.startswith("https://"):
            assert (RUNBOOKS / link).resolve().exists(), f"{name} links to {link}"


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_says_for_whom_it_is_and_where_its_page_is(name: str) -> None:
    for alert in (each for each in alerts() if each["alert"] == name):
        assert alert["labels"]["severity"] in SEVERITIES
        assert alert["labels"]["whom"] in WHOM
        said = alert["annotations"]
        assert said["runbook_url"] == f"docs/runbooks/alerts/{name}.md"
        assert said["summary"]
        assert said["description"]


def test_severities_of_one_alert_differ() -> None:
    seen = Counter((each["alert"], each["labels"]["severity"]) for each in alerts())
    assert set(seen.values()) == {1}


def test_the_dashboard_can_be_loaded() -> None:
    found = dashboard()
    assert found["uid"] == "countersign"
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids))
    titles = [panel["title"] for panel in panels()]
    assert len(titles) == len(set(titles))
    asked = {
        "Outbox lag", "Consumer lag", "Horizon age", "Ledger head age", "Dead letters",
        "Overdue countersignatures", "Errors of ours (5xx)", "Slowest 5 %", "Events recorded",
        "Witnesses", "Age of the last backup",
    }  # fmt: skip
    assert asked <= set(titles)
    for panel in panels():
        assert panel["type"] == "row" or panel["targets"]
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24


def test_panels_do_not_overlap() -> None:
    squares = Counter(
        (x, y)
        for place in (panel["gridPos"] for panel in panels())
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    )
    assert set(squares.values()) == {1}


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ('max by (service) (a_b{c="d_e"}) > 0', {"a_b"}),
        ("1 - sum(rate(a_sum[5m])) / sum(rate(b_count[1h]))", {"a_sum", "b_count"}),
        ('a:b:c_5m > 14.4 * 0.001\nand x{y=~"p|q"} or absent(z)', {"a:b:c_5m", "x", "z"}),
        ("time() - max by (a) (m) > 26 * 3600", {"m"}),
    ],
)
def test_what_a_query_asks_for_is_found(query: str, asked: set[str]) -> None:
    assert metrics_in(query) == asked


def test_what_a_query_matches_is_found() -> None:
    [one, other] = matchers('x{a="b", c!~"d|e"}')
    assert (one.metric, one.label, one.operator, one.value) == ("x", "a", "=", "b")
    assert (other.label, other.operator, other.value) == ("c", "!~", "d|e")
