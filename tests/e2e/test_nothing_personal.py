"""Nothing personal is in clear anywhere: databases, streams, the wire, logs, traces, metrics.

Marked words go through every field that holds what was said of a person, and are looked for
afterwards in all that the machine kept and sent, however it is encoded there.
"""

import base64
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local.layout import Layout
from deploy.local.postgres import BINARIES
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES
from tests.support.client import Answer, Client, note_body
from tests.support.confidences import CONFIDED, everything_confided
from tests.support.developing import PLANS, plan_steps
from tests.support.elsewhere import acknowledged, ended, met, onward, unmet
from tests.support.exporting import unpacked
from tests.support.exports import exported, fetched
from tests.support.issues import life_of_an_issue, staff
from tests.support.ports import free_port_base, own_directory
from tests.support.spans import Sent, allowed, sent
from tests.support.stack import introduce_team
from tests.support.supervision_steps import SUPERVISED, everything_supervised
from tests.support.supporting import BODIES, carer_changed, kept, on_kept, where
from tests.support.wait import until
from tests.support.watching import Capture, span_collector, wire_tap
from tests.support.workforce import marked

pytestmark = pytest.mark.anyio
MARK = "Zyqqo"
"""No word of any language we know; each marked field has it with a number."""
NHS_NUMBER, BORN = "9990000018", "1931-02-07"
OTHER_NUMBER, REBORN, ASSESSED = "9990000026", "1931-03-07", "1947-05-06"
ISSUE = ("issue", "issue_routed", "issue_answer", "issue_closed")
FIELDS = (
    "given", "family", "local_id", "reason", "goal", "referrer", "rationale", "override",
    "handover", "summary", "restriction", "narrative", "own_view", "carer_view", "plan", "concern",
    "alerted", "late", "task", "purpose", "amendment", "comment", "glass", "review",
    "evidence", "basis", "revocation", "training_withdrawn",
    "language", "details", "parent", "withheld", "patch_given", "patch_family", "patch_local_id",
    "patch_language", "patch_details", "patch_parent", "patch_withheld", "patch_reason",
    "to_assess", "found", "question", "information", "reviewed", "withdrawn", "redirected",
    "referral_plan", "declined", "past_limit", "disengagement",
    "onward", "other_agency", "acknowledged_by", "came_of_it", "no_consent", "unmet", "met",
    "raised", "not_told", "told", "asked", "upgrade", "acknowledged", "closed", "reopened",
    "agreed", "plan_words", "plan_found", "plan_goal", "goal_words", "goal_view", "carer_name",
    "carer_tie", "carer_phone", "carer_mail", "in_confidence", "sharing", "instructions",
    "alert_found", "aim", "further_aim", "aim_progress", "plan_review",
    *ISSUE,
    *CONFIDED,
    *SUPERVISED,
)  # fmt: skip
MARKS = {name: f"{MARK}{number:03}" for number, name in enumerate(FIELDS)}


class WatchedStack(Stack):
    """Speaks to the broker through a wire tap, and sends its spans to a collector."""

    def __init__(self, layout: Layout, broker: Capture, spans: Capture) -> None:
        super().__init__(layout)
        self._broker, self._spans = broker, spans

    def environment(self, name: str) -> dict[str, str]:
        return {
            **super().environment(name),
            f"{name.upper()}_NATS_URL": f"nats://127.0.0.1:{self._broker.port}",
            f"{name.upper()}_OTLP_ENDPOINT": f"http://127.0.0.1:{self._spans.port}",
        }


@dataclass
class Watched:
    stack: Stack
    client: Client
    broker: Capture
    spans: Capture


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with own_directory() as data:
        layout = Layout(data, free_port_base())
        with wire_tap(layout.ports["nats"]) as broker, span_collector() as spans:
            stack = WatchedStack(layout, broker, spans)
            try:
                stack.start()
                yield Watched(stack, Client(layout), broker, spans)
            finally:
                stack.stop()


