"""What happens to a note between its recording and its signature, over HTTP."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.client import Answer, Client, moment
from tests.support.stack import NMC
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
ROUNDS = 30


def _history(client: Client, note: Answer, by: str = "nurse-1") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(
        "notes", f"/v1/notes/{note.body['id']}/history", by
    ).body["items"]
    return items


def _refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code)


async def test_an_addendum_and_a_statement_stand_beside_a_signed_note(
    client: Client, person: str
) -> None:
    note = client.countersign(client.note(person))
    added = client.on_note(note, "addenda", "str-worker-1", text="The letter was dated the 2nd.")
    assert added.status == 201
    statement = {"kind": "service_user_statement", "text": "I was tired, not angry."}
    both = client.on_note(added, "addenda", "ot-1", **statement)
    assert [(each["kind"], each["text"], each["version"]) for each in both.body["addenda"]] == [
        ("addendum", "The letter was dated the 2nd.", 3),
        ("service_user_statement", "I was tired, not angry.", 4),
    ]
    assert both.body["addenda"][1]["by"]["registration"]["body"] == "HCPC"
    for name in ("status", "digest", "countersignature", "amendments"):
        assert both.body[name] == note.body[name]
    _refused(client.on_note(both, "addenda", "str-worker-3", text="Me too."), 403, "tie_not_enough")
    _refused(client.on_note(both, "addenda", "nurse-9", text="Me too."), 403, "no_relationship")
    [listed] = client.get("notes", f"/v1/notes?service_user_id={person}", "auditor-1").body["items"]
    assert [each["text"] for each in listed["addenda"]] == [None, None]
    assert client.seen(both, "nurse-1").body == both.body


async def test_a_late_entry_is_asked_why_until_it_tells(client: Client) -> None:
    person = client.service_user()
    note = client.note(person, occurred_at=moment(hours_ago=60))
    assert note.body["outstanding"] == ["late_entry_reason"]
    _refused(
        client.on_note(note, "late-reasons", "nurse-1", reason="No signal."), 403, "not_author"
    )
    told = client.on_note(note, "late-reasons", "str-worker-1", reason="No signal.")
    assert (told.body["outstanding"], told.body["late"]) == ([], True)
    assert told.body["late_entry_reason"] == "No signal."
    assert told.body["digest"] == note.body["digest"]
    again = client.on_note(told, "late-reasons", "str-worker-1", reason="The battery.")
    _refused(again, 409, "reason_already_given")
    amended = client.amended(told, narrative="Read two letters.")
    assert (amended.body["outstanding"], amended.body["flags"]) == ([], ["late"])
    assert amended.body["late_entry_reason"] == "No signal."
    punctual = client.note(person)
    never = client.on_note(punctual, "late-reasons", "str-worker-1", reason="None.")
    _refused(never, 409, "not_late")
    assert _history(client, note)[1]["reason"] == "No signal."


async def test_a_note_is_returned_and_answered(client: Client, person: str) -> None:
    note = client.note(person)
    due = note.body["countersignature"]["due_at"]
    _refused(client.returned(note, "str-worker-1"), 403, "own_note")
    _refused(client.returned(note, "manager-1"), 403, "not_registered")
    _refused(client.returned(note, "nurse-9"), 403, "no_relationship")
    _refused(client.on_note(note, "answers", "str-worker-1", answer="Which?"), 409, "nothing_asked")
    returned = client.returned(note)
    assert returned.body["status"] == "returned"
    [asked] = returned.body["returns"]
    assert (asked["question"], asked["answer"]) == ("Which letter was it?", None)
    _refused(client.returned(returned, "ot-1"), 409, "already_returned")
    item = client.worklist()[note.body["id"]]
    assert (item["status"], item["version"], item["due_at"]) == ("returned", 2, due)
    _refused(client.on_note(returned, "answers", "nurse-1", answer="Rent."), 403, "not_answering")
    answered = client.on_note(returned, "answers", "str-worker-1", answer="The one about rent.")
    assert answered.body["status"] == "awaiting_countersignature"
    assert answered.body["countersignature"]["due_at"] == due
    assert answered.body["returns"][0]["answer"]["answer"] == "The one about rent."
    twice = client.returned(answered, question="And when?")
    amended = client.amended(twice, narrative="Read the rent letter of the 2nd.")
    assert amended.body["status"] == "awaiting_countersignature"
    assert amended.body["returns"][1]["answer"]["answer"] == "A slip of the pen."
    assert client.countersign(amended).body["status"] == "countersigned"
    told = [(each["type"], each["reason"]) for each in _history(client, note)]
    assert told == [
        ("note-recorded", None),
        ("note-returned", "Which letter was it?"),
        ("note-answered", "The one about rent."),
        ("note-returned", "And when?"),
        ("note-amended", "A slip of the pen."),
        ("note-countersigned", None),
    ]


async def test_what_needs_no_signature_or_has_one_is_not_returned(
    client: Client, person: str
) -> None:
    _refused(
        client.returned(client.note(person, "nurse-1"), "ot-1"),
        409,
        "countersignature_not_required",
    )
    returned = client.returned(client.note(person))
    settled = client.countersign(returned, "ot-1")
    assert settled.body["returns"][0]["answer"] is None
    _refused(client.returned(settled), 409, "already_countersigned")


async def test_the_signed_version_still_proves_who_signed_what(client: Client, person: str) -> None:
    """That a digest is the version's own is in tests/unit/notes: nobody is shown the salt."""
    note = client.note(person)
    first = client.countersign(note, comment="Checked with him.")
    amended = client.amended(first, narrative="Went through the council tax letter.")
    assert amended.body["status"] == "awaiting_countersignature"
    assert amended.body["countersignature"]["signed"] is None
    assert note.body["id"] in client.worklist()
    old = client.seen(note, "nurse-1", "?version=2").body
    assert old == first.body
    assert old["narrative"] == note.body["narrative"]
    signature = old["countersignature"]["signed"]
    assert signature["by"]["registration"] == {"body": "NMC", "number": "18A1234E"}
    path = f"/v1/audit/events?resource_id={note.body['id']}&order=asc"
    await until(lambda: len(client.get("audit", path, "auditor-1").body["items"]) == 3)
    recorded, countersigned, changed = client.get("audit", path, "auditor-1").body["items"]
    assert signature["digest"] == old["digest"] == note.body["digest"]
    assert signature["digest"] == recorded["content"]["digest"]
    assert signature["digest"] == countersigned["content"]["digest"]
    assert amended.body["digest"] == changed["content"]["digest"] != signature["digest"]
    assert amended.body["amendments"][0]["replaced_signature"] == signature


