"""The demo team's data keeps to the contract, and the loader adds nothing twice."""

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from deploy.local.personas import BY_SUB
from deploy.local.seed import SeedFailed, Summary, Urls, seed
from deploy.local.seed.notes import NOTES, Note
from deploy.local.seed.people import BY_KEY, PEOPLE, Person
from deploy.local.seed.support import (
    AGENCIES,
    CARERS,
    ONWARD_REFERRALS,
    UNMET_NEEDS,
    VISIT_ALERTS,
)

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
A_WEEK = [NOW + timedelta(days=each) for each in range(7)]
IDS = {each.key: f"id-{each.key}" for each in PEOPLE}


def words(text: str) -> set[str]:
    return set(text.split())


NEEDS = words(
    "budgeting education_training employment financial_awareness housing income_benefits "
    "internet_access leisure_exercise race_culture shopping social_sexual_relationships "
    "social_networks spirituality_creativity_identity transport lived_experience "
    "self_help_groups medicines_management health_checks allied_health primary_care "
    "voice_advocacy health_promotion"
)
FUNCTIONS = words(
    "independent_living companionship practical_support daily_living ordinary_lives "
    "access_to_resources health_promotion involvement"
)
ENUMS = {
    "contact": "direct indirect proxy",
    "setting": "home community clinic ward office gp_surgery college housing_office job_centre "
    "prison other",
    "mechanism": "face_to_face telephone talk_type email text instant_message video "
    "message_board chat_room other",
    "attendance": "attended attended_late late_not_seen did_not_attend "
    "cancelled_by_service_user cancelled_by_provider",
    "recorded_from": "live paper downtime",
}
OTHERS = words("carer family_member friend interpreter advocate agency_worker other")
BOUNDARIES = words(
    "clinical_treatment medication mental_health_act service_management counselling "
    "care_coordination"
)
SOURCES = words(
    "cmht primary_care self carer inpatient_ward crisis_team early_intervention housing "
    "voluntary_sector gp_practice other"
)
FIELDS = words(
    "service_user_id occurred_at duration_minutes recorded_from contact setting mechanism "
    "attendance others_present staff_present functions needs plan narrative service_user_view "
    "carer_view boundary_activities concern money late_entry_reason"
)


def body(note: Note, now: datetime = NOW) -> dict[str, Any]:
    return dict(note.body(IDS[note.person], now))


# --- service users ------------------------------------------------------------------------------


def test_the_team_has_the_people_it_should() -> None:
    teams = Counter(each.team for each in PEOPLE)
    assert 15 <= len(PEOPLE) <= 18
    assert teams["north-cmht"] >= 10
    assert teams["south-cmht"] == 2
    assert len(BY_KEY) == len({each.nhs_number for each in PEOPLE}) == len(PEOPLE)
    assert all(each.given == "Service User" for each in PEOPLE)