def _journey(client: Client) -> str:
    """Everything that can be said of a person, said once with a mark."""
    introduce_team(client)
    m = MARKS
    for done in (
        client.trained("str-worker-1", evidence=m["evidence"]),
        client.signed_off("str-worker-1", basis=m["basis"]),
        client.revoked("str-worker-1", reason=m["revocation"]),
    ):
        assert done.status == 201, done.body
    marked(client, "str-worker-1", m["training_withdrawn"])
    person = client.service_user(
        nhs_number=NHS_NUMBER,
        local_ids=[{"system": "ehr", "value": m["local_id"]}],
        name={"given": [m["given"]], "family": m["family"]},
        date_of_birth=BORN,
        communication={"language": m["language"], "details": m["details"]},
        young_person={"parental_responsibility": [m["parent"]], "wishes_withheld": m["withheld"]},
    )
    _waited(client, person)
    _put_right(client, person)
    made = client.referral(
        person,
        reason=m["reason"],
        goals=[m["goal"]],
        referrer={"name": m["referrer"], "organisation": "North CMHT"},
    )
    path = f"/v1/referrals/{made.body['id']}"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("decisions", {"outcome": "accepted", "rationale": m["rationale"]}),
        ("allocations", {"worker_id": "str-worker-1", "override_reason": m["override"]}),
        ("transfers", {"worker_id": "str-worker-3", "handover": m["handover"]}),
    ]
    for step, body in steps:
        made = client.post("referrals", f"{path}/{step}", "manager-1", body, if_match=made.etag)
        assert made.status == 201, made.body
    note = client.note(
        person,
        occurred_at="2026-01-05T10:00:00Z",
        narrative=m["narrative"],
        service_user_view=m["own_view"],
        carer_view=m["carer_view"],
        plan={"kind": "care_plan", "reference": "CP-7", "goal": m["plan"]},
        boundary_activities=[
            {"boundary": "medication", "class": "delegated_task", "task": m["task"]}
        ],
        concern={
            "kind": "risk",
            "urgency": "routine",
            "description": m["concern"],
            "alerted": [{"who": m["alerted"], "how": "telephone", "at": "2026-01-05T10:30:00Z"}],
        },
        money={"amount_pence": 500, "purpose": m["purpose"], "receipt": True},
        late_entry_reason=m["late"],
    )
    assert note.status == 201, note.body
    amended = client.post(
        "notes",
        f"/v1/notes/{note.body['id']}/amendments",
        "str-worker-1",
        {"reason": m["amendment"], "duration_minutes": 20},
        if_match=note.etag,
    )
    assert amended.status == 201, amended.body
    assert client.countersign(amended, comment=m["comment"]).status == 201
    glass = client.post(
        "notes",
        "/v1/access-overrides",
        "nurse-9",
        {"service_user_id": person, "reason_code": "emergency", "reason": m["glass"]},
    )
    assert glass.status == 201, glass.body
    reviewed = client.post(
        "notes",
        f"/v1/access-overrides/{glass.body['id']}/reviews",
        "ig-lead-1",
        {"outcome": "justified", "reason": m["review"]},
        if_match=glass.etag,
    )
    assert reviewed.status == 201, reviewed.body
    _concerned(client, person)
    _helped_elsewhere(client, person)
    _supported(client, person)
    _raised(client)
    plan_steps(
        client, aim=m["aim"], further=m["further_aim"], progress=m["aim_progress"],
        findings=m["plan_review"],
    )  # fmt: skip
    _supervised(client)
    made = _handed_on(client, made)
    closed = client.closed(made, summary=m["summary"], disengagement_plan=m["disengagement"])
    assert closed.status == 201, closed.body
    restricted = client.restricted(person, named_staff=["nurse-1"], reason=m["restriction"])
    assert restricted.status == 201, restricted.body
    _refused_and_looked_for(client, person)
    _confided(client, person)
    return person


def _raised(client: Client) -> None:
    """What the ledger opens for nobody, the team is shown."""
    description, routed, answer, closed = (MARKS[each] for each in ISSUE)
    shown = life_of_an_issue(client, (description, routed, answer, closed), "marked-cmht")
    assert [each for each in ISSUE if MARKS[each] not in str(shown.body)] == []


def _confided(client: Client, person: str) -> None:
    """What the ledger opens for nobody, the two are shown."""
    shown = everything_confided(client, person, MARKS).lower()
    assert [each for each in CONFIDED if MARKS[each].lower() not in shown] == []


def _supervised(client: Client) -> None:
    """What the ledger opens for nobody, the worker is shown."""
    shown = everything_supervised(client, MARKS)
    assert [each for each in SUPERVISED if MARKS[each] not in shown] == []


