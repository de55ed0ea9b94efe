"""Training recorded and competence signed off: by whom, refused to whom, and who reads of it."""

from typing import Any

import pytest

from tests.support.client import Answer, Client, day
from tests.support.moving import MovableClock
from tests.support.stack import NMC
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
WORKER, COLLEAGUE = "str-worker-41", "str-worker-42"
NORTH, SOUTH = ["north-cmht"], ["south-cmht"]
STAFF = {
    WORKER: ("str_worker", NORTH, []),
    COLLEAGUE: ("str_worker", NORTH, []),
    "nurse-41": ("registered_practitioner", NORTH, NMC),
    "nurse-42": ("registered_practitioner", NORTH, [{**NMC[0], "status": "suspended"}]),
    "nurse-43": ("registered_practitioner", NORTH, [{**NMC[0], "expires_on": "2020-01-31"}]),
    "coordinator-42": ("care_coordinator", NORTH, []),
    "supervisor-41": ("supervisor", NORTH, []),
    "supervisor-49": ("supervisor", SOUTH, []),
    "nurse-49": ("registered_practitioner", SOUTH, NMC),
}
"""Of the worker's team and of another; registered, suspended, expired, and not at all."""


@pytest.fixture(scope="module")
def team(client: Client) -> Client:
    return _introduced(client)


def _introduced(client: Client) -> Client:
    for staff_id, (role, teams, registrations) in STAFF.items():
        client.tokens[staff_id] = signed(client, sub=staff_id, roles=[role], exp=2_000_000_000)
        made = client.put_worker(staff_id, teams=teams, registrations=registrations)
        assert made.status == 201, made.body
    return client


def _shown(client: Client, by: str, staff_id: str = WORKER) -> dict[str, Any]:
    found = client.get("supervision", f"/v1/workers/{staff_id}", by)
    assert found.status == 200, found.body
    return dict(found.body)


async def test_what_is_recorded_stays_on_the_entry(team: Client) -> None:
    before = team.get("supervision", f"/v1/workers/{WORKER}", "manager-1")
    trained = team.trained(WORKER, expires_on=day(ago=-300))
    assert trained.status == 201, trained.body
    assert trained.headers["location"] == f"/v1/workers/{WORKER}"
    assert trained.etag != before.etag
    [course] = trained.body["training"]
    assert (course["course"], course["completed_on"]) == ("record_keeping", day(ago=30))
    assert course["evidence"] == "Certificate seen."
    assert course["recorded_by"]["staff_id"] == "manager-1"
    assert team.trained(WORKER, "supervisor-41", course="first_aid").status == 201

    signed_off = team.signed_off(WORKER, "nurse-41")
    assert signed_off.status == 201, signed_off.body
    [held] = signed_off.body["competences"]
    assert held["signed_off_by"]["registration"] == {"body": "NMC", "number": "18A1234E"}
    assert held["review_due"][:4] == str(int(held["assessed_on"][:4]) + 1)
    assert held["revoked"] is None
    prompt = team.signed_off(WORKER, "nurse-41", activity="prompt", review_due=day(ago=-90))
    assert prompt.status == 201, prompt.body

    revoked = team.revoked(WORKER, by="manager-1")
    assert revoked.status == 201, revoked.body
    assert [each["activity"] for each in revoked.body["competences"]] == [
        "record_keeping", "prompt",
    ]  # fmt: skip
    assert revoked.body["competences"][0]["revoked"]["by"]["staff_id"] == "manager-1"
    again = team.revoked(WORKER, by="nurse-41")
    assert (again.status, again.code) == (409, "competence_not_in_force")
    renewed = team.signed_off(WORKER, "nurse-41")
    assert [bool(each["revoked"]) for each in renewed.body["competences"]] == [True, False, False]
    assert _shown(team, "nurse-41") == renewed.body
    moved = team.put_worker(WORKER, band=4, if_match=renewed.etag).body
    assert moved["band"] == 4
    assert [moved[part] for part in ("training", "competences")] == [
        renewed.body[part] for part in ("training", "competences")
    ]


