"""Every event type that the contract names is reached over HTTP and is in the ledger."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from countersign.cli import app
from deploy.local.processes import wait_until
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES
from tests.support.client import Answer, Client, moment
from tests.support.confidences import NAMED as OF_CONFIDENCES
from tests.support.confidences import everything_confided
from tests.support.developing import AT_QUARTERS_END, one_record, plan_steps
from tests.support.developing import NAMED as OF_DEVELOPMENT
from tests.support.elsewhere import acknowledged, agency, ended, met, onward, unmet
from tests.support.exports import exported, fetched
from tests.support.issues import NAMED as OF_ISSUES
from tests.support.issues import life_of_an_issue
from tests.support.made_again import made_again
from tests.support.moving import MovableClock
from tests.support.supervised import overdue
from tests.support.supervision_policies import every_decision
from tests.support.supervision_steps import NAMED as OF_SESSIONS
from tests.support.supervision_steps import SUPERVISED, everything_supervised
from tests.support.supporting import BODIES, carer_changed, kept, on_kept
from tests.support.tokens import manager, signed
from tests.support.workforce import events_of_the_register

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
    "referral-policy-proposed", "referral-policy-published", "referral-policy-declined",
    "service-user-registered", "service-user-updated", "referral-moved",
    "agency-listed", "agency-updated", "onward-referral-made", "onward-referral-acknowledged",
    "onward-referral-outcome-recorded", "unmet-need-recorded", "unmet-need-met",
    "plan-registered", "plan-reviewed", "goal-set", "goal-progress-recorded", "carer-recorded",
    "carer-updated", "sharing-preference-recorded", "visit-alert-set", "visit-alert-reviewed",
    "assessment-requested", "assessment-completed", "referral-information-received",
    "waiting-list-reviewed", "referral-withdrawn",
    "referral-allocated", "caseload-limit-overridden", "referral-transferred",
    "handover-accepted", "handover-declined", "referral-closed", "reallocation-due",
    "service-user-merged", "duplicate-linked", "service-user-separated", "duplicate-unlinked",
}  # fmt: skip
"""Section 3, and what belongs with it."""
OF_SUPERVISION = {
    "supervision-policy-proposed", "supervision-policy-published", "supervision-policy-declined",
    "supervision-overdue",
}  # fmt: skip
"""Section 4."""
OF_THE_REGISTER = {
    "worker-registered", "worker-updated", "worker-left", "training-recorded", "training-withdrawn",
}  # fmt: skip
"""Section 4: the workforce register."""
OF_AUDIT = {
    "export-requested", "export-stated", "export-completed", "export-downloaded", "export-expired",
}  # fmt: skip
"""Section 5: what exports are, but for those that fail, which takes a fault of ours or bad luck
(tests/integration/test_exports_made.py)."""
EVERY = (
    NAMED
    | OF_REFERRALS
    | OF_SUPERVISION
    | OF_AUDIT
    | OF_ISSUES
    | OF_THE_REGISTER
    | OF_CONFIDENCES
    | OF_DEVELOPMENT
    | OF_SESSIONS
)
LEARNT = {
    "notes": {"competences", "courses", "managed", "plans"},
    "referrals": {"caseloads", "contacts", "retracted_notes", "workers"},
    "supervision": set[str](),
}
"""Read models that this journey fills by others' events; and caseloads that nobody is left on."""
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

    def support(self) -> None:
        made = {kind: kept(self.client, self.person, kind) for kind in BODIES}
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("plans", "reviews", {"outcome": "continued"}),
            ("goals", "progress", {"progress": "achieved"}),
            ("visit-alerts", "reviews", {"outcome": "ended"}),
        ]
        for kind, command, body in steps:
            done = on_kept(self.client, made[kind], kind, command, **body)
            assert done.status == 201, (kind, done.body)
        assert carer_changed(self.client, made["carers"], main_carer=True).status == 200
        assert made["sharing-preferences"].status == 201

    def glass(self) -> None:
        body = {
            "service_user_id": self.person, "reason_code": "emergency", "reason": "Found unwell.",
        }  # fmt: skip
        refused = self.client.get("notes", f"/v1/notes?service_user_id={self.person}", "nurse-9")
        assert refused.status == 403
        broken = self.post("/v1/access-overrides", "nurse-9", body)
        review = {"outcome": "justified", "reason": "In the duty log."}
        self.post(f"/v1/access-overrides/{broken.body['id']}/reviews", "ig-lead-1", review, broken)

    def referral(self) -> None:
        made = self.client.referral(self.person)
        path = f"/v1/referrals/{made.body['id']}"
        steps: list[tuple[str, dict[str, Any]]] = [
            ("assessments", {"reason": "Lives alone."}),
            ("assessments", {"findings": "Two visits."}),
            ("decisions", {"outcome": "more_information", "rationale": "Since when?"}),
            ("information", {"information": "Since May."}),
            ("decisions", {"outcome": "waiting_list", "rationale": "Nobody is free."}),
            ("reviews", {"findings": "As before."}),
            ("withdrawals", {"reason_code": "moved", "reason": "Has moved."}),
        ]
        for step, body in steps:
            made = self.client.post(
                "referrals", f"{path}/{step}", "manager-1", body, if_match=made.etag
            )
            assert made.status == 201, (step, made.body)

    def caseload(self) -> None:
        """Past a limit, handed over twice, and left by a worker."""
        self.client.tokens["str-worker-60"] = signed(
            self.client, sub="str-worker-60", exp=2_000_000_000
        )
        self.client.put_worker("str-worker-60", whole_time_equivalent=0.05)
        self.client.allocated(self.client.service_user(), "str-worker-60")
        there = self.client.allocated(self.client.service_user(), "str-worker-2")
        there = self.client.transferred(there, "str-worker-60", override_reason="No one else.")
        assert there.status == 201, there.body
        there = self.client.answered(there, "str-worker-60", "declined", reason="Too far.")
        there = self.client.transferred(there, "str-worker-3")
        there = self.client.answered(there, "str-worker-3", "accepted")
        closed = self.client.closed(there)
        assert closed.status == 201, closed.body
        etag = self.client.get("supervision", "/v1/workers/str-worker-60", "manager-1").etag
        left = self.client.put_worker("str-worker-60", if_match=etag, status="left")
        assert left.status in (200, 201), left.body

    def referral_policy(self) -> None:
        by = manager(self.client, "every-event-manager", "every-event-cmht")
        path = "/v1/policies/referrals/every-event-cmht"
        review_on = (datetime.now(UTC) + timedelta(days=180)).date().isoformat()
        rules = {"caseload_limit": 13, "committee_reference": "RC 1", "review_on": review_on}
        for decision in ("declined", "approved"):
            tag = self.client.get("referrals", path, by).etag
            put = self.client.call("PUT", "referrals", path, by, rules, if_match=tag)
            said = {"decision": decision, "reason": "As minuted."}
            decided = self.client.post(
                "referrals", f"{path}/approvals", "ig-lead-1", said, if_match=put.etag
            )
            assert decided.status == 201, decided.body

    def change_of_team(self) -> None:
        person = self.client.service_user()
        assert self.client.referral(person).status == 201
        moved = self.client.patched(person, team_id="south-cmht")
        assert moved.status == 200, moved.body

    def elsewhere(self) -> None:
        assert agency(self.client, "every-event").status == 201
        assert agency(self.client, "every-event", status="closed").status == 200
        made = onward(self.client, self.person, by="nurse-1")
        assert acknowledged(self.client, made, by="nurse-1", if_match='"1"').status == 201
        assert ended(self.client, made, by="nurse-1", if_match='"2"').status == 201
        need = unmet(self.client, self.person, by="nurse-1")
        assert met(self.client, need, by="nurse-1").status == 201

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
    journey.referral()
    journey.referral_policy()
    every_decision(client)
    life_of_an_issue(client, ("Late.", "Theirs.", "Soon.", "Done."), "every-issue-cmht")
    overdue(client)
    plan_steps(client)
    one_record(client)
    everything_supervised(client, {each: f"About {each}." for each in SUPERVISED})
    journey.change_of_team()
    journey.elsewhere()
    journey.support()
    journey.caseload()
    everything_confided(client, journey.person)
    journey.merging()
    events_of_the_register(client, "every-event-entry")
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
    export = exported(client, "ig-lead-1", service_user_id=journey.person)
    assert fetched(client, "ig-lead-1", export.body["id"]).status_code == 200

    def found() -> set[str]:
        path = "/v1/audit/events?service={}&limit=200"
        return {
            each["type"]
            for service in SERVICES
            for each in client.every("audit", path.format(service), "auditor-1")
        }

    with clock.moved(days=9):
        wait_until(lambda: found() >= EVERY - AT_QUARTERS_END, 60, "every type but few")
    with clock.moved(days=95):
        wait_until(lambda: found() >= EVERY, 60, "every type")
        return found()


