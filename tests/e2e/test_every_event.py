"""Every event type that the contract names is reached over HTTP and is in the ledger."""

from typing import Any

import pytest

from deploy.local.processes import wait_until
from tests.support.client import Answer, Client, moment
from tests.support.moving import MovableClock

NAMED = {
    "note-recorded", "note-amended", "note-addendum-added", "note-countersigned",
    "note-returned", "note-answered", "note-retracted", "note-refiled", "late-reason-given",
    "group-session-held", "boundary-query-raised", "boundary-query-answered",
    "countersignature-overdue", "concern-raised", "concern-acknowledged", "concern-escalated",
    "concern-closed", "record-keeping-policy-published", "access-override-granted",
    "access-override-reviewed", "record-read", "access-denied",
}  # fmt: skip
"""Section 2 of the contract."""
OF_REFERRALS = {
    "service-user-merged", "duplicate-linked", "service-user-separated", "duplicate-unlinked",
}  # fmt: skip
"""Section 3, and what belongs with it."""
OUTSIDE = {"boundary": "counselling", "class": "outside_role"}


class Journey:
    """Does one thing after another, each of which must be accepted."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.person = client.service_user()
        self.other = client.service_user()

    def post(self, path: str, by: str, body: dict[str, Any], on: Answer | None = None) -> Answer:
        if_match = on.etag if on else None
        answer = self.client.post("notes", path, by, body, if_match=if_match)
        assert answer.status == 201, (path, answer.body)
        return answer

    def on_note(self, note: Answer, what: str, by: str, body: dict[str, Any]) -> Answer:
        return self.post(f"/v1/notes/{note.body['id']}/{what}", by, body, note)

    def life_of_a_note(self) -> None:
        note = self.client.note(self.person, occurred_at=moment(hours_ago=50))
        note = self.on_note(note, "late-reasons", "str-worker-1", {"reason": "Was off sick."})
        note = self.on_note(note, "addenda", "str-worker-1", {"text": "Rang again later."})
        note = self.on_note(note, "returns", "nurse-1", {"question": "Which letter was it?"})
        note = self.on_note(note, "answers", "str-worker-1", {"answer": "The rent letter."})
        amended = {"reason": "Named the letter.", "narrative": "Read the rent letter together."}
        note = self.on_note(note, "amendments", "str-worker-1", amended)
        signed = self.client.countersign(note)
        assert signed.status == 201, signed.body

    def wrong_person(self) -> None:
        note = self.client.note(self.person)
        body = {"kind": "wrong_person", "reason": "Another file.", "belongs_to": self.other}
        self.on_note(note, "retractions", "str-worker-1", body)

    def boundary(self) -> None:
        note = self.client.note(self.person, boundary_activities=[OUTSIDE])
        path = f"/v1/boundary-queries?note_id={note.body['id']}&team_id=north-cmht"
        [query] = self.client.get("notes", path, "manager-1").body["items"]
        answer = self.client.post(
            "notes",
            f"/v1/boundary-queries/{query['id']}/answers",
            "manager-1",
            {"answer": "Talked it through in supervision."},
            if_match=f'"{query["version"]}"',
        )
        assert answer.status == 201, answer.body

    def group(self) -> None:
        entries = [
            {"service_user_id": each, "attendance": "attended", "narrative": "Painted."}
            for each in (self.person, self.other)
        ]
        body = {
            "activity": "arts", "occurred_at": moment(hours_ago=1), "setting": "community",
            "functions": ["ordinary_lives"], "entries": entries,
        }  # fmt: skip
        self.post("/v1/group-sessions", "str-worker-1", body)

    def concern(self) -> None:
        raised = self.client.concern(self.person)
        path = f"/v1/concerns/{raised.body['id']}"
        seen = self.post(
            f"{path}/acknowledgements", "coordinator-1", {"plan": "Visit today."}, raised
        )
        self.post(f"{path}/closures", "coordinator-1", {"outcome": "Seen, and well."}, seen)

    def glass(self) -> None:
        body = {
            "service_user_id": self.person, "reason_code": "emergency", "reason": "Found unwell.",
        }  # fmt: skip
        refused = self.client.get("notes", f"/v1/notes?service_user_id={self.person}", "nurse-9")
        assert refused.status == 403
        broken = self.post("/v1/access-overrides", "nurse-9", body)
        review = {"outcome": "justified", "reason": "In the duty log."}
        self.post(f"/v1/access-overrides/{broken.body['id']}/reviews", "ig-lead-1", review, broken)

    def merging(self) -> None:
        body: dict[str, Any] = {"reason": "Registered twice."}
        merged, into = self.client.service_user(), self.client.service_user()
        for step, further in (("merges", {"into": into}), ("separations", {})):
            path = f"/v1/service-users/{merged}"
            tag = self.client.get("referrals", path, "manager-1").etag
            done = self.client.post(
                "referrals", f"{path}/{step}", "manager-1", {**body, **further}, if_match=tag
            )
            assert done.status == 201, (step, done.body)


@pytest.fixture(scope="module")
def in_the_ledger(moving: tuple[Client, MovableClock]) -> set[str]:
    client, clock = moving
    journey = Journey(client)
    journey.life_of_a_note()
    journey.wrong_person()
    journey.boundary()
    journey.group()
    journey.concern()
    journey.glass()
    journey.merging()
    stricter = client.get("notes", "/v1/policies/record-keeping/north-cmht", "manager-1")
    rules = {**stricter.body["rules"], "late_after_hours": 20}
    put = client.call(
        "PUT", "notes", "/v1/policies/record-keeping/north-cmht", "manager-1", rules,
        if_match=stricter.etag,
    )  # fmt: skip
    assert put.status in (200, 201), put.body
    client.note(journey.person)
    client.concern(journey.person)
    read = client.get("notes", f"/v1/notes?service_user_id={journey.person}", "coordinator-1")
    assert read.status == 200

    def found() -> set[str]:
        path = "/v1/audit/events?service={}&limit=200"
        return {
            each["type"]
            for service in ("notes", "referrals")
            for each in client.every("audit", path.format(service), "auditor-1")
        }

    with clock.moved(days=9):
        wait_until(lambda: found() >= NAMED | OF_REFERRALS, 60, "every type")
        return found()


@pytest.mark.parametrize("type", sorted(NAMED | OF_REFERRALS))
def test_it_is_in_the_ledger(in_the_ledger: set[str], type: str) -> None:
    assert type in in_the_ledger
