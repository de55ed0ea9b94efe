"""Another system follows a service's events: in order, from where it left off, with what it may
know, and every look on record."""

import asyncio
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.support.client import Answer, Client, Json
from tests.support.confiding import disclosed, recorded, untold
from tests.support.issues import NAMED as OF_ISSUES
from tests.support.issues import life_of_an_issue, staff
from tests.support.stack import NMC
from tests.support.supervising import introduced
from tests.support.wait import until

SERVICES = ("notes", "referrals", "supervision", "audit")


def _page(client: Client, service: str, query: str = "", by: str = "ehr-1") -> Answer:
    return client.get(service, f"/v1/feeds/{service}{query}", by)


def _end(client: Client, service: str) -> str:
    """A cursor after everything that has happened so far."""
    cursor = ""
    while True:
        page = _page(client, service, f"?limit=200&wait=0{cursor}").body
        cursor = f"&after={page['next_cursor']}"
        if not page["items"]:
            return str(page["next_cursor"])


def _come(look: Callable[[], list[Json]], at_least: int = 1) -> list[Json]:
    """What is there once enough of it is."""
    found: list[Json] = []

    def enough() -> bool:
        found[:] = look()
        return len(found) >= at_least

    asyncio.run(until(enough))
    return found


def _since(client: Client, service: str, cursor: str, more: str = "") -> list[Json]:
    items: list[Json] = _page(client, service, f"?wait=0&after={cursor}{more}").body["items"]
    return items


def test_a_referrer_is_told_of_the_decision(client: Client) -> None:
    """HB 5.10: the reason goes to the referrer."""
    after = _end(client, "referrals")
    person = client.service_user()
    client.allocated(person, "str-worker-1")
    items = _come(lambda: _since(client, "referrals", after), 4)
    assert [each["type"].split(".")[2] for each in items] == [
        "service-user-registered", "referral-received", "referral-decided", "referral-allocated",
    ]  # fmt: skip
    decided = items[2]
    assert decided["data"]["rationale"] == "Fits the team."
    assert decided["specversion"] == "1.0"
    assert decided["subject"] == person
    assert decided["resource"] == items[1]["resource"]
    assert all(int(a["position"]) < int(b["position"]) for a, b in pairwise(items))
    only = _since(client, "referrals", after, "&types=referral-decided,referral-closed")
    assert only == [decided]


def test_pages_follow_one_another_and_miss_nothing(client: Client) -> None:
    after = _end(client, "referrals")
    people = [client.service_user() for _ in range(5)]
    _come(lambda: _since(client, "referrals", after), 5)
    found: list[str] = []
    for _ in range(3):
        page = _page(client, "referrals", f"?limit=2&wait=0&after={after}").body
        found += [each["subject"] for each in page["items"]]
        after = page["next_cursor"]
    assert found == people
    assert _since(client, "referrals", after) == []


def test_it_waits_for_the_next_event(client: Client) -> None:
    after = _end(client, "referrals")
    answers: list[Answer] = []
    query = f"?after={after}&types=service-user-registered"
    waiting = threading.Thread(target=lambda: answers.append(_page(client, "referrals", query)))
    waiting.start()
    person = client.service_user()
    waiting.join(timeout=30)
    assert [each["subject"] for each in answers[0].body["items"]] == [person]


def test_looks_are_recorded_and_not_fed(client: Client, person: str) -> None:
    after = _end(client, "notes")
    client.note(person)
    [item] = _come(lambda: _since(client, "notes", after, "&types=note-recorded"))
    assert item["data"]["account"]["narrative"]
    assert "salt" not in item["data"]

    def recorded() -> list[Json]:
        path = f"/v1/audit/service-users/{person}/accesses"
        looks = client.get("audit", path, "ig-lead-1").body["items"]
        return [each for each in looks if each["operation"] == "read_feed"]

    assert _come(recorded)[0]["actor"]["staff_id"] == "ehr-1"
    end = _end(client, "notes")
    _page(client, "notes", f"?wait=0&after={after}")
    assert _since(client, "notes", end) == [], "nothing tells of a look"


def test_who_is_named_on_a_restricted_record_is_not_told(client: Client) -> None:
    person = client.service_user()
    after = _end(client, "referrals")
    body = {"restricted": True, "named_staff": ["nurse-1"], "reason": "Works here."}
    path = f"/v1/service-users/{person}/restrictions"
    assert client.post("referrals", path, "ig-lead-1", body, if_match='"1"').status == 201
    [item] = _come(lambda: _since(client, "referrals", after))
    assert (item["contentstate"], item["data"]) == ("confidential", None)


def test_what_supervision_keeps_to_itself_is_not_even_counted(client: Client) -> None:
    after = _end(client, "supervision")
    introduced(client, "unfed-worker", "str_worker", "unfed-cmht")
    introduced(client, "unfed-supervisor", "supervisor", "unfed-cmht", registrations=NMC)
    introduced(client, "unfed-other", "supervisor", "another-trust", register=False)
    mine = recorded(client, "unfed-worker", "unfed-supervisor")
    made = disclosed(client, mine, "unfed-supervisor", "unfed-other", **untold(basis="risk"))
    assert made.status == 201, made.body
    issue = life_of_an_issue(client, ("Late.", "Theirs.", "Soon.", "Done."), "unfed-cmht")
    assert client.put_worker("unfed-last").status == 201
    _come(lambda: _since(client, "supervision", after, "&types=worker-registered"), 3)
    items = _since(client, "supervision", after, "&limit=200")
    kinds = {each["resource"].partition("/")[0] for each in items}
    assert "supervision-session" in kinds, "that it was held is fed"
    assert kinds.isdisjoint({"issue", "issue-overdue", "supervision-disclosure", "access"})
    disclosure = made.headers["location"].rsplit("/", 1)[-1]
    for name in (issue.body["id"], disclosure, "unfed-other", staff(client, "unfed-cmht")):
        assert name not in str(items)
    of_disclosures = {f"supervision-disclos{each}" for each in ("ed", "ure-told", "ure-reviewed")}
    for name in OF_ISSUES | of_disclosures | {"no-such-type"}:
        refused = _page(client, "supervision", f"?wait=0&types={name}")
        assert (refused.status, refused.code) == (422, "malformed"), name
        assert f"no events of type {name!r}" in refused.body["detail"]


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_for_systems(client: Client, service: str) -> None:
    assert _page(client, service, "?wait=0").status == 200
    for persona in ("manager-1", "str-worker-1", "auditor-1", "ig-lead-1"):
        refused = _page(client, service, "?wait=0", persona)
        assert (refused.status, refused.code) == (403, "role_not_permitted")


@pytest.mark.parametrize(
    "query", ["?types=note-recorded", "?types=", "?after=x", "?wait=31", "?wait=-1", "?limit=0"]
)
def test_what_is_asked_wrongly(client: Client, query: str) -> None:
    refused = _page(client, "referrals", query)
    assert (refused.status, refused.code) == (422, "malformed")
