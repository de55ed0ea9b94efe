"""The chart of who supervises whom in a team, as data and as a picture."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as Xml

import pytest

from shared.kernel.days import local_day
from tests.support.client import Client
from tests.support.supervising import agreed, introduced
from tests.support.tokens import manager, signed

pytestmark = pytest.mark.anyio
TEAM, HARBOUR = "chart-cmht", "Harbour Housing Association"
PATH = f"/v1/supervision/chart?team_id={TEAM}"
BOSS, SVG = "chart-manager", "image/svg+xml"
ROLES = {
    "chart-both": "both",
    "chart-lead": "supervisor",
    "chart-mentor": "supervisor",
    "chart-new": "unsupervised",
    "chart-worker": "worker",
}


@pytest.fixture(scope="module")
def charted(client: Client) -> Client:
    introduced(client, "chart-lead", "supervisor", TEAM, level=None, job_title="Team lead")
    introduced(client, "chart-nurse", "registered_practitioner", TEAM, level=None)
    introduced(client, "chart-mentor", "str_worker", "harbour", employer=HARBOUR, level="senior")
    for staff_id in ("chart-both", "chart-new", "chart-worker"):
        introduced(client, staff_id, "str_worker", TEAM, name=f"{staff_id} <&>")
    manager(client, BOSS, TEAM)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for worker, supervisor, changes in (
        ("chart-both", "chart-lead", {}),
        ("chart-worker", "chart-both", {"kind": "peer", "interval_weeks": 4}),
        ("chart-worker", "chart-mentor", {"kind": "ad_hoc", "interval_weeks": None}),
        ("chart-new", "chart-lead", {"starts_on": tomorrow}),
    ):
        made = agreed(client, worker, supervisor, by=BOSS, **changes)
        assert made.status == 201, made.body
    return client


def today() -> date:
    return local_day(datetime.now(UTC))


async def test_it_names_who_supervises_whom_and_for_what(charted: Client) -> None:
    found = charted.get("supervision", PATH, "chart-worker")
    assert found.status == 200, found.body
    shown = {node["staff_id"]: node for node in found.body["nodes"]}
    assert {staff_id: node["role_in_chart"] for staff_id, node in shown.items()} == ROLES
    assert shown["chart-mentor"] == {
        "staff_id": "chart-mentor", "name": "chart mentor", "job_title": "STR worker",
        "employer": HARBOUR, "level": "senior", "at_work": True, "role_in_chart": "supervisor",
    }  # fmt: skip
    links = [
        tuple(link[name] for name in ("supervisor_id", "worker_id", "kind", "interval_weeks"))
        for link in found.body["links"]
    ]
    assert links == [
        ("chart-both", "chart-worker", "peer", 4),
        ("chart-lead", "chart-both", "developmental", 6),
        ("chart-mentor", "chart-worker", "ad_hoc", None),
    ]
    assert {link["since"] for link in found.body["links"]} == {today().isoformat()}
    assert (found.body["team_id"], found.body["on"]) == (TEAM, today().isoformat())


async def test_it_is_a_picture_if_one_is_asked_for(charted: Client) -> None:
    by_format = charted.get("supervision", f"{PATH}&format=svg", BOSS)
    by_header = charted.get("supervision", PATH, BOSS, headers={"Accept": SVG})
    both = charted.get("supervision", PATH, BOSS, headers={"Accept": f"application/json, {SVG}"})
    assert both.headers["content-type"] == "application/json"
    assert by_format.body == by_header.body
    assert by_format.headers["content-type"] == by_header.headers["content-type"] == SVG
    assert by_format.headers["content-security-policy"].startswith("default-src 'none'")
    assert by_header.headers["vary"] == "Accept"
    root = Xml.fromstring(by_format.body)  # noqa: S314 - it is our own
    said = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"chart-worker <&>", HARBOUR, "peer, every 4 weeks", "ad hoc, as needed"} <= {*said}
    refused = charted.get("supervision", f"{PATH}&format=png", BOSS)
    assert refused.status == 422


async def test_who_leaves_is_in_it_only_while_they_supervise(charted: Client) -> None:
    team = "chart-leaving-cmht"
    boss = manager(charted, "chart-leaving-manager", team)
    introduced(charted, "chart-goes", "supervisor", team, level=None)
    introduced(charted, "chart-stays", "str_worker", team)
    introduced(charted, "chart-went", "str_worker", team)
    for worker in ("chart-stays", "chart-went"):
        assert agreed(charted, worker, "chart-goes", by=boss).status == 201
    for staff_id in ("chart-goes", "chart-went"):
        left = charted.put_worker(
            staff_id, "ehr-1", teams=[team], status="left", if_match='"1"', level=None
        )
        assert left.status == 200, left.body
    found = charted.get("supervision", f"/v1/supervision/chart?team_id={team}", boss).body
    assert {node["staff_id"]: node["at_work"] for node in found["nodes"]} == {
        "chart-goes": False,
        "chart-stays": True,
    }


async def test_other_teams_are_refused_and_who_reads_for_all_names_one(charted: Client) -> None:
    other = manager(charted, "chart-outsider", "elsewhere-cmht")
    assert charted.get("supervision", PATH, other).code == "no_relationship"
    for by in ("ig-lead-1", "auditor-1"):
        assert charted.get("supervision", PATH, by).status == 200
        assert charted.get("supervision", "/v1/supervision/chart", by).status == 422


async def test_an_engagement_without_identities_shows_no_names(charted: Client) -> None:
    auditor = "chart-auditor"
    charted.tokens[auditor] = signed(charted, sub=auditor, roles=["auditor"], exp=2_000_000_000)
    assert charted.get("supervision", PATH, auditor).code == "no_engagement"
    terms = {
        "auditor_id": auditor,
        "purpose": "An audit of supervision.",
        "approver_id": "ig-lead-2",
        "teams": [TEAM],
        "ends_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
    }
    assert charted.post("audit", "/v1/audit/engagements", "ig-lead-1", terms).status == 201
    found = charted.get("supervision", PATH, auditor)
    assert {node["staff_id"]: node["name"] for node in found.body["nodes"]} == dict.fromkeys(ROLES)
    assert "<&>" not in charted.get("supervision", f"{PATH}&format=svg", auditor).body