async def test_who_is_refused_and_why(team: Client) -> None:
    def refused(answer: Answer) -> tuple[int, str]:
        return answer.status, answer.code

    for by in (WORKER, COLLEAGUE, "nurse-41", "ig-lead-1", "ehr-1"):
        assert refused(team.trained(WORKER, by)) == (403, "role_not_permitted")
    for by in (WORKER, COLLEAGUE, "manager-1", "supervisor-41", "ig-lead-1", "ehr-1"):
        assert refused(team.signed_off(WORKER, by)) == (403, "role_not_permitted")
    assert refused(team.revoked(WORKER, by="supervisor-41")) == (403, "role_not_permitted")

    for by in ("manager-9", "supervisor-49"):
        assert refused(team.trained(WORKER, by)) == (403, "not_your_team")
    assert refused(team.signed_off(WORKER, "nurse-49")) == (403, "not_your_team")
    assert refused(team.revoked(WORKER, by="manager-9")) == (403, "not_your_team")

    assert refused(team.trained("supervisor-41", "supervisor-41")) == (403, "own_entry")
    assert refused(team.signed_off("nurse-41", "nurse-41")) == (403, "own_entry")
    assert refused(team.revoked("nurse-41", by="nurse-41")) == (403, "own_entry")

    for by in ("nurse-42", "nurse-43", "coordinator-42"):
        assert refused(team.signed_off(WORKER, by)) == (403, "not_registered")
        assert refused(team.revoked(WORKER, by=by)) == (403, "not_registered")


async def test_a_command_names_the_version_it_changes(team: Client) -> None:
    for command in (team.trained, team.signed_off):
        missing = command(WORKER, if_match=None)
        assert (missing.status, missing.code) == (428, "if_match_required")
        stale = command(WORKER, if_match='"99"')
        assert (stale.status, stale.code) == (412, "version_changed")
        unknown = command("nobody-41")
        assert (unknown.status, unknown.code) == (404, "not_found")
    assert team.revoked(WORKER, if_match=None).code == "if_match_required"
    first = team.trained(WORKER, course="medicines", key="medicines-41")
    before = f'"{first.body["version"] - 1}"'
    again = team.trained(WORKER, course="medicines", key="medicines-41", if_match=before)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotency-replayed"] == "true"


async def test_what_is_malformed_says_where(team: Client) -> None:
    tomorrow, today = day(ago=-1), day()
    for answer, pointer in (
        (team.trained(WORKER, completed_on=tomorrow), "#/completed_on"),
        (team.signed_off(WORKER, assessed_on=tomorrow), "#/assessed_on"),
        (team.trained(WORKER, completed_on="1949-12-31"), "#/completed_on"),
        (team.signed_off(WORKER, assessed_on="1949-12-31"), "#/assessed_on"),
        (team.trained(WORKER, completed_on=today, expires_on=today), "#"),
        (team.signed_off(WORKER, assessed_on=today, review_due=today), "#"),
        (team.signed_off(WORKER, review_due=day(ago=-3 * 366)), "#"),
        (team.trained(WORKER, course="Record keeping"), "#/course"),
        (team.trained(WORKER, evidence=""), "#/evidence"),
    ):
        assert (answer.status, answer.code) == (422, "malformed")
        assert answer.body["errors"][0]["pointer"] == pointer
    assert team.revoked(WORKER, activity="Record%20keeping").status == 422


async def test_a_colleague_reads_that_it_is_so_and_not_what_was_said(team: Client) -> None:
    assert team.trained(COLLEAGUE, evidence="Seen by me.").status == 201
    assert team.signed_off(COLLEAGUE, "nurse-41", basis="Worked alongside.").status == 201
    assert team.revoked(COLLEAGUE, by="nurse-41", reason="Asked for it.").status == 201
    words = ("Seen by me.", "Worked alongside.", "Asked for it.")
    for by in (
        COLLEAGUE, "manager-1", "manager-9", "supervisor-41", "nurse-41", "coordinator-42",
        "ig-lead-1", "ehr-1",
    ):  # fmt: skip
        shown = _shown(team, by, COLLEAGUE)
        assert shown["content_state"] == "shown"
        assert all(each in str(shown) for each in words), by

    def hidden(shown: dict[str, Any]) -> None:
        assert shown["content_state"] == "confidential"
        assert not any(each in str(shown) for each in words)
        [course], [held] = shown["training"], shown["competences"]
        assert (course["course"], course["evidence"]) == ("record_keeping", None)
        assert (held["activity"], held["basis"]) == ("record_keeping", None)
        assert held["revoked"]["reason"] is None

    hidden(_shown(team, WORKER, COLLEAGUE))
    for by in (WORKER, "manager-1"):
        items = team.every("supervision", "/v1/workers?team_id=north-cmht", by)
        [listed] = [each for each in items if each["staff_id"] == COLLEAGUE]
        hidden(listed)


