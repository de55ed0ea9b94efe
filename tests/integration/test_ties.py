"""Ties as they are learnt: in order, again, and late; the newest word counts."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notes.access import READ_HISTORY
from shared.contracts.access import EngagementAgreed, EngagementEnded
from shared.contracts.notes import ConcernClosed, ConcernEscalated
from shared.contracts.referrals import (
    PersonName,
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
    RestrictionSet,
    ServiceUserMerged,
    ServiceUserRegistered,
    ServiceUserSeparated,
)
from shared.contracts.supervision import (
    DutyAssigned,
    DutyShift,
    WorkerDetails,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.eventstore.sql import Write
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.relationship import ties
from shared.platform.projecting import Published, run
from shared.platform.ties import Ties, learnt
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
BY = Actor("manager-1", "Manager 1", "team_manager")
REFERRAL = UUID("01a00000-0000-7000-8000-0000000000ef")
CONCERN = UUID("01a00000-0000-7000-8000-0000000000c1")
ENGAGEMENT = UUID("01a00000-0000-7000-8000-0000000000e0")
HOUR = timedelta(hours=1)


def said(payload: Any, resource: UUID | str, version: int = 1, hours: int = 0) -> Published:
    """An event some hours from now, as a consumer reads it."""
    about, at = str(resource), NOW + hours * HOUR
    return Published(type(payload).__name__, at, BY, about, about, version, payload)


def registered(person: UUID = SERVICE_USER, team: str = "north-cmht", **more: Any) -> Published:
    name = PersonName(given=("Service User",), family="One")
    payload = ServiceUserRegistered(
        nhs_number=None, local_ids=(), name=name, date_of_birth=NOW.date(), team_id=team, **more
    )
    return said(payload, person)


def merged(person: UUID, into: UUID, version: int) -> Published:
    return said(ServiceUserMerged(into=into, reason="x"), person, version)


def separated(person: UUID, of: UUID, version: int) -> Published:
    return said(ServiceUserSeparated(from_id=of, reason="x"), person, version)


def restricted(version: int, **who: Any) -> Published:
    fields = {"restricted": True, "named_staff": (), "excluded_staff": (), "reason": "Asked for."}
    return said(RestrictionSet(**{**fields, **who}), SERVICE_USER, version)


def allocated(worker: str, version: int) -> Published:
    payload = ReferralAllocated(service_user_id=SERVICE_USER, worker_id=worker)
    return said(payload, REFERRAL, version)


def moved(before: str, worker: str, version: int) -> Published:
    payload = ReferralTransferred(
        service_user_id=SERVICE_USER, from_worker_id=before, worker_id=worker, handover="x"
    )
    return said(payload, REFERRAL, version)


def closed(worker: str, version: int) -> Published:
    payload = ReferralClosed(
        service_user_id=SERVICE_USER, worker_id=worker, outcome="goals_met", summary="x"
    )
    return said(payload, REFERRAL, version)


def details(*teams: str, status: Any = "active") -> WorkerDetails:
    return WorkerDetails(name="x", job_title="x", employer="x", teams=teams, status=status)


def working(*teams: str, version: int = 1, status: Any = "active", hours: int = 0) -> Published:
    now = details(*teams, status=status)
    payload: Any = WorkerRegistered(staff_id="nurse-1", details=now)
    if version > 1:
        payload = WorkerUpdated(details=now, changed=("teams",))
    return said(payload, "nurse-1", version, hours)


def rota(version: int, *staff: str) -> Published:
    shifts = tuple(DutyShift(staff_id=s, starts_at=NOW - HOUR, ends_at=NOW + HOUR) for s in staff)
    return said(DutyAssigned(team_id="north-cmht", shifts=shifts), "north-cmht", version)


def escalated(clock: int, *staff: str, hours: int = 0) -> Published:
    payload = ConcernEscalated(
        concern_id=CONCERN, service_user_id=SERVICE_USER, team_id="north-cmht",
        because="unanswered", clock=clock, step=0, to="duty", reached=staff, next_at=None,
    )  # fmt: skip
    return said(payload, CONCERN, 1, hours)


def over(version: int, hours: int) -> Published:
    return said(ConcernClosed(outcome="x"), CONCERN, version, hours)


@pytest.fixture
async def notes(engines: Engines) -> AsyncIterator[Opened]:
    async with engines.fresh("notes").opened() as opened:
        yield opened


async def apply(opened: Opened, *events: Published) -> None:
    """One batch, in one transaction, as a consumer applies it."""
    writes: list[Write] = [write for event in events for write in learnt(event)]
    connection = await opened.database.connect()
    try:
        async with connection.transaction():
            await run(connection, writes)
    finally:
        await connection.close()


def calling(staff_id: str, *teams: str, at: Any = NOW) -> Call:
    caller = Caller(staff_id, staff_id, frozenset(), frozenset(teams))
    return Call(READ_HISTORY, caller, "registered_practitioner", at)


async def bases(opened: Opened, staff_id: str, *teams: str, hours: int = 0, **how: Any) -> str:
    call = calling(staff_id, *teams, at=NOW + hours * HOUR)
    whose = how.pop("of", SERVICE_USER)
    facts = await Ties(opened.database).facts(call, whose)
    assert facts.person
    return " ".join(tie.basis for tie in ties(facts.person, facts.staff, call.at, **how))


async def test_a_caseload_follows_the_person(notes: Opened) -> None:
    a, b = "str-worker-1", "str-worker-2"
    history = [registered(), allocated(a, 3), moved(a, b, 4), moved(b, a, 5), moved(a, b, 6)]
    await apply(notes, *history)
    assert (await bases(notes, a), await bases(notes, b)) == ("", "caseload")
    await apply(notes, closed(b, 7))
    assert (await bases(notes, a), await bases(notes, b)) == ("", "")


async def test_a_team_that_was_left_lasts_for_the_grace_and_no_longer(notes: Opened) -> None:
    await apply(notes, registered(), working("north-cmht"))
    assert await bases(notes, "nurse-1") == "team"
    await apply(notes, working("south-cmht", version=2, hours=1))
    assert await bases(notes, "nurse-1", hours=1) == ""
    assert await bases(notes, "nurse-1", hours=2, grace=2 * HOUR) == "team"
    assert await bases(notes, "nurse-1", hours=3, grace=2 * HOUR) == ""
    await apply(notes, working("south-cmht", "north-cmht", version=3, hours=4))
    assert await bases(notes, "nurse-1", hours=4) == "team"


async def test_who_has_left_is_tied_to_no_one_whatever_the_token_says(notes: Opened) -> None:
    await apply(notes, registered(), allocated("nurse-1", 3), working("north-cmht"))
    await apply(notes, working("north-cmht", version=2, status="left"))
    assert await bases(notes, "nurse-1", "north-cmht", grace=24 * HOUR) == ""


async def test_a_rota_replaces_the_one_before(notes: Opened) -> None:
    await apply(notes, registered(), rota(1, "ot-1", "nurse-9"), rota(2, "nurse-9"))
    assert (await bases(notes, "ot-1"), await bases(notes, "nurse-9")) == ("", "duty")
    assert await bases(notes, "nurse-9", hours=1) == ""


async def test_an_emptied_rota_stays_empty(notes: Opened) -> None:
    """Whatever arrives late, as what was parked and is applied again."""
    await apply(notes, registered(), rota(1, "nurse-9"), rota(3), rota(2, "nurse-9", "ot-1"))
    assert (await bases(notes, "nurse-9"), await bases(notes, "ot-1")) == ("", "")
    await apply(notes, rota(4, "ot-1"))
    assert await bases(notes, "ot-1") == "duty"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_newest_word_counts_in_whatever_order_it_comes(
    notes: Opened, order: tuple[int, int, int]
) -> None:
    """As when an event was parked, and is applied again after those that followed it."""
    a, b = "str-worker-1", "str-worker-2"
    subjects: list[list[Published]] = [
        [allocated(a, 3), moved(a, b, 4), closed(b, 5)],
        [restricted(2), restricted(3, restricted=False), restricted(4, named_staff=("ot-1",))],
        [working("north-cmht"), working("x", version=2), working(version=3, status="left")],
        [rota(1, "nurse-9"), rota(2, "nurse-9", "ot-1"), rota(3, "ot-1")],
    ]
    for number in order:
        for history in subjects:
            await apply(notes, history[number])
    await apply(notes, registered())
    named = {"ot-1": "named", a: "", b: "", "nurse-1": "", "nurse-9": ""}
    assert {staff: await bases(notes, staff) for staff in named} == named
    await apply(notes, restricted(5, restricted=False))
    assert await bases(notes, "ot-1") == "duty"
    assert await bases(notes, "nurse-9") == ""


@pytest.mark.parametrize("late", [False, True])
async def test_an_ended_engagement_stays_ended(notes: Opened, late: bool) -> None:
    agreed = EngagementAgreed(
        auditor_id="auditor-1", purpose="x", approver_id="ig-lead-2", starts_at=NOW,
        ends_at=NOW + 5 * HOUR,
    )  # fmt: skip
    history = [
        said(agreed, ENGAGEMENT),
        said(EngagementEnded(auditor_id="auditor-1", reason="Done."), ENGAGEMENT, 2, hours=2),
    ]
    for event in reversed(history) if late else history:
        await apply(notes, event)
    in_force = [
        bool(await Ties(notes.database).engagements(calling("auditor-1", at=NOW + hours * HOUR)))
        for hours in range(-1, 4)
    ]
    assert in_force == [False, True, True, False, False]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_a_concern_ends_what_its_clocks_before_brought_in_whatever_order_it_comes(
    notes: Opened, order: tuple[int, ...]
) -> None:
    """Reached, closed, opened again and reached anew; and a step said after the closing."""
    history = [
        escalated(1, "nurse-9"),
        over(3, hours=2),
        escalated(1, "manager-9", hours=3),
        escalated(4, "ot-9", hours=5),
    ]
    for number in order:
        await apply(notes, history[number], history[number])
    await apply(notes, registered())
    told = {who: [await bases(notes, who, hours=at) for at in (0, 1, 2, 3, 5)] for who in
            ("nurse-9", "manager-9", "ot-9")}  # fmt: skip
    assert told == {
        "nurse-9": ["escalation", "escalation", "", "", ""],
        "manager-9": [""] * 5,
        "ot-9": ["", "", "", "", "escalation"],
    }


async def test_teams_of_the_token_count_for_those_not_in_the_register(notes: Opened) -> None:
    await apply(notes, registered())
    assert await bases(notes, "nurse-7", "north-cmht") == "team"
    await apply(notes, replace(working("x"), resource_id="nurse-7"))
    assert await bases(notes, "nurse-7", "north-cmht") == ""
