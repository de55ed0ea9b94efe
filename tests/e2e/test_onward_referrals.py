"""Helping people to reach other agencies: the directory, consent, and what came of it."""

from typing import Any

import pytest

from tests.support.client import Client, day
from tests.support.elsewhere import ADVICE, acknowledged, agency, ended, onward
from tests.support.wait import until

PATH = "/v1/onward-referrals"


@pytest.fixture(scope="module", autouse=True)
def _advice(client: Client) -> None:
    assert agency(client).status in (200, 201)


def test_an_agency_is_entered_and_changed_and_its_versions_stay(client: Client) -> None:
    first = agency(client, "college", name="The college", kinds=["education"])
    assert (first.status, first.etag) == (201, '"1"')
    assert first.headers["location"] == "/v1/agencies/college"
    path = "/v1/agencies/college"
    body: dict[str, Any] = {"name": "North College", "kinds": ["education", "employment"]}
    refused = client.call("PUT", "referrals", path, "manager-1", body)
    assert (refused.status, refused.code) == (428, "if_match_required")
    second = agency(client, "college", **body)
    assert (second.status, second.etag, second.body["name"]) == (200, '"2"', "North College")
    stale = agency(client, "college", if_match='"1"', **body)
    assert (stale.status, stale.code) == (412, "version_changed")
    assert client.get("referrals", f"{path}?version=1", "str-worker-1").body == first.body
    assert client.get("referrals", path, "ehr-1").body == second.body
    assert client.get("referrals", f"{path}?version=3", "str-worker-1").status == 404
    assert client.get("referrals", "/v1/agencies/nobody", "str-worker-1").status == 404
    assert agency(client, "college", "str-worker-1").code == "role_not_permitted"


def test_the_directory_is_listed_by_kind_and_status(client: Client) -> None:
    for number in range(3):
        kinds = ["housing"] if number else ["housing", "benefits"]
        status = "closed" if number == 2 else "open"
        agency(client, f"housing-{number}", kinds=kinds, status=status)

    def listed(query: str) -> list[str]:
        items = client.every("referrals", f"/v1/agencies?limit=1&{query}", "str-worker-1")
        return [item["id"] for item in items]

    assert listed("kind=housing") == ["housing-0", "housing-1", "housing-2"]
    assert listed("kind=housing&status=open") == ["housing-0", "housing-1"]
    assert listed("kind=benefits") == ["housing-0"]


def test_from_consent_to_what_came_of_it(client: Client, person: str) -> None:
    made = onward(client, person, agency=None, agency_id=ADVICE, need="budgeting")
    assert made.status == 201, made.body
    assert made.headers["location"] == f"{PATH}/{made.body['id']}"
    shown = made.body
    assert shown["status"] == "made"
    assert shown["agency"] == {
        "id": ADVICE, "version": 1, "kind": "citizens_advice", "name": "North Advice",
    }  # fmt: skip
    assert shown["consent"] == {"basis": "consent", "given_on": day(), "reason": None}
    known = acknowledged(client, made, details="They will write.")
    assert (known.status, known.body["status"]) == (201, "acknowledged")
    assert known.body["acknowledgement"]["details"] == "They will write."
    again = acknowledged(client, known)
    assert (again.status, again.code) == (409, "already_acknowledged")
    waits = ended(client, known, outcome="on_their_waiting_list")
    helped = ended(client, waits, details="A plan to pay by instalments.")
    assert helped.body["status"] == "ended"
    assert helped.body["outcome"]["outcome"] == "support_received"
    assert [each["outcome"] for each in helped.body["outcomes"]] == [
        "on_their_waiting_list", "support_received",
    ]  # fmt: skip
    read = client.get("referrals", f"{PATH}/{made.body['id']}", "coordinator-1")
    assert (read.body, read.etag) == (helped.body, helped.etag)
    history = client.get("referrals", f"{PATH}/{made.body['id']}/history", "coordinator-1")
    assert [each["type"] for each in history.body["items"]] == [
        "onward-referral-made", "onward-referral-acknowledged",
        "onward-referral-outcome-recorded", "onward-referral-outcome-recorded",
    ]  # fmt: skip