@pytest.mark.parametrize("type", sorted(EVERY))
def test_it_is_in_the_ledger(in_the_ledger: set[str], type: str) -> None:
    assert type in in_the_ledger


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["notes", "referrals", "supervision"])
async def test_a_store_is_made_again_of_its_stream(
    in_the_ledger: set[str], moving: tuple[Client, MovableClock], name: str
) -> None:
    """Whatever happened, `countersign recover` takes it back: events, and all that is read."""
    client, _ = moving
    made = await made_again(client.layout, name)
    assert made.outcome.refused == {}
    assert made.outcome.left == []
    then, now = made.events
    assert now[:-1] == then, "the last says that the store was restored"
    differ = {table for table, (before, after) in made.tables.items() if before != after}
    assert differ <= LEARNT[name], "all but what others' events say, which are consumed again"


@pytest.mark.parametrize("name", SERVICES)
def test_a_store_of_everything_is_fit(
    in_the_ledger: set[str], moving: tuple[Client, MovableClock], name: str
) -> None:
    """`countersign backup-check` finds nothing wrong where nothing is."""
    client, _ = moving
    stack = Stack(client.layout)
    arguments = ["backup-check", name, "--dsn", stack.postgres.run_time_dsn(name), "--json",
                 "--ledger-dsn", stack.postgres.run_time_dsn("audit")]  # fmt: skip
    done = CliRunner().invoke(app, arguments, env=stack.environment(name))
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert any("what is answered from" in each for each in found["proved"])