def _waited(client: Client, person: str) -> None:
    """Referrals that are assessed, asked about, reviewed and withdrawn, or redirected."""
    m = MARKS
    listed: dict[str, Any] = {"outcome": "waiting_list", "rationale": m["rationale"]}
    elsewhere = {
        "outcome": "redirected", "rationale": m["rationale"], "reason_code": "other",
        "redirected_to": m["redirected"],
    }  # fmt: skip
    stories: list[list[tuple[str, dict[str, Any]]]] = [
        [
            ("assessments", {"reason": m["to_assess"]}),
            ("assessments", {"findings": m["found"]}),
            ("decisions", {"outcome": "more_information", "rationale": m["question"]}),
            ("information", {"information": m["information"]}),
            ("decisions", listed),
            ("reviews", {"findings": m["reviewed"]}),
            ("withdrawals", {"reason_code": "other", "reason": m["withdrawn"]}),
        ],
        [("decisions", elsewhere)],
    ]
    for story in stories:
        plan = {"kind": "care_plan", "goal": m["referral_plan"]}
        made = client.referral(person, plan=plan)
        path = f"/v1/referrals/{made.body['id']}"
        for step, body in story:
            made = client.post("referrals", f"{path}/{step}", "manager-1", body, if_match=made.etag)
            assert made.status == 201, made.body


def _put_right(client: Client, person: str) -> None:
    """Every particular changed, and the number back to what it was."""
    m = MARKS
    changed = client.patched(
        person,
        nhs_number=OTHER_NUMBER,
        local_ids=[{"system": "ehr", "value": m["patch_local_id"]}],
        name={"given": [m["patch_given"]], "family": m["patch_family"]},
        date_of_birth=REBORN,
        communication={"language": m["patch_language"], "details": m["patch_details"]},
        young_person={
            "parental_responsibility": [m["patch_parent"]],
            "competence": "competent",
            "assessed_on": ASSESSED,
            "wishes_withheld": m["patch_withheld"],
        },
        reason=m["patch_reason"],
    )
    assert changed.status == 200, changed.body
    assert client.patched(person, nhs_number=NHS_NUMBER, date_of_birth=BORN).status == 200
    history = client.get("referrals", f"/v1/service-users/{person}/history", "manager-1")
    assert m["patch_reason"] in str(history.body)
    refused = client.patched(person, communication={"formats": [m["details"]]})
    assert refused.status == 422


def _concerned(client: Client, person: str) -> None:
    """The whole life of a concern."""
    m = MARKS
    made = client.concern(
        person, description=m["raised"], service_user_told=False, not_told_reason=m["not_told"]
    )
    told = [{"who": m["told"], "how": "telephone", "at": "2026-01-05T10:30:00Z"}]
    steps: list[tuple[str, dict[str, Any]]] = [
        ("alerts", {"alerted": told}),
        ("escalations", {"reason": m["asked"]}),
        ("upgrades", {"reason": m["upgrade"]}),
        ("acknowledgements", {"plan": m["acknowledged"]}),
        ("closures", {"outcome": m["closed"]}),
        ("reopenings", {"reason": m["reopened"]}),
    ]
    for command, body in steps:
        made = client.on_concern(made, command, "coordinator-1", **body)
        assert made.status == 201, made.body


def _handed_on(client: Client, referral: Answer) -> Answer:
    """A hand-over that is declined, and one past the limit of who receives it."""
    m = MARKS
    client.put_worker("str-worker-60", whole_time_equivalent=0.05)
    assert client.allocated(client.service_user(), "str-worker-60").status == 201
    declined = client.answered(referral, "str-worker-3", "declined", reason=m["declined"])
    assert declined.status == 201, declined.body
    moved = client.transferred(declined, "str-worker-60", override_reason=m["past_limit"])
    assert moved.status == 201, moved.body
    assert moved.body["allocation"]["overridden"], moved.body
    return moved


def _helped_elsewhere(client: Client, person: str) -> None:
    m, by = MARKS, "coordinator-1"
    made = onward(
        client, person, by=by, reason=m["onward"],
        agency={"name": m["other_agency"], "kind": "other"},
        consent={"basis": "best_interests", "reason": m["no_consent"]},
    )  # fmt: skip
    known = acknowledged(client, made, by=by, details=m["acknowledged_by"])
    assert ended(client, known, by=by, details=m["came_of_it"]).status == 201
    need = unmet(client, person, by=by, details=m["unmet"])
    assert met(client, need, by=by, details=m["met"]).status == 201