def test_of_an_agency_of_several_kinds_one_can_be_meant(client: Client, person: str) -> None:
    to: dict[str, Any] = {"agency": None, "agency_id": ADVICE}
    assert onward(client, person, **to, agency_kind="debt_advice").body["agency"]["kind"] == (
        "debt_advice"
    )
    refused = onward(client, person, **to, agency_kind="gp")
    assert (refused.status, refused.code) == (422, "malformed")


def test_a_closed_agency_and_one_that_is_not_there(client: Client, person: str) -> None:
    agency(client, "gone", status="closed")
    refused = onward(client, person, agency=None, agency_id="gone")
    assert (refused.status, refused.code) == (409, "agency_closed")
    assert onward(client, person, agency=None, agency_id="nobody").status == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": False},
        {"consent": {"basis": "best_interests"}},
        {"consent": {"basis": "consent", "given_on": day(ago=-2)}},
        {"agency": None},
        {"agency_id": ADVICE},
        {"agency": {"name": "x", "kind": "nonsense"}},
        {"reason": " "},
        {"surprise": 1},
    ],
)
def test_what_is_malformed(client: Client, person: str, changes: dict[str, Any]) -> None:
    refused = onward(client, person, **changes)
    assert (refused.status, refused.code) == (422, "malformed")


def test_without_consent_one_says_how_to_go_on(client: Client, person: str) -> None:
    refused = onward(client, person, consent=False)
    assert "safeguarding" in str(refused.body["errors"])
    basis = {"basis": "safeguarding", "reason": "Is being cheated."}
    made = onward(client, person, consent=basis)
    assert made.body["consent"] == {**basis, "given_on": None}


def test_nothing_is_known_before_it_happens(client: Client, person: str) -> None:
    made = onward(client, person)
    assert acknowledged(client, made, acknowledged_on=day(ago=-2)).status == 422
    assert ended(client, made, known_on=day(ago=-2)).status == 422


def test_lists_of_a_person_and_of_a_team(client: Client) -> None:
    person, restricted = client.service_user(), client.service_user()
    made = onward(client, person, by="nurse-1")
    hidden = onward(client, restricted, by="nurse-1")
    client.restricted(restricted, named_staff=["nurse-1"])
    mine = client.get("referrals", f"{PATH}?service_user_id={person}", "nurse-1").body["items"]
    assert mine == [made.body]
    team = f"{PATH}?team_id=north-cmht&status=made&from={day(ago=1)}T00:00:00Z&limit=200"
    for by, seen in (("nurse-1", True), ("coordinator-1", False)):
        ids = {item["id"] for item in client.every("referrals", team, by)}
        assert made.body["id"] in ids
        assert (hidden.body["id"] in ids) is seen
    ended(client, made, by="nurse-1")
    assert made.body["id"] not in {i["id"] for i in client.every("referrals", team, "nurse-1")}
    refused = client.get("referrals", f"{PATH}/{hidden.body['id']}", "coordinator-1")
    assert (refused.status, refused.code) == (403, "no_relationship")


def test_who_is_not_tied_does_not_refer(client: Client, person: str) -> None:
    refused = onward(client, person, by="str-worker-9")
    assert (refused.status, refused.code) == (403, "no_relationship")
    assert onward(client, person, by="auditor-1").code == "role_not_permitted"


@pytest.mark.anyio
async def test_looks_are_recorded(client: Client) -> None:
    person = client.service_user()
    made = onward(client, person)
    path = f"{PATH}/{made.body['id']}"
    client.get("referrals", path, "nurse-1")
    client.get("referrals", f"{PATH}?service_user_id={person}", "nurse-1")
    looks = f"/v1/audit/events?service_user_id={person}&type=record-read&actor_id=nurse-1"

    def looked() -> set[str]:
        items = client.get("audit", looks, "auditor-1").body["items"]
        return {item["content"]["operation"] for item in items}

    await until(lambda: looked() == {"read_onward_referral", "list_onward_referrals"})