async def test_a_history_tells_what_differs_and_for_whom(client: Client, person: str) -> None:
    note = client.note(person)
    amended = client.amended(note, narrative="Read two letters.", duration_minutes=40)
    found = {each["field"]: each for each in _history(client, note)[1]["differences"]}
    assert found["narrative"]["before"] == note.body["narrative"]
    assert found["narrative"]["after"] == "Read two letters."
    assert (found["duration_minutes"]["before"], found["duration_minutes"]["after"]) == (None, 40)
    audited = _history(client, note, "auditor-1")[1]
    assert (audited["changes"], audited["differences"]) == (
        ["duration_minutes", "narrative"],
        None,
    )
    assert amended.body["amendments"][0]["kind"] == "amendment"


async def test_a_corrected_fact_is_kept_for_audit_alone(client: Client, person: str) -> None:
    """UK GDPR Art. 16."""
    wrong = "Said his brother owes him money."
    note = client.note(person, narrative=wrong)
    signed_ = client.countersign(note)
    right = {"kind": "factual_correction", "reason": "It was another brother."}
    corrected = client.amended(signed_, narrative="Said his cousin owes him money.", **right)
    assert corrected.body["amendments"][0]["kind"] == "factual_correction"
    later = client.amended(corrected, duration_minutes=30)
    for query in ("?version=1", "?version=2", f"?as_of={signed_.body['recorded_at']}"):
        seen = client.seen(note, "nurse-1", query)
        assert (seen.status, seen.body["content_state"]) == (200, "confidential")
        assert wrong not in str(seen.body)
        assert seen.body["digest"] == note.body["digest"]
        assert client.seen(note, "str-worker-1", query).body["narrative"] == wrong
    signature = client.seen(note, "nurse-1", "?version=2").body["countersignature"]["signed"]
    assert signature["digest"] == note.body["digest"]
    assert client.seen(note, "nurse-1", "?version=3").body["content_state"] == "shown"
    history = _history(client, note)
    assert wrong not in str(history)
    [difference] = history[2]["differences"]
    assert difference["after"] == "Said his cousin owes him money."
    assert difference["content_state"] == "confidential"
    assert history[3]["differences"][0]["content_state"] == "shown"
    assert wrong in str(_history(client, note, "str-worker-1"))
    assert client.seen(later, "nurse-1").body == later.body