def _supported(client: Client, person: str) -> None:
    """A plan with its goal, a carer, a preference and a visit alert, each as far as it goes."""
    m = MARKS
    plan = kept(
        client, person, "plans",
        agreed_with=[m["agreed"]], own_words=m["plan_words"], goals=[{"goal": m["plan_goal"]}],
    )  # fmt: skip
    [goal] = plan.body["goals"]
    carer = kept(
        client, person, "carers",
        name=m["carer_name"], relationship=m["carer_tie"], telephone=m["carer_phone"],
        email=m["carer_mail"], in_confidence=m["in_confidence"],
    )  # fmt: skip
    alert = kept(client, person, "visit-alerts", instructions=m["instructions"])
    preference = kept(client, person, "sharing-preferences", own_words=m["sharing"])
    reviewed = on_kept(
        client, plan, "plans", "reviews", outcome="continued", findings=m["plan_found"]
    )
    progress = {
        "progress": "achieved", "own_words": m["goal_words"], "worker_view": m["goal_view"],
    }  # fmt: skip
    path = f"{where(person, 'goals')}/{goal['id']}/progress"
    for done in (
        preference,
        reviewed,
        client.post("referrals", path, "coordinator-1", progress, if_match='"1"'),
        on_kept(
            client, alert, "visit-alerts", "reviews", outcome="ended", findings=m["alert_found"]
        ),
    ):
        assert done.status == 201, done.body
    assert carer_changed(client, carer, main_carer=True).status == 200
    assert kept(client, person, "carers", name=[m["carer_name"]]).status == 422
    for kind in BODIES:
        assert client.get("referrals", where(person, kind), "nurse-1").status == 200


def _refused_and_looked_for(client: Client, person: str) -> None:
    """Bad input and look-ups repeat marked words where errors and logs might."""
    assert client.note(person, narrative=[MARKS["narrative"]]).status == 422
    assert client.note(person, setting=MARKS["narrative"]).status == 422
    assert client.call("POST", "notes", "/v1/notes", "nurse-1", content=MARK).status == 400
    again = {"nhs_number": NHS_NUMBER, "date_of_birth": BORN, "team_id": "north-cmht"}
    name = {"given": [MARKS["given"]], "family": MARKS["family"]}
    known = client.post("referrals", "/v1/service-users", "manager-1", {**again, "name": name})
    assert known.code == "already_registered"
    found = client.post(
        "referrals", "/v1/service-users/searches", "ehr-1", {"nhs_number": NHS_NUMBER}
    )
    assert [item["id"] for item in found.body["items"]] == [person]


