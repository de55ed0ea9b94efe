"""When a countersignature is asked for, over HTTP: by what the author may do at that moment.

The whole table is in tests/unit/notes/test_requirements.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.client import Answer, Client, Json, day, moment
from tests.support.moving import MovableClock
from tests.support.supporting import planned
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
PROMPT = {
    "boundary": "medication", "class": "delegated_task", "task": "prompt", "authority": "CP-7",
}  # fmt: skip
ADMINISTER = {"boundary": "medication", "class": "delegated_task", "task": "administer"}
VISITING = {"boundary": "mental_health_act", "class": "contribution"}
LEADING = {"boundary": "care_coordination", "class": "outside_role"}
CONCERN = {"kind": "relapse_sign", "urgency": "routine", "description": "Not sleeping."}
UNREGISTERED = "author_not_registered"


@dataclass(frozen=True)
class Case:
    """What a worker is signed off for and trained in, what they did, and what is asked for."""

    name: str
    signed_off: tuple[str, ...]
    trained: tuple[str, ...]
    reasons: tuple[str, ...]
    did: tuple[Json, ...] = ()
    concern: Json | None = None
    flags: tuple[str, ...] = ()
    outstanding: tuple[str, ...] = ()


KEEPS_RECORDS = ("record_keeping",)
BOTH = (KEEPS_RECORDS, KEEPS_RECORDS)
CASES = (
    Case("nothing", (), (), (UNREGISTERED, "no_competence_sign_off", "no_record_keeping_training")),
    Case("competent", *BOTH, ()),
    Case("signed-off-alone", KEEPS_RECORDS, (), ()),
    Case("unsigned", (), KEEPS_RECORDS, (UNREGISTERED, "no_competence_sign_off")),
    Case("contributing", *BOTH, (), did=(VISITING,)),
    Case("task-unsigned", *BOTH, (UNREGISTERED, "task_not_signed_off"), did=(PROMPT,)),
    Case("task-signed", ("record_keeping", "prompt"), KEEPS_RECORDS, (), did=(PROMPT,)),
    Case(
        "unauthorised",
        ("record_keeping", "medication_prompt"),
        KEEPS_RECORDS,
        ("outside_role",),
        did=({**PROMPT, "authority": None},),
        outstanding=("boundary_authority",),
    ),
    Case(
        "task-untrained",
        ("record_keeping", "administer"),
        KEEPS_RECORDS,
        ("outside_role",),
        did=(ADMINISTER,),
        outstanding=("boundary_authority",),
    ),
    Case(
        "task-trained",
        ("record_keeping", "administer"),
        ("record_keeping", "medicines"),
        (),
        did=(ADMINISTER,),
    ),
    Case("outside", *BOTH, ("outside_role",), did=(LEADING,), flags=("outside_role",)),
    Case("worried", *BOTH, ("concern_raised",), concern=CONCERN),
    Case(
        "worried-outside",
        *BOTH,
        ("outside_role", "concern_raised"),
        did=(LEADING,),
        concern=CONCERN,
        flags=("outside_role",),
    ),
)


@pytest.fixture(scope="module", autouse=True)
def plan(client: Client, person: str) -> str:
    """What `CP-7` is, for the person of these tests."""
    return planned(client, person, "CP-7")


def worker(client: Client, staff_id: str, case: Case | None = None) -> str:
    """An STR worker of the team, new in the register."""
    client.tokens[staff_id] = signed(client, sub=staff_id, teams=[], exp=2_000_000_000)
    assert client.put_worker(staff_id).status == 201
    for activity in case.signed_off if case else ():
        assert client.signed_off(staff_id, activity=activity).status == 201
    for course in case.trained if case else ():
        assert client.trained(staff_id, course=course).status == 201
    return staff_id


def reasons(note: Answer) -> tuple[str, ...]:
    return tuple(note.body["countersignature"]["reasons"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_asked_for(client: Client, person: str, case: Case) -> None:
    by = worker(client, f"worker-{case.name}", case)
    note = client.note(person, by, boundary_activities=case.did, concern=case.concern)
    assert note.status == 201, note.body
    requirement = note.body["countersignature"]
    assert reasons(note) == case.reasons
    assert requirement["required"] == bool(case.reasons)
    assert requirement["policy_version"] == 1
    assert note.body["flags"] == [*case.flags]
    assert note.body["outstanding"] == [*case.outstanding]
    assert note.body["status"] == ("awaiting_countersignature" if case.reasons else "complete")
    recorded_at = datetime.fromisoformat(note.body["recorded_at"])
    if not case.reasons:
        assert requirement["due_at"] is None
    elif case.concern:
        due_at = datetime.fromisoformat(requirement["due_at"])
        assert due_at == recorded_at + timedelta(hours=24)
    else:
        due_at = datetime.fromisoformat(requirement["due_at"])
        assert due_at - recorded_at > timedelta(days=2)
        assert due_at.second == 59, "the end of a working day"


async def test_a_nurses_note_is_asked_for_only_if_it_was_outside_the_role(
    client: Client, person: str
) -> None:
    did = [{**PROMPT, "authority": None}, ADMINISTER]
    plain = client.note(person, "nurse-1", boundary_activities=did, concern=CONCERN)
    assert (plain.body["status"], plain.body["outstanding"]) == ("complete", [])
    outside = client.note(person, "nurse-1", boundary_activities=[LEADING])
    assert reasons(outside) == ("outside_role",)


async def test_competence_counts_as_at_the_moment_of_the_entry(client: Client, person: str) -> None:
    """What was asked of one note stays so; the next is judged anew, and so is an amendment."""
    by = worker(client, "worker-moment")
    before = client.note(person, by)
    assert before.body["status"] == "awaiting_countersignature"
    assert client.trained(by).status == 201
    assert client.signed_off(by).status == 201
    await until(lambda: client.note(person, by).body["status"] == "complete")
    path = f"/v1/notes/{before.body['id']}"
    assert client.get("notes", path, by).body == before.body
    amended = client.amended(before, by, narrative="Went through two letters.")
    assert (amended.body["status"], reasons(amended)) == ("complete", ())
    then = client.get("notes", f"{path}?version=1", by).body
    assert tuple(then["countersignature"]["reasons"]) == reasons(before)

    assert client.revoked(by).status == 201
    await until(
        lambda: reasons(client.note(person, by)) == (UNREGISTERED, "no_competence_sign_off")
    )
    assert client.signed_off(by).status == 201
    await until(lambda: client.note(person, by).body["status"] == "complete")


async def test_training_that_has_lapsed_or_is_of_old_does_not_count(
    client: Client, person: str
) -> None:
    by = worker(client, "worker-lapsed")
    lapsed = {"completed_on": day(ago=400), "expires_on": day(ago=35)}
    assert client.trained(by, **lapsed).status == 201
    unsigned = (UNREGISTERED, "no_competence_sign_off")
    assert reasons(client.note(person, by)) == (*unsigned, "no_record_keeping_training")
    assert client.trained(by, completed_on=day(ago=3)).status == 201
    await until(lambda: reasons(client.note(person, by)) == unsigned)
    assert client.trained(by, **lapsed).status == 201, "an old certificate, found again"
    assert client.signed_off(by).status == 201
    await until(lambda: client.note(person, by).body["status"] == "complete")


async def test_a_sign_off_is_good_until_its_review(
    moving: tuple[Client, MovableClock],
) -> None:
    client, clock = moving
    person, by = client.service_user(), worker(client, "worker-review")
    assert client.trained(by).status == 201
    assert client.signed_off(by, review_due=day(ago=-10)).status == 201

    def note() -> Answer:
        return client.note(person, by, occurred_at=clock.now().isoformat())

    assert note().body["status"] == "complete"
    with clock.moved(days=10):
        assert note().body["status"] == "complete", "that day included"
    with clock.moved(days=11):
        assert reasons(note()) == (UNREGISTERED, "no_competence_sign_off")


async def test_authority_that_an_amendment_names_is_no_longer_asked_for(
    client: Client, person: str
) -> None:
    by = worker(client, "worker-authority", CASES[6])
    did: list[Any] = [{**PROMPT, "authority": None}]
    note = client.note(person, by, boundary_activities=did, occurred_at=moment(hours_ago=30))
    assert note.body["outstanding"] == ["late_entry_reason", "boundary_authority"]
    more = client.amended(note, by, narrative="Reminded him of his tablets.")
    assert more.body["outstanding"] == note.body["outstanding"]
    assert reasons(more) == ("outside_role",)
    named = client.amended(more, by, boundary_activities=[PROMPT])
    assert named.body["outstanding"] == ["late_entry_reason"]
    assert named.body["status"] == "complete"
