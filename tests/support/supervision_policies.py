"""Supervision policies as a test puts them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.client import Answer, Client, Json
from tests.support.tokens import manager

BASE = "/v1/policies/supervision"
REVIEW_ON = (datetime.now(UTC) + timedelta(days=180)).date().isoformat()
COMMITTEE: Json = {"committee_reference": "SC 2026/4", "review_on": REVIEW_ON}


def put(client: Client, team_id: str, by: str, **rules: Any) -> Answer:
    """On the version that the team has, or on `if_match`."""
    path = f"{BASE}/{team_id}"
    if_match = rules.pop("if_match", None) or client.get("supervision", path, by).etag
    return client.call("PUT", "supervision", path, by, rules, if_match=if_match)


def decide(client: Client, team_id: str, by: str, version: int, **body: str) -> Answer:
    path = f"{BASE}/{team_id}/approvals"
    return client.post("supervision", path, by, body, if_match=f'"{version}"')


def every_decision(client: Client) -> None:
    """A proposal that is declined, and one that is approved."""
    by = manager(client, "every-supervision-manager", "every-supervision-cmht")
    for decision in ("declined", "approved"):
        made = put(client, "every-supervision-cmht", by, target_percent=90, **COMMITTEE)
        said = {"decision": decision, "reason": "As minuted."}
        done = decide(client, "every-supervision-cmht", "ig-lead-1", made.body["version"], **said)
        assert done.status == 201, done.body