def _forms(word: str) -> list[bytes]:
    """A word as it may lie in a file: as it is, in hexadecimal, in base64 at any offset."""
    plain = word.encode()
    # Of base64, the characters that the word alone decides: it may start at any of three places.
    cores = [
        base64.b64encode(b"\0" * lead + plain)[-(-lead * 4 // 3) : (lead + len(plain)) * 4 // 3]
        for lead in range(3)
    ]
    return [plain, plain.hex().encode(), plain.hex().upper().encode(), *cores]


def _holding(sources: dict[str, bytes], words: list[str]) -> set[str]:
    """Which sources hold which words. How each begins is looked for first: most begin alike."""
    beginnings = {word[: len(MARK)] for word in words}
    forms = {each: _forms(each) for each in {*words, *beginnings}}
    found = set()
    for name, content in sources.items():
        begun = {each for each in beginnings if any(form in content for form in forms[each])}
        for word in words:
            if word[: len(MARK)] in begun and any(form in content for form in forms[word]):
                found.add(f"{word} in {name}")
    return found


def _files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def _dump(stack: Stack, service: str) -> bytes:
    dsn = stack.postgres.superuser_dsn().replace("dbname=postgres", f"dbname=countersign_{service}")
    return subprocess.run([BINARIES / "pg_dump", dsn], check=True, capture_output=True).stdout


async def test_marked_words_are_nowhere_in_clear(watched: Watched) -> None:
    client, stack = watched.client, watched.stack
    person = _journey(client)
    asked = (f"service_user_id={person}", "resource_id=str-worker-1", "team_id=marked-cmht")
    last = (f"{asked[0]}&type=restriction-set", f"{asked[2]}&type=issue-closed")

    def events(query: str) -> list[Any]:
        return client.every("audit", f"/v1/audit/events?{query}", "ig-lead-1")

    await until(lambda: all(map(events, last)))
    shown = [event for query in asked for event in events(query)]
    # The ledger opens no development plan: the worker does.
    shown += client.get("supervision", PLANS, "developing-1").body["items"]
    unopened = {*CONFIDED, *SUPERVISED, *ISSUE}
    told = {name: word for name, word in MARKS.items() if name not in unopened}
    unseen = [name for name, word in told.items() if word not in str(shown)]
    assert unseen == [], "the journey reaches every field, and audit opens it"
    await until(lambda: b"POST /v1/notes" in watched.spans.seen)
    export = exported(client, "ig-lead-1", service_user_id=person)
    assert MARKS["narrative"] in str(
        unpacked(fetched(client, "ig-lead-1", export.body["id"]).content).files
    )

    dumps = {f"pg_dump {service}": _dump(stack, service) for service in SERVICES}
    wire = {"the wire": bytes(watched.broker.seen), "spans": bytes(watched.spans.seen)}
    metrics = {
        f"metrics of {service}": client.get(service, "/metrics").body.encode()
        for service in SERVICES
    }
    kept = _files(stack.layout.data)
    everywhere = dumps | wire | metrics | kept

    # The search itself works: what is meant to be in clear is found in each kind of place.
    assert _holding(dumps, [person]) == {f"{person} in {name}" for name in dumps}
    assert _holding(wire, [person]) >= {f"{person} in the wire"}
    assert any("streams" in found for found in _holding(kept, [person]))

    raiser = staff(client, "marked-cmht")
    assert _holding(dumps, [raiser]) == {f"{raiser} in pg_dump supervision"}, "for their own list"
    sent = {name: held for name, held in kept.items() if re.search(r"^logs/|streams", name)}
    assert len({name.partition("/")[0] for name in sent}) > 1, sent.keys()
    assert _holding(wire | metrics | sent, [raiser]) == set(), "who raised it is told to nobody"

    themes_as_kept = MARKS["theme"].lower()
    said = [*MARKS.values(), themes_as_kept, NHS_NUMBER, BORN, OTHER_NUMBER, REBORN, ASSESSED]
    assert _holding(everywhere, said) == set()


async def test_a_note_is_followed_to_the_ledger_and_spans_say_no_more(watched: Watched) -> None:
    """Request, append, relay and consumer, as a collector of OTLP is told of them."""
    client = watched.client
    person = client.service_user()
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    body = note_body(person)
    assert client.post("notes", "/v1/notes", "str-worker-1", body, headers=headers).status == 201
    trace = bytes.fromhex(headers["traceparent"].split("-")[1])

    def spans(service: str, name: str) -> list[Sent]:
        return [
            each
            for each in sent(bytes(watched.spans.seen))
            if (each.service, each.name) == (f"countersign-{service}", name)
            and (each.trace == trace or trace in each.links)
        ]

    await until(
        lambda: all(spans(each, "consume notes") for each in ("audit", "referrals", "supervision"))
    )
    await until(lambda: bool(spans("notes", "relay notes") and spans("notes", "POST /v1/notes")))
    [request] = spans("notes", "POST /v1/notes")
    assert request.parent == bytes.fromhex(headers["traceparent"].split("-")[2])
    [append] = [each for each in spans("notes", "append") if each.trace == trace]
    assert append.parent == request.span

    told = sent(bytes(watched.spans.seen))
    assert {each.service for each in told} == {f"countersign-{each}" for each in SERVICES}
    assert {key for each in told for key in each.attributes} == allowed("span")
    assert {key for each in told for key in each.resource} <= allowed("resource")
    assert allowed("spanevent") == allowed("scope") == set()
    assert all(each.bare for each in told)


def test_a_word_is_found_however_it_is_encoded() -> None:
    word = "Zyqqo07 and more"
    hidden = {
        "plain": b"..." + word.encode(),
        "hex": word.encode().hex().encode(),
        **{f"base64 {n}": base64.b64encode(b"x" * n + word.encode()) for n in range(4)},
    }
    assert _holding(hidden, [word]) == {f"{word} in {name}" for name in hidden}