async def test_notes_of_those_who_left_are_found_and_given_to_others(client: Client) -> None:
    leaver, answers = "str-worker-71", "str-worker-72"
    for staff_id in (leaver, answers):
        assert client.put_worker(staff_id).status == 201
        token = signed(client, sub=staff_id, teams=["north-cmht"], exp=2_000_000_000)
        client.tokens[staff_id] = token
    person = client.service_user()
    note, other = client.note(person, leaver), client.note(person, leaver)
    returned = client.returned(other)
    assert client.worklist()[note.body["id"]]["author_at_work"] is True
    own = f"/v1/notes?author_id={leaver}"
    assert len(client.get("notes", own, leaver).body["items"]) == 2
    worker = client.get("supervision", f"/v1/workers/{leaver}", "manager-1")
    assert client.put_worker(leaver, status="left", if_match=worker.etag).status == 200
    gone = "&author_at_work=false"
    await until(lambda: note.body["id"] in client.worklist("manager-1", gone))
    _refused(client.get("notes", own, leaver), 403, "no_relationship")
    found = client.worklist("manager-1", gone)
    assert {note.body["id"], other.body["id"]} <= found.keys()
    assert all(item["author_at_work"] is False for item in found.values())
    assert all(
        item["author_at_work"]
        for item in client.worklist("manager-1", "&author_at_work=1").values()
    )

    _refused(client.reassigned(note, staff_id="nobody-1"), 409, "worker_not_registered")
    _refused(client.reassigned(note, staff_id=leaver), 409, "not_theirs")
    _refused(client.reassigned(note, staff_id=answers), 409, "assignee_not_registered")
    _refused(client.reassigned(note, "manager-9"), 403, "no_relationship")
    given = client.reassigned(note, staff_id="ot-1")
    assert (given.status, given.body["assigned_to"]) == (201, "ot-1")
    assert note.body["id"] in client.worklist("ot-1", "&assigned_to=ot-1")
    assert note.body["id"] not in client.worklist("ot-1", "&assigned_to=nurse-1")
    assert client.countersign(given, "nurse-1").body["assigned_to"] is None

    _refused(client.reassigned(note, duty="answer", if_match='"3"'), 409, "already_countersigned")
    _refused(client.reassigned(returned, duty="answer", staff_id="nurse-1"), 409, "not_theirs")
    given = client.reassigned(returned, duty="answer", staff_id=answers)
    assert client.worklist()[other.body["id"]]["to_answer"] == answers
    key = {"key": "answered-once"}
    answered = client.on_note(given, "answers", answers, answer="I was there: it was rent.", **key)
    assert answered.body["returns"][0]["answer"]["by"]["staff_id"] == answers
    assert answered.body["status"] == "awaiting_countersignature"
    replayed = client.on_note(given, "answers", answers, answer="I was there: it was rent.", **key)
    assert replayed.headers["idempotency-replayed"] == "true"
    assert replayed.body == answered.body


