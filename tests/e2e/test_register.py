"""The workforce register: who changes an entry, and who takes someone on."""

from typing import Any

import pytest

from tests.support.client import Answer, Client, entry
from tests.support.confiding import SAFEGUARDING
from tests.support.stack import NMC
from tests.support.tokens import manager
from tests.support.workforce import put_all, row

pytestmark = pytest.mark.anyio
NORTH, SOUTH = "north-cmht", "south-cmht"
FORGED = [{"body": "NMC", "number": "99Z9999E"}]


def _changed(client: Client, made: Answer, by: str, **changes: Any) -> Answer:
    """The entry put again by someone, as it stands but for `changes`."""
    staff_id = made.body["staff_id"]
    now = client.get("supervision", f"/v1/workers/{staff_id}", "nurse-1")
    return client.put_worker(staff_id, by, **{**entry(now), **changes}, if_match=now.etag)


def _refused(answer: Answer) -> bool:
    return (answer.status, answer.code) == (403, "not_your_team")


@pytest.mark.parametrize(
    "changes",
    [
        {"registrations": []},
        {"registrations": FORGED},
        {"line_manager_id": "manager-9"},
        {"teams": [SOUTH]},
        {"teams": []},
        {"status": "left"},
        {"teams": [NORTH, SOUTH], "registrations": FORGED},
        {"teams": [NORTH, SOUTH], "line_manager_id": "manager-9"},
        {"teams": [NORTH, SOUTH, "west-cmht"]},
    ],
)
async def test_a_manager_of_another_team_rewrites_nobody(
    client: Client, changes: dict[str, Any]
) -> None:
    nurse = client.get("supervision", "/v1/workers/nurse-1", "manager-1")
    assert _refused(_changed(client, nurse, "manager-9", **changes))
    after = client.get("supervision", "/v1/workers/nurse-1", "manager-1")
    assert (after.body, after.etag) == (nurse.body, nurse.etag)


async def test_an_unregistered_worker_is_given_no_registration_by_another_team(
    client: Client,
) -> None:
    worker = client.get("supervision", "/v1/workers/str-worker-1", "manager-1")
    assert _refused(_changed(client, worker, "manager-9", registrations=FORGED))
    assert _changed(client, worker, "manager-1").etag == worker.etag


async def test_a_manager_takes_someone_on_and_lets_them_go_again(client: Client) -> None:
    made = client.put_worker("nurse-81", level=None, registrations=NMC)
    both = _changed(client, made, "manager-9", teams=[NORTH, SOUTH])
    assert (both.status, both.body["teams"]) == (200, [NORTH, SOUTH]), both.body
    assert both.body == {**made.body, "version": 2, "teams": [NORTH, SOUTH]}
    assert _refused(_changed(client, made, "manager-9", teams=[SOUTH]))
    back = _changed(client, made, "manager-9", teams=[NORTH])
    assert (back.status, back.body["teams"]) == (200, [NORTH]), back.body
    assert _refused(_changed(client, made, "manager-9", registrations=[]))


async def test_a_manager_changes_and_hands_over_their_own(client: Client) -> None:
    made = client.put_worker("str-worker-82", level=None)
    changes: dict[str, Any] = {"registrations": NMC, "line_manager_id": "supervisor-1", "band": 6}
    changed = _changed(client, made, "manager-1", **changes)
    assert changed.status == 200, changed.body
    assert changed.body["line_manager_id"] == "supervisor-1"
    assert _refused(_changed(client, made, "manager-1", teams=[NORTH, SOUTH]))
    assert _changed(client, made, "manager-1", teams=[SOUTH]).status == 200
    assert _refused(_changed(client, made, "manager-1", band=3))
    assert _changed(client, made, "manager-9", band=3).status == 200


async def test_who_is_in_no_team_is_taken_on(client: Client) -> None:
    made = client.put_worker("nurse-83", level=None, registrations=NMC, status="left")
    assert _changed(client, made, "manager-9", band=7).status == 200
    assert _refused(_changed(client, made, "manager-9", status="active"))
    back = _changed(client, made, "manager-9", status="active", teams=[SOUTH], band=5)
    assert (back.status, back.body["teams"], back.body["band"]) == (200, [SOUTH], 5), back.body
    assert _refused(_changed(client, made, "manager-1", status="left"))
    assert _changed(client, made, "manager-9", teams=[]).status == 200
    assert _refused(_changed(client, made, "manager-9", teams=[NORTH]))
    assert _changed(client, made, "manager-1", teams=[NORTH], name="Nurse 83").status == 200


async def test_nobody_is_put_into_the_safeguarding_team_but_by_its_own_managers(
    client: Client,
) -> None:
    for teams in ([SAFEGUARDING], [NORTH, SAFEGUARDING]):
        assert _refused(client.put_worker("nurse-86", teams=teams))
        [item] = put_all(client, row("nurse-86", teams=teams), by="manager-1").body["items"]
        assert (item["status"], item["error"]["code"]) == (403, "not_your_team")
    assert client.get("supervision", "/v1/workers/nurse-86", "manager-1").status == 404
    made = client.put_worker("nurse-86")
    assert _refused(_changed(client, made, "manager-1", teams=[SAFEGUARDING]))
    changed = {**entry(made), "staff_id": "nurse-86", "version": 1, "teams": [SAFEGUARDING]}
    [item] = put_all(client, changed, by="manager-1").body["items"]
    assert (item["status"], item["error"]["code"]) == (403, "not_your_team")
    left = client.put_worker("nurse-87", teams=[SAFEGUARDING], status="left")
    assert left.status == 201, "who has left is in no team"
    back = {"status": "active", "left_on": None}
    assert _refused(_changed(client, left, "manager-1", **back, teams=[NORTH, SAFEGUARDING]))

    lead = manager(client, "manager-safeguarding", SAFEGUARDING)
    both = _changed(client, made, lead, teams=[NORTH, SAFEGUARDING])
    assert (both.status, both.body["teams"]) == (200, [NORTH, SAFEGUARDING]), both.body
    assert _changed(client, made, "manager-1", band=5).status == 200, "who is in it already stays"
    assert client.put_worker("nurse-88", lead, teams=[SAFEGUARDING]).status == 201
    assert client.put_worker("nurse-89", "ehr-1", teams=[SAFEGUARDING]).status == 201
    assert _changed(client, left, "ehr-1", **back).status == 200


async def test_the_hr_feed_changes_anyone(client: Client) -> None:
    made = client.put_worker("nurse-84", level=None, registrations=NMC)
    moved = _changed(client, made, "ehr-1", teams=[SOUTH], registrations=[])
    assert moved.status == 200, moved.body


async def test_the_same_again_records_nothing(client: Client) -> None:
    made = client.put_worker("nurse-85", level=None, registrations=NMC)
    for by in ("manager-1", "manager-9", "ehr-1"):
        assert _changed(client, made, by).etag == made.etag
