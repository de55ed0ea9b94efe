"""Who is on duty: set by a manager of the team, read by all staff."""

import pytest

from tests.support.client import Answer, Client, moment, shift
from tests.support.tokens import manager, signed

pytestmark = pytest.mark.anyio


async def test_a_rota_is_set_up_and_replaced(client: Client) -> None:
    by = manager(client, "manager-rota", "rota-cmht")
    past, now = shift("nurse-9", -10, -2), shift("nurse-9", -1, 3)
    later = shift("str-worker-9", 3, 11)
    first = client.on_duty("rota-cmht", [later, past, now], by)
    assert (first.status, first.etag) == (201, '"1"')
    assert first.headers["location"] == "/v1/duty/rota-cmht"
    assert [each["staff_id"] for each in first.body["shifts"]] == [
        "nurse-9", "nurse-9", "str-worker-9",
    ]  # fmt: skip
    assert first.body["on_duty"] == ["nurse-9"]

    shown = client.get("supervision", "/v1/duty/rota-cmht", "str-worker-1")
    assert (shown.status, shown.etag) == (200, '"1"')
    assert shown.body["on_duty"] == ["nurse-9"]
    assert len(shown.body["shifts"]) == 2, "what is over isn't shown"
    at = {"at": moment(hours_ago=-4)}
    then = client.get("supervision", "/v1/duty/rota-cmht", "str-worker-1", params=at).body
    assert then["on_duty"] == ["str-worker-9"]
    before = {"at": moment(hours_ago=5)}
    then = client.get("supervision", "/v1/duty/rota-cmht", "nurse-1", params=before).body
    assert len(then["shifts"]) == 3

    body = {"shifts": [now]}
    put = ("PUT", "supervision", "/v1/duty/rota-cmht", by, body)
    assert client.call(*put).code == "if_match_required"
    assert client.call(*put, if_match='"7"').code == "version_changed"
    replaced = client.call(*put, if_match='"1"')
    assert (replaced.status, replaced.etag) == (200, '"2"')
    assert [each["staff_id"] for each in replaced.body["shifts"]] == ["nurse-9"]
    same = client.call(*put, if_match='"2"')
    assert (same.status, same.etag) == (200, '"2"')


async def test_what_a_rota_refuses(client: Client) -> None:
    on = shift("nurse-1", 1, 9)
    elsewhere = client.on_duty("north-crisis", [on], "manager-1")
    assert (elsewhere.status, elsewhere.code) == (403, "not_your_team")
    assert client.on_duty("north-cmht", [on], "nurse-1").code == "role_not_permitted"
    for shifts in (
        [shift("nurse-1", 9, 1)],
        [shift("nurse-1", 0, 25)],
        [on, shift("nurse-1", 8, 12)],
        [{**on, "from": "2026-11-20T10:15:00"}],
    ):
        refused = client.on_duty("north-cmht", shifts)
        assert (refused.status, refused.code) == (422, "malformed")
    unknown = client.on_duty("north-cmht", [on, shift("nobody-1", 1, 9)])
    assert (unknown.status, unknown.code) == (409, "worker_not_registered")
    assert unknown.body["staff_ids"] == ["nobody-1"]
    nothing = client.get("supervision", "/v1/duty/no-such-team", "nurse-1")
    assert (nothing.status, nothing.code) == (404, "not_found")
    assert client.get("supervision", "/v1/duty/north-cmht", "ehr-1").code == "role_not_permitted"
    path = "/v1/duty/north-cmht?at=2026-11-20T10:15:00"
    assert client.get("supervision", path, "nurse-1").status == 422


async def test_whose_team_it_is_says_the_register_before_the_token(client: Client) -> None:
    made = client.put_worker("manager-7", level=None, teams=["east-cmht"])
    assert made.status == 201
    token = signed(client, sub="manager-7", roles=["team_manager"], teams=["north-cmht"])
    headers = {"Authorization": f"Bearer {token}"}

    def put(team_id: str, if_match: str | None = None) -> Answer:
        path, body = f"/v1/duty/{team_id}", {"shifts": [shift("nurse-1", 1, 9)]}
        return client.call(
            "PUT", "supervision", path, json=body, headers=headers, if_match=if_match
        )

    assert put("north-cmht").code == "not_your_team"
    early = put("east-cmht", if_match='"1"')
    assert (early.status, early.code) == (412, "version_changed")
    assert put("east-cmht").status == 201


async def test_who_has_left_is_on_no_rota(client: Client) -> None:
    assert client.put_worker("nurse-5", level=None, status="left").status == 201
    refused = client.on_duty("north-cmht", [shift("nurse-5", 1, 9)])
    assert (refused.status, refused.code) == (409, "worker_not_registered")