@dataclass
class Poll:
    began: float
    ended: float
    shown: frozenset[str]


@dataclass
class Watch:
    """What the worklist said, over and over, while notes came and went."""

    polls: list[Poll] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def watch(self, client: Client, by: str) -> None:
        while not self.stopped.is_set():
            began = time.monotonic()
            shown = frozenset(client.worklist(by))
            self.polls.append(Poll(began, time.monotonic(), shown))

    def within(self, since: float, till: float) -> list[Poll]:
        return [poll for poll in list(self.polls) if since <= poll.began and poll.ended <= till]


@contextmanager
def _watched(client: Client, by: str) -> Iterator[Watch]:
    watch = Watch()
    with ThreadPoolExecutor(2) as pool:
        watching = [pool.submit(watch.watch, client, by) for _ in range(2)]
        try:
            yield watch
        finally:
            watch.stopped.set()
        for each in watching:
            each.result()


async def test_two_sign_at_once_and_the_worklist_agrees_with_every_note(client: Client) -> None:
    """Whoever looks while notes are signed and amended sees each where its state says it is."""
    team = "race-cmht"
    signers = ("race-nurse-1", "race-nurse-2")
    roles = dict.fromkeys(signers, "registered_practitioner")
    for staff_id, role in {
        **roles,
        "race-worker": "str_worker",
        "race-manager": "team_manager",
    }.items():
        client.tokens[staff_id] = signed(
            client, sub=staff_id, roles=[role], teams=[team], exp=2_000_000_000
        )
        registrations = NMC if staff_id in signers else []
        made = client.put_worker(staff_id, teams=[team], registrations=registrations)
        assert made.status == 201
    person = client.service_user("race-manager", team_id=team, care_coordinator_id=None)
    awaiting: list[tuple[str, float, float]] = []
    done: list[tuple[str, float, float]] = []
    with _watched(client, "race-manager") as watch:

        async def looked(since: float) -> None:
            await until(lambda: bool(watch.within(since, time.monotonic())))

        for number in range(ROUNDS):
            note = client.note(person, "race-worker")
            assert note.status == 201, note.body
            due = time.monotonic()
            if number % 2:
                await looked(due)
            asked = time.monotonic()
            answers = _both_sign(client, note, signers)
            answered = time.monotonic()
            statuses = sorted(answer.status for answer in answers)
            assert statuses in ([201, 409], [201, 412]), [answer.body for answer in answers]
            awaiting.append((note.body["id"], due, asked))
            if number % 3:
                await looked(answered)
            changing = time.monotonic()
            done.append((note.body["id"], answered, changing))
            if number % 5 == 0:
                winner = next(each for each in answers if each.status == 201)
                again = client.amended(winner, "race-worker", narrative=f"Amended {number}.")
                assert again.status == 201
                since = time.monotonic()
                await looked(since)
                awaiting.append((note.body["id"], since, time.monotonic()))
    seen = missed = 0
    for note_id, since, till in done:
        for poll in watch.within(since, till):
            seen += 1
            assert note_id not in poll.shown, "a signed note was on the worklist"
    for note_id, since, till in awaiting:
        for poll in watch.within(since, till):
            missed += 1
            assert note_id in poll.shown, "a note that awaits was not on the worklist"
    assert seen >= ROUNDS // 2, "somebody looked while notes were signed"
    assert missed >= ROUNDS // 2, "and while they were not"


def _both_sign(client: Client, note: Answer, signers: tuple[str, str]) -> list[Answer]:
    ready = threading.Barrier(len(signers))

    def sign(by: str) -> Answer:
        ready.wait()
        return client.countersign(note, by)

    with ThreadPoolExecutor(len(signers)) as pool:
        return list(pool.map(sign, signers))