def test_nhs_numbers_are_valid_and_never_issued() -> None:
    for person in PEOPLE:
        digits = [int(each) for each in person.nhs_number]
        weighted = sum(d * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
        assert len(digits) == 10
        assert person.nhs_number.startswith("999")
        assert (11 - weighted % 11) % 11 == digits[9]


def test_people_are_adults_with_a_coordinator_of_their_team() -> None:
    for person in PEOPLE:
        assert NOW.date() - date.fromisoformat(person.date_of_birth) > timedelta(days=18 * 366)
        assert person.team in BY_SUB[person.care_coordinator].teams
        assert person.team in BY_SUB[person.manager].teams


def test_referrals_use_the_contracts_codes() -> None:
    for person in PEOPLE:
        referral = person.referral
        assert referral.source in SOURCES
        assert set(referral.needs) <= NEEDS
        assert datetime.fromisoformat(str(referral.body("id", NOW)["received_at"])) < NOW
        if referral.worker is not None:
            assert referral.decision is not None
            assert referral.decision.outcome == "accepted"
            assert person.team in BY_SUB[referral.worker].teams
            assert BY_SUB[referral.worker].roles == ("str_worker",)


def test_referrals_stand_at_every_place_that_somebody_may_ask_about() -> None:
    decisions = [each.referral.decision for each in PEOPLE]
    outcomes = Counter(each.outcome if each else "undecided" for each in decisions)
    assert outcomes - Counter(accepted=outcomes["accepted"]) == Counter(
        declined=1, undecided=1, waiting_list=2, more_information=1
    )
    reasons = [each.reason_code for each in decisions if each and each.outcome == "declined"]
    assert reasons == ["needs_met_elsewhere"]
    waiting = [
        (each.referral.decision.priority, each.referral.received_days_ago)
        for each in PEOPLE
        if each.referral.decision and each.referral.decision.outcome == "waiting_list"
    ]
    [(first, shorter), (second, longer)] = waiting
    assert (first, second) == ("urgent", "routine")
    assert shorter < longer
    assert all(
        (each is not None and each.outcome == "accepted") == (person.referral.worker is not None)
        for each, person in zip(decisions, PEOPLE, strict=True)
    )


def test_ethnicity_is_said_asked_and_not_said_or_not_asked() -> None:
    said = Counter(each.ethnicity for each in PEOPLE)
    assert (said["Z"], said[None]) == (1, 1)
    assert len(said) >= 10
    assert len({each.nhs_number_status for each in PEOPLE}) >= 3
    assert [each.key for each in PEOPLE if each.communication] == ["ten"]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: each.key)
def test_the_plan_that_notes_name_is_one_that_holds(person: Person) -> None:
    plan: dict[str, Any] = dict(person.plan(NOW))
    assert (plan["kind"], plan["reference"]) == (person.plan_kind, person.plan_reference)
    assert NOW.date() < date.fromisoformat(plan["review_due"])
    first = min((each.occurred_at(NOW) for each in NOTES if each.person == person.key), default=NOW)
    assert date.fromisoformat(plan["valid_from"]) <= first.date()
    assert [each["goal"] for each in plan["goals"]] == [*person.referral.goals]
    assert {each["boundary"] for each in plan["tasks"]} <= BOUNDARIES
    for note in (each for each in NOTES if each.person == person.key):
        assert all(each.authority in (None, person.plan_reference) for each in note.boundaries)


def test_what_goes_with_people_is_by_the_worker_whose_caseload_it_is() -> None:
    """And no two of them look the same to a second run."""
    ids = [each.id for each in AGENCIES]
    assert len(set(ids)) == len(ids) == 3
    assert {each.agency for each in ONWARD_REFERRALS} <= set(ids)
    assert [each.outcome for each in ONWARD_REFERRALS] == ["support_received", None]
    for each in (*ONWARD_REFERRALS, *UNMET_NEEDS, *VISIT_ALERTS, *CARERS):
        assert each.worker in BY_SUB
    assert len({(each.person, each.agency, each.need) for each in ONWARD_REFERRALS}) == 2
    assert {each.need for each in (*ONWARD_REFERRALS, *UNMET_NEEDS)} <= NEEDS
    assert (len(UNMET_NEEDS), len(VISIT_ALERTS), len(CARERS)) == (1, 1, 1)


# --- notes --------------------------------------------------------------------------------------


def test_there_are_enough_notes_of_every_kind() -> None:
    assert len(NOTES) >= 64
    assert len({each.key for each in NOTES}) == len(NOTES)
    assert len({each.narrative for each in NOTES}) == len(NOTES)
    awaiting = [each for each in NOTES if each.signed is None and each.author != "nurse-1"]
    assert 13 <= len(awaiting) <= 17
    assert 4 <= sum(each.amended is not None for each in NOTES) <= 6
    assert sum(each.author == "nurse-1" for each in NOTES) == 1
    assert {each.concern.kind for each in NOTES if each.concern} >= {"relapse_sign", "medication"}
    assert {each.attendance for each in NOTES} >= {"did_not_attend", "late_not_seen"}
    assert {each.mechanism for each in NOTES} >= {"text", "video", "telephone", "email"}
    assert any(each.money for each in NOTES)
    assert any(each.late_entry_reason for each in NOTES)


