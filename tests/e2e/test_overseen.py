"""What auditors and IG leads ask about a team's supervision is on record, whatever the list, and an
IG lead who has left asks nothing."""

from typing import Any

import pytest

from tests.support.client import Client
from tests.support.supervising import agreed, group_held, introduced
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM, WORKER, SUPERVISOR = "overseen-cmht", "overseen-1", "overseen-supervisor"
LISTS = {
    "list_agreements": "/v1/supervision/agreements",
    "list_sessions": "/v1/supervision/sessions",
    "list_group_supervisions": "/v1/supervision/group-sessions",
    "list_development_plans": "/v1/supervision/development-plans",
    "list_learning": "/v1/learning",
    "list_issues": "/v1/supervision/issues",
    "read_compliance": "/v1/supervision/compliance",
    "read_chart": "/v1/supervision/chart",
}


@pytest.fixture(scope="module")
def group(client: Client) -> str:
    """A group session; returns its path."""
    introduced(client, WORKER, "str_worker", TEAM)
    introduced(client, SUPERVISOR, "supervisor", TEAM)
    agreement = agreed(client, WORKER, SUPERVISOR, kind="peer")
    assert agreement.status == 201, agreement.body
    attendance = [{"agreement_id": agreement.body["id"], "attended": True}]
    made = group_held(client, SUPERVISOR, attendance)
    assert made.status == 201, made.body
    return f"{LISTS['list_group_supervisions']}/{made.body['id']}"


@pytest.mark.parametrize("by", ["auditor-1", "ig-lead-1"])
async def test_each_look_is_on_record(client: Client, group: str, by: str) -> None:
    for path in LISTS.values():
        found = client.get("supervision", f"{path}?team_id={TEAM}", by)
        assert found.status == 200, (path, found.body)
    assert client.get("supervision", group, by).status == 200

    def looks() -> dict[str, dict[str, Any]]:
        asked = f"/v1/audit/events?type=record-read&actor_id={by}&team_id={TEAM}"
        found = client.every("audit", asked, "ig-lead-1")
        return {each["content"]["operation"]: each["content"] for each in found}

    await until(lambda: looks().keys() == {*LISTS, "read_group_supervision"})
    told = looks()
    assert {each["basis"] for each in told.values()} == {
        "engagement" if by == "auditor-1" else "governance"
    }
    assert told["list_agreements"]["returned"] == told["list_group_supervisions"]["returned"] == 1
    one = told["read_group_supervision"]["resource"]
    assert one == f"group-supervision/{group.rpartition('/')[2]}"


async def test_who_looks_at_their_own_or_their_teams_is_not(client: Client, group: str) -> None:
    manager = introduced(client, "overseen-manager", "team_manager", TEAM)
    for by, query in ((SUPERVISOR, ""), (manager, f"?team_id={TEAM}")):
        for operation in ("list_agreements", "list_group_supervisions"):
            assert client.get("supervision", f"{LISTS[operation]}{query}", by).status == 200
        assert client.get("supervision", group, by).status == 200
    # Something that is on record comes after all that.
    assert client.get("supervision", f"{LISTS['list_sessions']}?team_id={TEAM}", manager).body

    def looks(by: str) -> list[str]:
        asked = f"/v1/audit/events?type=record-read&actor_id={by}"
        found = client.every("audit", asked, "ig-lead-1")
        return [each["content"]["operation"] for each in found]

    await until(lambda: looks(manager) == ["list_sessions"])
    assert looks(SUPERVISOR) == []


async def test_who_has_left_oversees_nothing(client: Client, group: str) -> None:
    left = introduced(client, "overseen-left", "ig_lead", TEAM, status="left")
    for path in LISTS.values():
        refused = client.get("supervision", f"{path}?team_id={TEAM}", left)
        assert (refused.status, refused.code) == (403, "no_relationship"), path
    refused = client.get("supervision", group, left)
    assert (refused.status, refused.code) == (403, "no_relationship")
    for own in ("list_agreements", "list_sessions"):
        refused = client.get("supervision", f"{LISTS[own]}?worker_id={left}", left)
        assert (refused.status, refused.code) == (403, "not_yours"), own
