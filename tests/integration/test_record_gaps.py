"""People on a caseload without an entry: as a plain fold over what happened has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit.policy import Merge, same_person
from services.audit.schemas import RecordGap
from shared.contracts.notes import (
    ConcernLinked,
    NoteRecorded,
    NoteRefiled,
    NoteRetracted,
    Requirement,
)
from shared.contracts.referrals import (
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
    ServiceUserMerged,
    ServiceUserSeparated,
)
from shared.kernel.call import Call
from shared.kernel.errors import NoEngagement
from shared.kernel.ids import new_id
from tests.support.build import NOW, WORKER, account, contact
from tests.support.ledger import (
    AUDITOR,
    MANAGER,
    AuditService,
    Said,
    calling,
    engaged,
    registered,
    restricted,
    said,
)

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
LATER = calling("ig-lead-1", "ig_lead", NOW + 900 * DAY)
NOTHING_DUE = Requirement(required=False, due_at=None, policy_version=1, reasons=())
KINDS = (
    "allocate", "transfer", "close", "note", "note", "refile", "refile", "retract", "retract",
    "retract", "merge", "separate",
)  # fmt: skip
STEP = st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 2), st.integers(0, 12))


class Life:
    """Three people, a referral of each, and what happens to them, as events and as plain facts."""

    def __init__(self) -> None:
        self.people = [new_id() for _ in range(3)]
        self.referrals = [new_id() for _ in range(3)]
        self.now = NOW
        self.events: list[Said] = [
            registered(each, team) for each, team in zip(self.people, TEAMS, strict=True)
        ]
        self.versions = dict.fromkeys(self.people + self.referrals, 1)
        self.placed: list[tuple[datetime, int, str | None]] = []
        self.filed: list[tuple[datetime, datetime, UUID, int]] = []
        self.gone: list[tuple[datetime, UUID]] = []
        self.merges: list[Merge] = []

    def step(self, what: str, which: int, other: int, days: int) -> None:
        self.now += timedelta(days=days, minutes=1)
        getattr(self, f"_{what}")(which, other)

    def _allocate(self, which: int, other: int) -> None:
        if self._worker(which) is None:
            to = f"str-worker-{other}"
            payload = ReferralAllocated(service_user_id=self.people[which], worker_id=to)
            self._on_referral(which, payload, to)

    def _transfer(self, which: int, other: int) -> None:
        if (before := self._worker(which)) is not None:
            to = f"str-worker-{other}"
            payload = ReferralTransferred(
                service_user_id=self.people[which], from_worker_id=before, worker_id=to,
                handover="Words.",
            )  # fmt: skip
            self._on_referral(which, payload, to)

    def _close(self, which: int, other: int) -> None:
        if (before := self._worker(which)) is not None:
            payload = ReferralClosed(
                service_user_id=self.people[which], worker_id=before, outcome="moved",
                summary="Words.",
            )  # fmt: skip
            self._on_referral(which, payload, None)
            # Whoever is referred again has another referral.
            self.referrals[which] = new_id()
            self.versions[self.referrals[which]] = 1

    def _note(self, which: int, other: int) -> None:
        self._file(which, self.now, None)

    def _refile(self, which: int, other: int) -> None:
        """Recorded some days ago, about somebody else."""
        self._file(which, self.now - (1 + other) * 9 * DAY, new_id())

    def _file(self, which: int, recorded_at: datetime, refiled_from: UUID | None) -> None:
        note_id, person = new_id(), self.people[which]
        facts: dict[str, Any] = {
            "service_user_id": person, "team_id": "north-cmht", "contact": contact(),
            "account": account(), "salt": "5a17" * 8, "digest": "0" * 64, "flags": (),
            "outstanding": (), "countersignature": NOTHING_DUE,
        }  # fmt: skip
        payload: Any = NoteRecorded(**facts)
        if refiled_from:
            payload = NoteRefiled(
                **facts, author=WORKER, recorded_at=recorded_at, refiled_from=refiled_from,
                addenda=(),
            )  # fmt: skip
        self.filed.append((self.now, recorded_at, note_id, which))
        self.events.append(said("notes", payload, person, at=self.now, resource_id=note_id))

    def _retract(self, which: int, other: int) -> None:
        if self.filed:
            _, _, note_id, of = self.filed[-1 - (which % len(self.filed))]
            kind: Any = ("wrong_person", "entered_in_error")[other % 2]
            payload = NoteRetracted(kind=kind, reason="Words.", belongs_to=None)
            self.gone.append((self.now, note_id))
            self.events.append(
                said("notes", payload, self.people[of], at=self.now, resource_id=note_id)
            )

    def _merge(self, which: int, other: int) -> None:
        if which != other:
            into = self.people[other]
            self._on_person(which, ServiceUserMerged(into=into, reason="Words."), str(into))

    def _separate(self, which: int, other: int) -> None:
        payload = ServiceUserSeparated(from_id=self.people[other], reason="Words.")
        self._on_person(which, payload, None)

    def _worker(self, which: int) -> str | None:
        return next((to for _, of, to in reversed(self.placed) if of == which), None)

    def _on_referral(self, which: int, payload: Any, to: str | None) -> None:
        referral = self.referrals[which]
        self.versions[referral] += 1
        self.placed.append((self.now, which, to))
        self.events.append(
            said("referrals", payload, self.people[which], by=MANAGER, at=self.now,
                 resource_id=referral, version=self.versions[referral])
        )  # fmt: skip

    def _on_person(self, which: int, payload: Any, into: str | None) -> None:
        person = self.people[which]
        self.versions[person] += 1
        version = self.versions[person]
        self.merges.append(Merge(str(person), version, into, self.now, self.now))
        self.events.append(
            said("referrals", payload, person, by=MANAGER, at=self.now, resource_id=person,
                 version=version)
        )  # fmt: skip

    def expected(self, at: datetime, days: int) -> list[tuple[str, str, int]]:
        """Whom, with which worker, and for how many days: the longest first."""
        merged = [each for each in self.merges if each.time <= at]
        found = []
        for which, person in enumerate(self.people):
            held = [(when, to) for when, of, to in self.placed if of == which and when <= at]
            if not held or held[-1][1] is None:
                continue
            ended = [number for number, (_, to) in enumerate(held) if to is None]
            came = held[ended[-1] + 1 if ended else 0][0]
            people = {*map(UUID, same_person(merged, str(person)))}
            gone = {note_id for when, note_id in self.gone if when <= at}
            entries = [
                recorded
                for when, recorded, note_id, of in self.filed
                if when <= at and note_id not in gone and self.people[of] in people
            ]
            quiet = max([came, *entries])
            if at - quiet >= timedelta(days=days):
                found.append((quiet, str(person), str(held[-1][1]), (at - quiet).days))
        return [each[1:] for each in sorted(found, key=lambda each: each[0])]


TEAMS = ("north-cmht", "north-cmht", "south-cmht")


@given(steps=st.lists(STEP, min_size=8, max_size=30), days=st.integers(1, 15))
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_who_has_had_no_entry_for_how_long(
    audit: AuditService, steps: list[tuple[str, int, int, int]], days: int
) -> None:
    life, moments = Life(), []
    for which in range(3):
        life.step("allocate", which, 0, 10)
    for step in steps:
        life.step(*step)
        moments.append(life.now)
    moments.append(life.now + 7 * DAY)
    await audit.arrive(*life.events)
    ours = {*map(str, life.people)}
    for at in moments:
        found = [each for each in await gaps(audit, at, days) if each["service_user_id"] in ours]
        # Two who have been quiet since the same moment stand in any order.
        assert sorted(brief(found)) == sorted(life.expected(at, days))
        assert [each["days"] for each in found] == sorted(
            (each["days"] for each in found), reverse=True
        )


async def test_pages_teams_and_scopes(audit: AuditService) -> None:
    life = Life()
    for which in range(3):
        life.step("allocate", which, which, 1)
    life.step("note", 0, 0, 1)
    life.step("note", 2, 0, 1)
    await audit.arrive(*life.events, restricted(life.people[1], "ig-lead-3"))
    at = life.now + 50 * DAY
    first, second, third = await gaps(audit, at, 28)
    # The one without any entry first, then in the order of their entries.
    assert [first["last_entry"], second["last_entry"]["note_id"]] == [None, str(life.filed[0][2])]
    assert [each["service_user_id"] for each in (first, second, third)] == [
        str(life.people[each]) for each in (1, 0, 2)
    ]
    assert first["since"] == first["on_caseload_since"] == first["quiet_since"]
    page = await audit.application.record_gaps.page(LATER, None, 28, at, limit=2, after=None)
    last = page.rows[-1]
    rest = await audit.application.record_gaps.page(
        LATER, None, 28, at, limit=2, after=[last["quiet_since"], last["referral_id"]]
    )
    assert [row["document"] for row in (*page.rows, *rest.rows)] == [first, second, third]
    assert (page.more, rest.more) == (True, False)
    assert await gaps(audit, at, 28, team="south-cmht") == [third]
    assert await gaps(audit, at, 51) == [first, second]
    excluded = calling("ig-lead-3", "ig_lead", LATER.at)
    assert await gaps(audit, at, 28, excluded) == [second, third]
    auditor = calling("auditor-1", "auditor", NOW + DAY)
    with pytest.raises(NoEngagement):
        await gaps(audit, NOW, 1, AUDITOR)
    await engaged(audit, teams=("south-cmht",), service_user_ids=(life.people[0],))
    assert [each["service_user_id"] for each in await gaps(audit, NOW + DAY, 1, auditor)] == []
    in_time = calling("auditor-1", "auditor", NOW + 29 * DAY)
    seen = await gaps(audit, NOW + 29 * DAY, 20, in_time)
    assert {each["service_user_id"] for each in seen} == {str(life.people[0]), str(life.people[2])}
    recorded = (await audit.recorded("ledger-queried"))[-1]
    assert (recorded["operation"], recorded["returned"]) == ("record_gaps", 2)
    assert {*recorded["service_user_ids"]} == {str(life.people[0]), str(life.people[2])}


async def test_an_entry_that_is_kept_from_the_caller_ends_a_gap_and_isnt_named(
    audit: AuditService,
) -> None:
    life = Life()
    life.step("allocate", 0, 0, 1)
    life.step("note", 0, 0, 1)
    note_id = life.filed[0][2]
    linked = ConcernLinked(concern_id=new_id(), about_staff=("ig-lead-2",))
    told = said("notes", linked, life.people[0], at=life.now, resource_id=note_id, version=2)
    await audit.arrive(*life.events, told)
    at = life.now + 50 * DAY
    [whole] = await gaps(audit, at, 28)
    assert whole["last_entry"]["note_id"] == str(note_id)
    [found] = await gaps(audit, at, 28, calling("ig-lead-2", "ig_lead", LATER.at))
    assert found == {**whole, "last_entry": None}


async def gaps(
    audit: AuditService, at: datetime, days: int, call: Call = LATER, team: str | None = None
) -> list[dict[str, Any]]:
    found = await audit.application.record_gaps.page(call, team, days, at, limit=200, after=None)
    for row in found.rows:
        RecordGap.model_validate(row["document"])
    return [row["document"] for row in found.rows]


def brief(found: Sequence[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(each["service_user_id"], each["worker_id"], each["days"]) for each in found]