@pytest.mark.parametrize("note", NOTES, ids=lambda each: each.key)
def test_a_note_keeps_to_the_contract(note: Note) -> None:
    sent = body(note)
    assert set(sent) <= FIELDS
    for name, values in ENUMS.items():
        assert sent[name] in words(values), name
    assert sent["functions"]
    assert set(sent["functions"]) <= FUNCTIONS
    assert sent["needs"]
    assert set(sent["needs"]) <= NEEDS
    assert set(sent["others_present"]) <= OTHERS
    assert 0 < sent["duration_minutes"] <= 240
    for each in sent["boundary_activities"]:
        assert each["boundary"] in BOUNDARIES
        assert each["class"] in ("contribution", "delegated_task", "outside_role")
    if "concern" in sent:
        assert sent["concern"]["urgency"] in ("routine", "urgent")
        assert sent["concern"]["service_user_told"] or sent["concern"]["not_told_reason"]
    assert 0 <= note.days_ago <= 40
    assert (note.at is None) == (note.days_ago == 0)


@pytest.mark.parametrize("note", NOTES, ids=lambda each: each.key)
def test_a_note_is_written_as_notes_should_be(note: Note) -> None:
    said = " ".join(each for each in (note.narrative, note.view, note.carer_view) if each)
    assert 2 <= len(re.findall(r"[.?!](?:”)?(?= |$)", note.narrative)) <= 6
    assert "patient" not in said.lower()
    assert re.search(r"  |\bPIP\b|\bGP\b|\bCC\b|\bCPN\b|\bN/A\b", said) is None


@pytest.mark.parametrize("note", NOTES, ids=lambda each: each.key)
def test_who_wrote_and_who_signs_could_have_done_so(note: Note) -> None:
    team = BY_KEY[note.person].team
    assert team in BY_SUB[note.author].teams
    assert BY_KEY[note.person].referral.worker is not None
    assert note.author not in note.staff_present
    assert all(team in BY_SUB[each].teams for each in note.staff_present)
    if note.signed is not None:
        assert note.signed.by != note.author
        assert BY_SUB[note.signed.by].registrations
        assert team in BY_SUB[note.signed.by].teams
        assert note.signed.basis in ("validated", "witnessed")
        assert note.signed.basis != "witnessed" or note.signed.by in note.staff_present


@pytest.mark.parametrize(
    "note", [each for each in NOTES if each.amended], ids=lambda each: each.key
)
def test_an_amendment_changes_something_and_says_why(note: Note) -> None:
    assert note.amended is not None
    sent = body(note)
    assert note.amended.reason
    assert note.amended.changes
    assert all(sent[name] != value for name, value in note.amended.changes.items())


@pytest.mark.parametrize("now", A_WEEK, ids=lambda each: f"{each:%a}")
def test_times_are_past_on_a_working_day_and_never_overlap(now: datetime) -> None:
    busy: dict[str, list[tuple[datetime, datetime]]] = {}
    for note in NOTES:
        start = datetime.fromisoformat(body(note, now)["occurred_at"])
        assert start.utcoffset() is not None
        end = start + timedelta(minutes=note.minutes)
        assert end <= now
        assert start.weekday() < 5 or note.days_ago == 0
        if note.concern is not None:
            alerted = body(note, now)["concern"]["alerted"][0]["at"]
            assert start < datetime.fromisoformat(alerted) <= now
        busy.setdefault(note.author, []).append((start, end))
    for spans in busy.values():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("now", A_WEEK, ids=lambda each: f"{each:%a}")
def test_each_persons_story_runs_in_the_order_told(now: datetime) -> None:
    for person in PEOPLE:
        times = [each.occurred_at(now) for each in NOTES if each.person == person.key]
        assert times == sorted(times)


def test_just_after_midnight_nothing_lies_in_the_future() -> None:
    midnight = datetime(2026, 11, 19, 0, 1, tzinfo=UTC)
    assert all(each.occurred_at(midnight) <= midnight for each in NOTES)