async def test_the_ledger_has_it_and_who_was_refused(team: Client) -> None:
    worker = "str-worker-43"
    assert team.put_worker(worker).status == 201
    assert team.trained(worker, evidence="For the ledger.").status == 201
    assert team.signed_off(worker, "nurse-41", basis="For the ledger.").status == 201
    assert team.revoked(worker, by="nurse-41", reason="For the ledger.").status == 201
    denied = team.signed_off(worker, "nurse-42")
    assert denied.code == "not_registered"

    def events(query: str) -> list[dict[str, Any]]:
        path = f"/v1/audit/events?service=supervision&order=asc&{query}"
        return team.every("audit", path, "auditor-1")

    await until(lambda: len(events(f"resource_id={worker}")) == 4)
    found = {each["type"]: each for each in events(f"resource_id={worker}")}
    assert list(found) == [
        "worker-registered", "training-recorded", "competence-signed-off", "competence-revoked",
    ]  # fmt: skip
    trained, signed_off = found["training-recorded"], found["competence-signed-off"]
    assert trained["content"]["evidence"] == "For the ledger."
    assert (trained["service_user_id"], trained["team_id"]) == (None, "north-cmht")
    assert signed_off["content"]["basis"] == "For the ledger."
    assert signed_off["actor"]["registration"] == {"body": "NMC", "number": "18A1234E"}
    assert found["competence-revoked"]["content"]["reason"] == "For the ledger."

    def refusals() -> list[dict[str, Any]]:
        return [
            each["content"]
            for each in events("actor_id=nurse-42&type=access-denied")
            if each["content"]["resource"] == f"worker/{worker}"
        ]

    await until(lambda: bool(refusals()))
    [refusal] = refusals()
    assert (refusal["operation"], refusal["code"]) == ("sign_off_competence", "not_registered")


async def test_a_registration_that_is_suspended_signs_nothing(team: Client) -> None:
    """Neither competence nor a note, whatever its expiry."""
    team.tokens["nurse-44"] = signed(
        team, sub="nurse-44", roles=["registered_practitioner"], exp=2_000_000_000
    )
    made = team.put_worker("nurse-44", registrations=NMC)
    assert made.body["registrations"][0]["status"] == "effective"
    note = team.note(team.service_user())
    assert team.signed_off(WORKER, "nurse-44").status == 201
    checked = {"status": "suspended", "checked_on": day(), "conditions": "Interim order."}
    suspended = [{**NMC[0], **checked}]
    changed = team.put_worker("nurse-44", registrations=suspended, if_match=made.etag)
    assert changed.status == 200, changed.body
    assert changed.body["registrations"] == suspended
    assert team.signed_off(WORKER, "nurse-44").code == "not_registered"
    assert team.countersign(note, by="nurse-44").code == "not_registered"
    unknown = [{**NMC[0], "status": "unknown"}]
    assert team.put_worker("nurse-45", registrations=unknown).status == 422


async def test_what_has_lapsed_is_not_revoked(moving: tuple[Client, MovableClock]) -> None:
    client, clock = moving
    _introduced(client)
    assert client.signed_off(WORKER, "nurse-41", review_due=day(ago=-10)).status == 201
    with clock.moved(days=11):
        lapsed = client.revoked(WORKER, by="nurse-41")
        assert (lapsed.status, lapsed.code) == (409, "competence_not_in_force")
    assert client.revoked(WORKER, by="nurse-41").status == 201
