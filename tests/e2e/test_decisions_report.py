"""Decisions by ethnicity over HTTP: small numbers are left out, and who looked is on record."""

from typing import Any

import pytest

from tests.support.client import Client
from tests.support.elsewhere import this_month
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM, MANAGER = "decisions-cmht", "decisions-manager"
PATH = f"/v1/reports/decisions?team_id={TEAM}&{this_month()}"


def _decided(client: Client, ethnicity: str | None, outcome: str, **decision: Any) -> str:
    person = client.service_user(by=MANAGER, team_id=TEAM, ethnicity=ethnicity)
    referral = client.referral(person, by=MANAGER)
    path = f"/v1/referrals/{referral.body['id']}/decisions"
    body = {"outcome": outcome, "rationale": "As it should be.", **decision}
    made = client.post("referrals", path, MANAGER, body, if_match=referral.etag)
    assert made.status == 201, made.body
    return person


async def test_decisions_by_ethnicity(client: Client) -> None:
    client.tokens[MANAGER] = signed(client, sub=MANAGER, roles=["team_manager"], teams=[TEAM])
    people = {_decided(client, "A", "accepted") for _ in range(6)}
    people |= {_decided(client, "J", "accepted") for _ in range(5)}
    declined = {"outcome": "declined", "reason_code": "no_capacity"}
    people |= {_decided(client, "A", **declined) for _ in range(7)}
    people |= {_decided(client, "J", **declined) for _ in range(2)}
    people |= {_decided(client, None, "accepted") for _ in range(5)}

    report = client.get("referrals", PATH, MANAGER)
    assert report.status == 200, report.body
    assert report.body["total"] == {"count": 25, "suppressed": False}
    groups = {group["ethnicity"]: group for group in report.body["ethnicities"]}
    accepted, _, of_a = groups["A"]["outcomes"][:3]
    assert of_a["outcome"] == "declined"
    assert (groups["J"]["outcomes"][2]["count"], groups["J"]["outcomes"][2]["suppressed"]) == (
        None, True,
    )  # fmt: skip
    assert of_a["suppressed"] or report.body["outcomes"][2]["suppressed"]
    assert accepted["outcome"] == "accepted"
    assert groups["not_recorded"]["count"] == 5
    assert groups["B"] == groups["C"] | {"ethnicity": "B"}
    assert client.get("referrals", PATH, "ig-lead-1").body == report.body
    for by, code in (("manager-9", "no_relationship"), ("auditor-1", "role_not_permitted")):
        assert client.get("referrals", PATH, by).code == code

    reads = f"/v1/audit/events?actor_id={MANAGER}&type=record-read&limit=200"

    def looked() -> list[set[str]]:
        items = client.get("audit", reads, "auditor-1").body["items"]
        return [
            set(item["content"]["service_user_ids"])
            for item in items
            if item["content"]["operation"] == "read_decisions_report"
        ]

    await until(lambda: looked() == [people])


@pytest.mark.parametrize("report", ["decisions", "unmet-needs"])
@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("from=2026-01-02&to=2026-01-31", "whole months"),
        ("from=2026-01-01&to=2026-01-30", "whole months"),
        ("from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", ""),
        ("from=2026-01-01&to=2027-06-30", "a year at most"),
        ("from=2026-01-01", ""),
    ],
)
async def test_reports_are_of_whole_months(
    client: Client, report: str, period: str, message: str
) -> None:
    refused = client.get("referrals", f"/v1/reports/{report}?{period}", "ig-lead-1")
    assert (refused.status, refused.code) == (422, "malformed")
    assert message in str(refused.body)