def test_a_late_note_gives_its_reason_but_for_two_that_are_left_to_ask_about() -> None:
    late = [each for each in NOTES if NOW - each.occurred_at(NOW) > timedelta(hours=24)]
    silent = [each for each in late if "late_entry_reason" not in body(each)]
    assert [each.key for each in silent] == ["four-carer-call", "seven-prompt"]
    assert not [each for each in NOTES if each not in late and "late_entry_reason" in body(each)]


def test_the_same_moment_gives_the_same_notes() -> None:
    assert [body(each) for each in NOTES] == [body(each) for each in NOTES]
    later = NOW + timedelta(hours=3)
    older = [each for each in NOTES if each.days_ago > 1]
    assert [body(each) for each in older] == [body(each, later) for each in older]


# --- the loader, against the contract -----------------------------------------------------------


OF_A_PERSON = ("plans", "visit-alerts", "carers", "sharing-preferences")
"""What has a list below a service user's own address."""
URLS = Urls(*(f"http://{each}" for each in ("identity", "notes", "referrals", "supervision", "a")))


class Stack:
    """As much of the contract as seeding meets: keys replay, commands need the current ETag."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.answers: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.changes = 0
        self.written: list[tuple[str, str]] = []
        self.break_at: int | None = None

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def forget_keys(self) -> None:
        self.answers.clear()

    def answer(self, request: httpx.Request) -> httpx.Response:
        caller = request.headers["Authorization"].removeprefix("Bearer ")
        path = request.url.path
        if request.method == "GET":
            return self.read(path, request)
        if self.break_at == self.changes:
            return self.problem(500, "broken")
        sent = json.loads(request.content)
        if request.method == "PUT":
            self.changes += 1
            return self.shown(self.keep(path, sent, id=path.split("/")[-1]), 201)
        scope = (caller, path, request.headers["Idempotency-Key"])
        if scope in self.answers:
            before, where = self.answers[scope]
            if before != request.content.decode():
                return self.problem(422, "idempotency_key_reused")
            return self.shown(self.held[where], 201, {"Idempotency-Replayed": "true"})
        response = self.write(caller, path, sent, request.headers.get("If-Match"))
        if response.status_code == 201:
            self.changes += 1
            self.written.append((caller, path))
            below = "/".join(path.split("/")[:4])
            made = f"{path}/{response.json().get('id')}"
            where = made if made in self.held else below
            self.answers[scope] = (request.content.decode(), where)
        return response

    def keep(self, where: str, sent: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.held[where] = {**sent, "version": 1, **more}
        return self.held[where]

    def shown(
        self, found: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        etag = {"ETag": f'"{found["version"]}"'}
        return httpx.Response(status, json=found, headers={**etag, **(headers or {})})

    def problem(self, status: int, code: str, **more: str) -> httpx.Response:
        return httpx.Response(status, json={"code": code, "detail": "secret words", **more})

    def read(self, path: str, request: httpx.Request) -> httpx.Response:
        if path in self.held:
            found = self.held[path]
            if request.url.params.get("version") == "1":
                found = {**found, **found.get("first", {})}
            return self.shown(found)
        query = dict(request.url.params)
        names = {"service_user_id": "service_user_id", "author_id": "author"}
        if not query.keys() & names.keys() and path.split("/")[-1] not in OF_A_PERSON:
            return self.problem(404, "not_found")
        items = [
            held
            for where, held in reversed(self.held.items())
            if where.startswith(f"{path}/")
            and all(held.get(names[name]) == query[name] for name in names if name in query)
        ]
        start = int(query.get("cursor", "0"))
        more = str(start + 3) if start + 3 < len(items) else None
        return httpx.Response(200, json={"items": items[start : start + 3], "next_cursor": more})

    def write(
        self, caller: str, path: str, sent: dict[str, Any], etag: str | None
    ) -> httpx.Response:
        parts = path.split("/")
        id_ = f"id-{len(self.held)}"
        if parts[-1] in OF_A_PERSON:
            return self.shown(self.keep(f"{path}/{id_}", sent, id=id_), 201)
        if parts[2:] == ["onward-referrals"]:
            agency = {"id": sent["agency_id"]}
            more: dict[str, Any] = {
                "agency": agency,
                "acknowledgement": None,
                "outcomes": [],
                "id": id_,
            }
            return self.shown(self.keep(f"{path}/{id_}", sent, **more), 201)
        if parts[2] == "service-users":
            known = [
                held
                for where, held in self.held.items()
                if where.startswith(path) and held.get("nhs_number") == sent["nhs_number"]
            ]
            if known:
                return self.problem(409, "already_registered", id=known[0]["id"])
            return self.shown(self.keep(f"{path}/{id_}", sent, id=id_), 201)
        if len(parts) == 3:
            unsigned = parts[2] == "notes" and caller != "nurse-1"
            status = "awaiting_countersignature" if unsigned else "complete"
            if sent.get("concern"):
                self.held[f"/v1/concerns/of-{id_}"] = {"status": "raised", "version": 1}
            return self.shown(
                self.keep(
                    f"{path}/{id_}",
                    sent,
                    id=id_,
                    author=caller,
                    digest=f"digest-{id_}-1",
                    concern_id=f"of-{id_}",
                    amendments=[],
                    decisions=[],
                    status=status if parts[2] == "notes" else "received",
                ),
                201,
            )
        held = self.held["/".join(parts[:4])]
        if etag is None:
            return self.problem(428, "if_match_required")
        if etag != f'"{held["version"]}"':
            return self.problem(412, "version_changed")
        refused = getattr(self, f"on_{parts[4]}")(caller, held, sent)
        if refused is not None:
            return self.problem(409, str(refused))
        held["version"] += 1
        return self.shown(held, 201)

    def on_training(self, caller: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held.setdefault("training", []).append({**sent, "recorded_by": {"staff_id": caller}})
        return None

    def on_competences(self, caller: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held.setdefault("competences", []).append({**sent, "signed_off_by": {"staff_id": caller}})
        return None

    def on_decisions(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held["status"] = sent["outcome"]
        held["decisions"].append(sent)
        return None

    def on_allocations(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        if held["status"] != "accepted":
            return "not_accepted"
        held.update(status="allocated", worker_id=sent["worker_id"])
        return None

    def on_outcomes(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held["outcomes"].append(sent)
        return None

    def on_acknowledgements(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        if "agency" in held:
            refused = "already_acknowledged" if held["acknowledgement"] else None
            held["acknowledgement"] = sent
            return refused
        if held["status"] != "raised":
            return "already_acknowledged"
        held["status"] = "acknowledged"
        return None

    def on_amendments(self, caller: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        if caller != held["author"]:
            return "not_author"
        held["first"] = {"narrative": held["narrative"]}
        held["amendments"].append(sent.pop("reason"))
        held.update(sent, digest=f"{held['digest']}-amended")
        return None

    def on_countersignatures(
        self, caller: str, held: dict[str, Any], sent: dict[str, Any]
    ) -> str | None:
        if caller == held["author"] or sent["digest"] != held["digest"]:
            return "digest_mismatch"
        if sent["basis"] == "witnessed" and caller not in held["staff_present"]:
            return "not_present"
        held["status"] = "countersigned"
        return None


async def token(persona: str) -> str:
    return persona


def run(stack: Stack, now: datetime = NOW) -> tuple[Summary, list[tuple[int, int, str]]]:
    steps: list[tuple[int, int, str]] = []
    summary = asyncio.run(
        seed(
            URLS,
            token,
            lambda done, total, what: steps.append((done, total, what)),
            now=now,
            transport=stack.transport(),
        )
    )
    return summary, steps


def test_an_empty_stack_gets_the_whole_team() -> None:
    stack = Stack()
    summary, steps = run(stack)
    assert summary.workers == sum(each.started_on is not None for each in BY_SUB.values())
    assert "/v1/workers/ehr-1" not in stack.held
    assert summary.service_users == summary.referrals == len(PEOPLE)
    assert summary.decisions == len(PEOPLE) - 1
    assert summary.allocations == sum(each.referral.worker is not None for each in PEOPLE)
    assert summary.plans == len(PEOPLE)
    assert (summary.agencies, summary.onward_referrals, summary.support) == (3, 2, 4)
    onward = [held for at, held in stack.held.items() if at.startswith("/v1/onward-referrals/")]
    assert [len(each["outcomes"]) for each in onward] == [1, 0]
    assert all(each["acknowledgement"] for each in onward)
    [preference] = [held for at, held in stack.held.items() if "/sharing-preferences/" in at]
    assert any(at.endswith(f"/carers/{preference['carer_id']}") for at in stack.held)
    assert summary.notes == len(NOTES) == len(summary.note_ids)
    assert summary.amendments == sum(each.amended is not None for each in NOTES)
    assert summary.countersignatures == sum(each.signed is not None for each in NOTES)
    assert summary.already_there == 0
    assert (summary.trained, summary.signed_off) == (3, 1)
    concerns = [held["status"] for at, held in stack.held.items() if at.startswith("/v1/concerns/")]
    assert sorted(concerns) == ["acknowledged", "acknowledged", "raised"]
    assert [done for done, _, _ in steps] == list(range(1, steps[0][1] + 1))


def test_who_is_trained_and_who_is_signed_off_when_all_else_is_done() -> None:
    stack = Stack()
    run(stack)
    trained = {
        staff_id: worker["training"]
        for staff_id in BY_SUB
        if (worker := stack.held.get(f"/v1/workers/{staff_id}")) and "training" in worker
    }
    assert trained.keys() == {"str-worker-1", "str-worker-3", "str-worker-9"}
    for staff_id, [course] in trained.items():
        persona = BY_SUB[staff_id]
        assert course["course"] == "record_keeping"
        assert persona.started_on
        assert persona.started_on < date.fromisoformat(course["completed_on"]) < NOW.date()
        assert set(BY_SUB[course["recorded_by"]["staff_id"]].teams) >= set(persona.teams)
    assert stack.written[-1] == ("nurse-1", "/v1/workers/str-worker-3/competences")
    [held] = stack.held["/v1/workers/str-worker-3"]["competences"]
    assert (held["activity"], held["assessed_on"]) == ("record_keeping", "2026-11-18")


@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=2), timedelta(days=3)])
@pytest.mark.parametrize("keys_kept", [True, False])
def test_a_second_run_adds_nothing(later: timedelta, keys_kept: bool) -> None:
    stack = Stack()
    first, _ = run(stack)
    changes = stack.changes
    if not keys_kept:
        stack.forget_keys()
    second, _ = run(stack, NOW + later)
    assert stack.changes == changes
    assert second.notes == second.countersignatures == second.workers == 0
    assert second.trained == second.signed_off == second.plans == 0
    assert second.agencies == second.onward_referrals == second.support == 0
    assert second.service_user_ids == first.service_user_ids
    assert second.note_ids == first.note_ids


@pytest.mark.parametrize("changes", [5, 16, 20, 40, 90, 98, 101, 104, 108, 125, 160, -1])
def test_a_run_that_broke_off_is_finished_by_the_next(changes: int) -> None:
    whole, broken = Stack(), Stack()
    run(whole)
    broken.break_at = changes % whole.changes
    with pytest.raises(SeedFailed):
        run(broken)
    broken.break_at = None
    run(broken, NOW + timedelta(minutes=5))
    assert broken.changes == whole.changes
    assert len(broken.held) == len(whole.held)


def test_a_failure_names_the_call_and_never_what_was_said() -> None:
    stack = Stack()
    stack.break_at = 0
    with pytest.raises(SeedFailed) as failed:
        run(stack)
    failure = failed.value
    assert (failure.method, failure.path) == ("PUT", "/v1/workers/manager-1")
    assert (failure.status, failure.code) == (500, "broken")
    assert str(failure) == "PUT /v1/workers/manager-1: 500 broken"
