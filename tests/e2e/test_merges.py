"""Two registrations of one person: one record for whoever asks for either, and undone again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.client import Answer, Client, day, moment
from tests.support.stack import NMC
from tests.support.supporting import kept, on_kept, read
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
BOTH = "merging-manager"
"""A manager of both teams."""
STAFF = {
    "str-worker-1": "on the caseload of the one",
    "str-worker-9": "on the caseload of the other",
    "nurse-1": "in the team of the one",
    "nurse-9": "in the team of the other",
    "coordinator-1": "co-ordinates the one",
    "merging-nurse": "broke the glass for the other",
    "merging-stranger": "of a third team",
}
OF_ONE = {"str-worker-1", "nurse-1", "coordinator-1"}
OF_OTHER = {"str-worker-9", "nurse-9", "merging-nurse"}
MERGED = {"service-user-merged", "duplicate-linked", "referral-moved", "reallocation-due"}
"""What a merge brings: also that a worker of the other team has the person on their caseload."""
NUMBERS = ("9990000050", "9990000069")


@dataclass
class Two:
    """The same person, registered by two teams: each with a note, a referral and a number."""

    client: Client
    one: str
    other: str

    @property
    def both(self) -> tuple[str, str]:
        return self.one, self.other

    def ids(self, service: str, path: str, by: str) -> list[str]:
        return [each["id"] for each in self.client.every(service, path, by)]

    def notes(self, person: str, by: str = "ehr-1") -> list[str]:
        return self.ids("notes", f"/v1/notes?service_user_id={person}", by)

    def referrals(self, person: str, by: str = "ehr-1") -> list[str]:
        return self.ids("referrals", f"/v1/referrals?service_user_id={person}", by)

    def concerns(self, person: str, by: str = "ehr-1") -> list[str]:
        return self.ids("notes", f"/v1/concerns?service_user_id={person}", by)

    def merge(self, by: str = BOTH, **more: Any) -> Answer:
        return self._command("merges", by, {"into": self.one, "reason": "Asked her."}, **more)

    def separate(self, by: str = BOTH, **more: Any) -> Answer:
        return self._command("separations", by, {"reason": "Twins, after all."}, **more)

    def _command(self, what: str, by: str, body: dict[str, Any], **more: Any) -> Answer:
        path = f"/v1/service-users/{self.other}"
        if_match = more.pop("if_match", None) or self.client.get("referrals", path, "ehr-1").etag
        key = more.pop("key", None)
        body = {**body, **more}
        return self.client.post("referrals", f"{path}/{what}", by, body, if_match=if_match, key=key)

    def seen(self, person: str) -> set[str]:
        """Who of the staff sees a person, in both services alike once all is known there."""
        found = []
        for service, path in (
            ("referrals", f"/v1/service-users/{person}"),
            ("notes", f"/v1/notes?service_user_id={person}"),
        ):
            answers = {each: self.client.get(service, path, each).status for each in STAFF}
            assert set(answers.values()) <= {200, 403}
            found.append({each for each, status in answers.items() if status == 200})
        return found[0] if found[0] == found[1] else {"not of one mind yet"}

    def told(self, person: str, at: str | None = None) -> set[str]:
        """Who of the staff could see a person, as audit has it."""
        as_of = f"&as_of={at}" if at else ""
        path = f"/v1/audit/access-rights?service_user_id={person}{as_of}"
        items = self.client.get("audit", path, "auditor-1").body["items"]
        return {each["staff_id"] for each in items if each["ties"]} & STAFF.keys()

    def timeline(self, person: str, at: str | None = None) -> list[dict[str, Any]]:
        """What was recorded of a person, but for the looks that this test takes meanwhile."""
        as_of = f"&as_of={at}" if at else ""
        path = f"/v1/audit/service-users/{person}/timeline?limit=200{as_of}"
        looks = {"record-read", "access-denied", "ledger-queried"}
        return [
            each for each in self.client.every("audit", path, "auditor-1")
            if each["type"] not in looks
        ]  # fmt: skip

    def merged(self) -> bool:
        return sorted(self.notes(self.one)) == sorted(self.notes(self.other))


@pytest.fixture
def two(client: Client) -> Iterator[Two]:
    """Whoever supports them has room again afterwards."""
    for sub, role, teams in (
        (BOTH, "team_manager", ["north-cmht", "south-cmht"]),
        ("merging-nurse", "registered_practitioner", ["west-cmht"]),
        ("merging-stranger", "registered_practitioner", ["west-cmht"]),
    ):
        client.tokens[sub] = signed(client, sub=sub, roles=[role], teams=teams, exp=2_000_000_000)
        if role == "registered_practitioner":
            now = client.get("supervision", f"/v1/workers/{sub}", "manager-1")
            tag = {"if_match": now.etag} if now.status == 200 else {}
            put = client.put_worker(sub, "ehr-1", teams=teams, registrations=NMC, **tag)
            assert put.status in (200, 201)
    for team_id, manager in (("north-cmht", "manager-1"), ("south-cmht", "manager-9")):
        # Whoever is on duty would be tied, and a concern routed to them.
        assert client.on_duty(team_id, [], by=manager).status in (200, 201)
    one = client.service_user()
    other = client.service_user("manager-9", team_id="south-cmht", care_coordinator_id=None)
    supported = [
        client.allocated(one, "str-worker-1"),
        client.allocated(other, "str-worker-9", by="manager-9"),
    ]
    assert [each.status for each in supported] == [201, 201]
    client.note(one, "str-worker-1")
    client.note(other, "str-worker-9")
    client.note(one, "nurse-1")
    assert client.concern(other, "str-worker-9").status == 201
    glass = {"service_user_id": other, "reason_code": "emergency", "reason": "Found unwell."}
    assert client.post("notes", "/v1/access-overrides", "merging-nurse", glass).status == 201
    yield Two(client, one, other)
    for each in supported:
        now = client.get("referrals", f"/v1/referrals/{each.body['id']}", BOTH)
        if now.status == 200:
            client.closed(now, by=BOTH)


async def test_one_record_for_whoever_asks_for_either(two: Two) -> None:
    client = two.client
    await until(lambda: two.seen(two.one) == OF_ONE and two.seen(two.other) == OF_OTHER)
    lists = (two.notes, two.referrals, two.concerns)
    before = {list_: [list_(each) for each in two.both] for list_ in lists}
    assert [len(found) for each in before.values() for found in each] == [2, 1, 1, 1, 0, 1]
    await until(lambda: [len(two.timeline(each)) for each in two.both] == [6, 8])
    apart = [two.timeline(each) for each in two.both]
    then = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert not {each["event_id"] for each in apart[0]} & {each["event_id"] for each in apart[1]}

    merged = two.merge()
    assert merged.status == 201, merged.body
    assert merged.headers["location"] == f"/v1/service-users/{two.one}"
    assert (merged.body["id"], merged.body["merged"]) == (two.one, [two.other])
    shown = [client.get("referrals", f"/v1/service-users/{each}", "nurse-9") for each in two.both]
    assert shown[0].body == shown[1].body == merged.body
    assert {each.etag for each in shown} == {merged.etag} == {'"2"'}

    await until(lambda: two.merged() and two.seen(two.other) == OF_ONE | OF_OTHER)
    assert two.seen(two.one) == OF_ONE | OF_OTHER
    for list_, (of_one, of_other) in before.items():
        for each in two.both:
            assert sorted(list_(each)) == sorted([*of_one, *of_other]), list_.__name__
    newest_first = [each["recorded_at"] for each in client.every(
        "notes", f"/v1/notes?service_user_id={two.other}&limit=1", "str-worker-1")]  # fmt: skip
    assert newest_first == sorted(newest_first, reverse=True)
    assert len(newest_first) == 3
    own = f"/v1/notes?author_id=str-worker-9&service_user_id={two.one}"
    assert two.ids("notes", own, "str-worker-9") == before[two.notes][1]
    glass = f"/v1/access-overrides?service_user_id={two.one}"
    assert len(two.ids("notes", glass, "ig-lead-1")) == 1

    await until(lambda: len(two.timeline(two.one)) == len(apart[0]) + len(apart[1]) + len(MERGED))
    together = two.timeline(two.one)
    assert together == two.timeline(two.other)
    assert [each["index"] for each in together] == sorted(each["index"] for each in together)
    assert {each["type"] for each in together[-len(MERGED) :]} == MERGED
    of_before = sorted([*apart[0], *apart[1]], key=lambda each: each["index"])
    assert together[: -len(MERGED)] == of_before
    for each, alone in zip(two.both, apart, strict=True):
        assert two.timeline(each, then) == alone
    assert (two.told(two.one, then), two.told(two.other, then)) == (OF_ONE, OF_OTHER)
    assert two.told(two.one) == two.told(two.other) == OF_ONE | OF_OTHER


async def test_whoever_looked_at_either_is_in_the_accesses_of_both_once(two: Two) -> None:
    client = two.client
    assert two.merge().status == 201
    await until(two.merged)
    looked = client.get("notes", f"/v1/notes?service_user_id={two.other}", "nurse-9")
    assert looked.status == 200

    def found(person: str) -> list[str]:
        path = f"/v1/audit/service-users/{person}/accesses?limit=200&actor_id=nurse-9"
        return [each["event_id"] for each in client.every("audit", path, "ig-lead-1")]

    await until(lambda: len(found(two.one)) == 1)
    assert found(two.one) == found(two.other)
    engagement = {
        "auditor_id": "merging-auditor", "purpose": "A complaint.", "approver_id": "ig-lead-2",
        "ends_at": moment(hours_ago=-24), "service_user_ids": [two.other], "identities": True,
    }  # fmt: skip
    assert client.post("audit", "/v1/audit/engagements", "ig-lead-1", engagement).status == 201
    client.tokens["merging-auditor"] = signed(
        client, sub="merging-auditor", roles=["auditor"], teams=[], exp=2_000_000_000
    )
    path = f"/v1/audit/events?service_user_id={two.one}&type=note-recorded"
    events = client.every("audit", path, "merging-auditor")
    assert len(events) == 3
    assert {each["content_state"] for each in events} == {"shown"}

    def read() -> bool:
        listed = client.get("notes", f"/v1/notes?service_user_id={two.one}", "merging-auditor")
        return listed.status == 200 and len(listed.body["items"]) == 3

    await until(read)


async def test_a_restriction_of_one_is_a_restriction_of_both(two: Two) -> None:
    client = two.client
    named: dict[str, Any] = {"named_staff": ["nurse-9"], "excluded_staff": ["nurse-1", "ig-lead-2"]}
    assert client.restricted(two.other, **named).status == 201
    merged = two.merge(by="ehr-1")
    assert (merged.status, merged.body["restricted"]) == (201, True)
    only = {"nurse-9", "merging-nurse"}
    await until(lambda: two.seen(two.one) == two.seen(two.other) == only)
    assert two.told(two.one) == two.told(two.other) == only
    team = "/v1/notes?team_id=north-cmht&limit=200"
    assert not set(two.ids("notes", team, "nurse-1")) & set(two.notes(two.one))
    shown = client.get("referrals", f"/v1/service-users/{two.one}", "nurse-9")
    assert shown.body["restricted"] is True
    for person in two.both:
        path = f"/v1/service-users/{person}/restrictions"
        found = client.get("referrals", path, "ig-lead-1")
        assert (found.body["restricted"], found.body["named_staff"]) == (True, ["nurse-9"])
        assert client.get("referrals", path, "ig-lead-2").code == "no_relationship"
        audit = f"/v1/audit/service-users/{person}/timeline"
        await until(lambda path=audit: client.get("audit", path, "ig-lead-2").status == 403)  # type: ignore[misc]
    refused = client.restricted(two.other, restricted=False, excluded_staff=["nurse-1"])
    assert (refused.status, refused.code) == (409, "merged")
    assert refused.body["into"] == two.one
    lifted = client.restricted(two.one, restricted=False, excluded_staff=["nurse-1"])
    assert lifted.status == 201
    everyone = (OF_ONE | OF_OTHER) - {"nurse-1"}
    await until(lambda: two.seen(two.one) == two.seen(two.other) == everyone)
    await until(lambda: two.told(two.other) == everyone)


async def test_undone_it_is_as_before(two: Two) -> None:
    client = two.client
    lists = (two.notes, two.referrals, two.concerns)
    before = {list_: [list_(each) for each in two.both] for list_ in lists}
    assert two.merge(key="merging-undone").status == 201
    await until(two.merged)
    given = client.note(two.one, "str-worker-9")
    note = client.concern(two.other, "str-worker-9", note_id=given.body["id"])
    assert (note.status, note.body["service_user_id"]) == (201, two.one), "filed with its note"
    missing = client.post(
        "referrals", f"/v1/service-users/{two.other}/separations", BOTH, {"reason": "Twins."}
    )
    assert missing.status == 428
    assert two.separate(if_match='"7"').status == 412
    undone = two.separate(key="merging-separated")
    assert (undone.status, undone.body["id"], undone.body["merged"]) == (201, two.other, [])
    assert undone.etag == '"3"'
    again = two.separate(key="merging-separated", if_match='"2"')
    assert (again.status, again.body, again.etag) == (201, undone.body, undone.etag)
    assert again.headers["idempotency-replayed"] == "true"
    shown = [client.get("referrals", f"/v1/service-users/{each}", "ehr-1") for each in two.both]
    assert [each.body["id"] for each in shown] == [*two.both]
    assert two.separate().code == "not_merged"
    await until(lambda: two.seen(two.one) == OF_ONE and two.seen(two.other) == OF_OTHER)
    before[two.notes][0].insert(0, given.body["id"])
    before[two.concerns][0].insert(0, note.body["id"])
    for list_, found in before.items():
        assert [list_(each) for each in two.both] == found, list_.__name__
    await until(lambda: "service-user-separated" in {e["type"] for e in two.timeline(two.other)})
    assert two.told(two.one) == OF_ONE
    assert two.told(two.other) == OF_OTHER
    once_more = two.merge()
    assert (once_more.status, once_more.body["merged"]) == (201, [two.other])


async def test_a_plan_shows_no_goal_of_who_was_taken_for_the_same_person(two: Two) -> None:
    client = two.client
    plan = kept(client, two.one, "plans")
    own = kept(client, two.one, "goals", plan_id=plan.body["id"])
    assert two.merge().status == 201
    await until(two.merged)
    hers = kept(client, two.other, "goals", "str-worker-9", plan_id=plan.body["id"])
    assert (hers.status, hers.body["service_user_id"]) == (201, two.other)
    together = [own.body["id"], hers.body["id"]]
    assert [each["id"] for each in read(client, plan, "plans").body["goals"]] == together
    assert two.separate().status == 201
    assert [each["id"] for each in read(client, plan, "plans").body["goals"]] == together[:1]
    reviewed = on_kept(client, plan, "plans", "reviews", outcome="continued")
    assert [each["id"] for each in reviewed.body["goals"]] == together[:1]
    assert read(client, hers, "goals", "str-worker-9").status == 200


async def test_who_may_and_what_is_refused(two: Two) -> None:
    client = two.client
    for persona in ("str-worker-1", "nurse-1", "coordinator-1", "auditor-1"):
        assert two.merge(persona).code == "role_not_permitted"
    client.tokens["merging-west"] = signed(
        client, sub="merging-west", roles=["team_manager"], teams=["west-cmht"], exp=2_000_000_000
    )
    for persona in ("merging-west", "manager-9"):
        refused = two.merge(persona)
        assert (refused.status, refused.code) == (403, "no_relationship"), persona
    path = f"/v1/service-users/{two.other}/merges"
    body = {"into": two.one, "reason": "Asked her."}
    assert client.post("referrals", path, BOTH, body).status == 428
    assert two.merge(if_match='"9"').status == 412
    assert two.merge(into=two.other).code == "malformed"
    nobody = "01a00000-0000-7000-8000-00000000dead"
    assert two.merge(into=nobody).status == 404
    assert client.post(
        "referrals", f"/v1/service-users/{nobody}/merges", BOTH, body, if_match='"1"'
    ).status == 404  # fmt: skip
    excluded = client.restricted(two.one, restricted=False, excluded_staff=["ig-lead-2"])
    assert excluded.status == 201
    assert two.merge("ig-lead-2").code == "no_relationship"
    roles = ["ig_lead", "registered_practitioner"]
    client.tokens["merging-ig"] = signed(
        client, sub="merging-ig", roles=roles, teams=["north-cmht"], exp=2_000_000_000
    )
    assert two.merge("merging-ig").code == "gains_access"
    first = two.merge("ig-lead-1", key="merging-once", if_match='"1"')
    assert (first.status, first.body["content_state"], first.body["name"]) == (
        201, "confidential", None,
    )  # fmt: skip
    again = two.merge("ig-lead-1", key="merging-once", if_match='"1"')
    assert (again.status, again.body, again.etag) == (201, first.body, first.etag)
    assert again.headers["idempotency-replayed"] == "true"
    twice = two.merge(if_match='"2"')
    assert (twice.status, twice.code) == (409, "already_merged")


async def test_two_numbers_find_one_person_once_one_was_superseded(client: Client) -> None:
    made = [client.service_user(nhs_number=each) for each in NUMBERS]
    two = Two(client, *made)
    refused = two.merge("manager-1")
    assert (refused.status, refused.code) == (409, "nhs_numbers_differ")
    assert two.merge("manager-1", nhs_number_superseded=True).status == 201
    for number in NUMBERS:
        found = client.post(
            "referrals", "/v1/service-users/searches", "nurse-1", {"nhs_number": number}
        )
        assert found.body["items"] == [{"id": two.one, "team_id": "north-cmht"}]
    body = {
        "nhs_number": NUMBERS[1],
        "name": {"given": ["Service User"], "family": "One"},
        "date_of_birth": "1985-04-12",
        "team_id": "north-cmht",
    }
    known = client.post("referrals", "/v1/service-users", "ehr-1", body)
    assert (known.code, known.body["id"]) == ("already_registered", two.one)
    assert two.separate("manager-1").status == 201
    body = {"nhs_number": NUMBERS[1]}
    found = client.post("referrals", "/v1/service-users/searches", "nurse-1", body)
    assert [each["id"] for each in found.body["items"]] == [two.other]


async def test_what_is_merged_into_what_was_merged_is_merged_into_what_stands_for_both(
    client: Client,
) -> None:
    people = [client.service_user() for _ in range(3)]
    first, second, third = people
    for each in people:
        assert client.note(each, "str-worker-1").status == 201
    assert Two(client, second, first).merge("manager-1").status == 201
    assert Two(client, third, second).merge("manager-1").body["merged"] == [second, first]
    other = client.service_user()
    into_the_second = Two(client, second, other).merge("manager-1")
    assert into_the_second.body["id"] == third
    assert into_the_second.body["merged"] == [second, first, other]
    assert Two(client, first, third).merge("manager-1").code == "already_merged"

    def counted() -> list[int]:
        path = "/v1/notes?service_user_id={}"
        return [len(client.every("notes", path.format(each), "nurse-1")) for each in people]

    await until(lambda: counted() == [3, 3, 3])
    assert Two(client, third, second).separate("manager-1").body["merged"] == [first]
    await until(lambda: counted() == [2, 2, 1])
    left = client.get("referrals", f"/v1/service-users/{third}", "manager-1").body["merged"]
    assert left == [other]


async def test_of_merges_at_once_that_touch_each_other_one_is_done(client: Client) -> None:
    for _ in range(3):
        first, second, third = (client.service_user() for _ in range(3))
        at_once = [
            Two(client, second, first),
            Two(client, third, second),
            Two(client, third, first),
        ]
        with ThreadPoolExecutor() as pool:
            done = list(pool.map(lambda two: two.merge("manager-1", if_match='"1"'), at_once))
        statuses = [each.status for each in done]
        assert 201 in statuses
        assert set(statuses) <= {201, 409, 412}
        shown = [client.get("referrals", f"/v1/service-users/{each}", "manager-1").body
                 for each in (first, second, third)]  # fmt: skip
        for each in shown:
            one = {each["id"], *each["merged"]}
            assert [other["id"] for other in shown if other["id"] == each["id"]].count(
                each["id"]
            ) == len(one)


async def test_what_is_changed_of_the_person_is_changed_on_what_stands_for_them(two: Two) -> None:
    client = two.client
    assert two.merge().status == 201
    refused = client.patched(two.other, by=BOTH, care_coordinator_id="nurse-1")
    assert (refused.status, refused.code, refused.body["into"]) == (409, "merged", two.one)
    assert client.patched(two.one, by=BOTH, team_id="west-cmht").status == 200
    tied = {"str-worker-1", "str-worker-9", "coordinator-1", "merging-nurse", "merging-stranger"}
    await until(lambda: two.seen(two.one) == two.seen(two.other) == tied)
    await until(lambda: two.told(two.one) == two.told(two.other) == tied)
    every = client.every("referrals", f"/v1/referrals?service_user_id={two.other}", "ehr-1")
    assert {each["team_id"] for each in every} == {"west-cmht"}
    made = client.referral(two.other)
    assert (made.status, made.body["team_id"]) == (201, "west-cmht")
    left = client.patched(two.one, by="ehr-1", care_coordinator_id=None)
    assert left.status == 200
    await until(lambda: two.seen(two.other) == tied - {"coordinator-1"})


async def test_a_number_is_one_person_s_also_when_they_were_merged(client: Client) -> None:
    number = "9990000077"
    one, other, third = client.service_user(), client.service_user(), client.service_user()
    assert client.patched(other, nhs_number=number).status == 200
    assert Two(client, one, other).merge("manager-1").status == 201
    refused = client.patched(third, nhs_number=number)
    assert (refused.status, refused.code) == (409, "already_registered")
    assert refused.body["id"] == one
    assert client.patched(one, nhs_number=number).status == 200
    assert client.patched(one, nhs_number=number, died_on=day()).status == 200
    body = {"nhs_number": number}
    found = client.post("referrals", "/v1/service-users/searches", "nurse-1", body)
    assert [each["id"] for each in found.body["items"]] == [one]
    taken = Two(client, one, other).separate("manager-1")
    assert (taken.status, taken.code) == (409, "already_registered")
    assert client.patched(one, nhs_number=None).status == 200
    assert Two(client, one, other).separate("manager-1").status == 201
