"""What audit tells of a worker at a time is what the register served at that time."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit.schemas import WorkerThen
from services.supervision.access import PUT_WORKER
from services.supervision.domain import Asked, Worker
from services.supervision.projection import Register, has_words, rows, with_words
from shared.contracts.supervision import Employment, RegistrationEntry, WorkerDetails
from shared.eventstore.documents import Documents
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.days import local_day
from shared.kernel.errors import NoEngagement, NotFound, Refusal
from shared.kernel.ids import named_id, new_id
from shared.kernel.registration import in_force
from tests.support.build import NOW, NURSE
from tests.support.engines import Engines
from tests.support.keeping import commands
from tests.support.ledger import AUDITOR, AuditService, calling, engaged
from tests.support.retelling import Json, Retold

pytestmark = pytest.mark.anyio
LATER = NOW + timedelta(days=400)
LEAD = calling("ig-lead-1", "ig_lead", LATER)
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
CALLER = Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset())
UNSAID = frozenset({"status", "conditions", "checked_on"})
ENTRY = WorkerDetails(
    name="STR worker 1", job_title="STR worker", level="intermediate", band=3,
    employer="A trust", teams=("north-cmht",), line_manager_id="manager-1",
    started_on=date(2024, 1, 8),
)  # fmt: skip
NMC = RegistrationEntry(body="NMC", number="18A1234E", expires_on=date(2026, 12, 31))
SUSPENDED = RegistrationEntry(body="NMC", number="18A1234E", status="suspended")
ENTRIES: tuple[dict[str, Any], ...] = (
    {"teams": ("south-cmht",)},
    {"registrations": (NMC,)},
    {"registrations": (SUSPENDED,), "level": "senior"},
    {"status": "absent"},
    {"status": "left", "teams": ("north-cmht", "south-cmht")},
    {"employments": (Employment(employer="A charity", hours_per_week=7.5),), "teams": ()},
    {},
)
STEP = st.tuples(
    st.sampled_from(("put", "train", "withdraw", "sign_off", "revoke")),
    st.integers(0, 20),
    st.integers(0, 40),
)


class Entries:
    """One worker's entry and what becomes of it, with every answer that the register gave."""

    def __init__(self, register: Retold) -> None:
        self.opened = register.opened
        self.staff_id, self.now = f"worker-{new_id()}", NOW
        self.commands = commands(self.opened, rows)
        self.served: list[tuple[datetime, Json]] = []

    async def register(self) -> None:
        made = Worker.register(MANAGER, self.now, self.staff_id, ENTRY)
        await self.commands.create(self._call(), lambda: made, Worker)
        await self.keep()

    async def step(self, what: str, which: int, days: int) -> bool:
        """Something is done so many days after the last; False if it is refused."""
        self.now += timedelta(days=days, minutes=1)
        stream = named_id("worker", self.staff_id)
        now = await self.opened.store.load(Worker, stream)
        do: Callable[[Worker], Any] = getattr(self, f"_{what}")(which)
        try:
            await self.commands.change(self._call(now.version), Worker, stream, do)
        except Refusal:
            return False
        await self.keep()
        return True

    async def keep(self) -> None:
        found = await Register(self.opened.database).one(self.staff_id)
        assert found
        shown = found["metadata"]
        if has_words(found):
            stream = named_id("worker", self.staff_id)
            row = await Documents(self.opened.keys).one({**found, "id": stream})
            shown = with_words(found, row["document"])
        self.served.append((self.now + timedelta(seconds=30), shown))

    def _put(self, which: int) -> Callable[[Worker], None]:
        details = WorkerDetails(**{**vars(ENTRY), **ENTRIES[which % len(ENTRIES)]})
        unsaid = tuple(UNSAID if which % 2 else frozenset() for _ in details.registrations)
        return lambda each: each.update(
            MANAGER, self.now, each.asked(Asked(details, unsaid), self.now)
        )

    def _train(self, which: int) -> Callable[[Worker], None]:
        done = local_day(self.now) - timedelta(days=which)
        expires = done + timedelta(days=30) if which % 2 else None
        course = ("record_keeping", "first_aid")[which % 3 == 0]
        return lambda each: each.record_training(
            MANAGER, self.now, course, done, expires, "Certificate seen."
        )

    def _withdraw(self, which: int) -> Callable[[Worker], None]:
        course = ("record_keeping", "first_aid")[which % 3 == 0]
        return lambda each: each.withdraw_training(MANAGER, self.now, course, "Another's.")

    def _sign_off(self, which: int) -> Callable[[Worker], None]:
        day = local_day(self.now)
        due = day + timedelta(days=1 + 3 * which)
        return lambda each: each.sign_off(NURSE, self.now, "prompt", day, due, "Watched.")

    def _revoke(self, which: int) -> Callable[[Worker], None]:
        return lambda each: each.revoke(NURSE, self.now, "prompt", "Three late notes.")

    def _call(self, version: int | None = None) -> Call:
        return Call(PUT_WORKER, CALLER, "team_manager", self.now, version)


@pytest.fixture
async def register(engines: Engines, audit: AuditService) -> AsyncIterator[Retold]:
    async with Retold.by(engines, "supervision", audit) as running:
        yield running


@given(history=st.lists(STEP, max_size=14))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_a_worker_at_any_time_is_what_was_served_then(
    register: Retold, history: list[tuple[str, int, int]]
) -> None:
    entries = Entries(register)
    await entries.register()
    for what, which, days in history:
        await entries.step(what, which, days)
    await retold(register, entries)
    with pytest.raises(NotFound):
        await asked(register, entries.staff_id, NOW - timedelta(seconds=1))


async def test_everything_that_can_happen_to_a_worker_is_told_again(register: Retold) -> None:
    entries = Entries(register)
    await entries.register()
    life = (
        ("put", 1, 0), ("train", 1, 1), ("train", 4, 0), ("sign_off", 9, 2), ("withdraw", 1, 3),
        ("put", 3, 1), ("put", 6, 20), ("revoke", 0, 1), ("sign_off", 1, 1), ("put", 2, 9),
        ("put", 4, 30), ("put", 0, 50),
    )  # fmt: skip
    for each in life:
        assert await entries.step(*each), each
    await retold(register, entries)
    told = await asked(register, entries.staff_id, entries.served[4][0])
    assert [each["in_force"] for each in told["training"]] == [True, False]
    assert [each["in_force"] for each in told["competences"]] == [True]
    assert [each["in_force"] for each in told["registrations"]] == [True]
    later = await asked(register, entries.staff_id, entries.served[-1][0])
    assert [each["in_force"] for each in later["training"]] == [False, True]
    assert [each["in_force"] for each in later["competences"]] == [False, False]


async def test_an_engagement_covers_who_was_in_its_team_then(
    register: Retold, audit: AuditService
) -> None:
    entries = Entries(register)
    await entries.register()
    assert await entries.step("put", 1, 0)
    assert await entries.step("train", 1, 0)
    in_north = entries.now
    assert await entries.step("put", 0, 1)
    await register.tell()
    auditor = calling(AUDITOR.caller.staff_id, "auditor", entries.now)
    await engaged(audit, teams=("north-cmht",))
    worker = audit.application.reconstruction.worker
    then = await worker(auditor, entries.staff_id, in_north)
    assert (then["name"], then["teams"]) == (None, ["north-cmht"])
    assert [each["number"] for each in then["registrations"]] == [None]
    assert [each["evidence"] for each in then["training"]] == [None]
    assert then["training"][0]["content_state"] == "confidential"
    with pytest.raises(NoEngagement):
        await worker(auditor, entries.staff_id, None)
    with pytest.raises(NotFound):
        await worker(auditor, "nobody-1", None)
    await asked(register, entries.staff_id, None)
    recorded = await audit.recorded("ledger-queried")
    assert [(each["operation"], each["staff_ids"]) for each in recorded] == [
        ("worker", []),
        ("worker", [entries.staff_id]),
    ]
    assert recorded[0]["filters"] == {
        "staff_id": entries.staff_id, "as_of": in_north.isoformat(),
    }  # fmt: skip


async def asked(register: Retold, staff_id: str, as_of: datetime | None) -> Json:
    found = await register.audit.application.reconstruction.worker(LEAD, staff_id, as_of)
    WorkerThen.model_validate(found)
    return found


async def retold(register: Retold, entries: Entries) -> None:
    await register.tell()
    for at, was in entries.served:
        compared(await asked(register, entries.staff_id, at), was, local_day(at))


def compared(told: Json, was: Json, on: date) -> None:
    lists = ("training", "competences", "registrations")
    same = [name for name in was if name not in (*lists, "content_state")]
    assert {name: told[name] for name in same} == {name: was[name] for name in same}
    assert told["missing_versions"] == []
    for name, by, at, taken_back in (
        ("training", "recorded_by", "recorded_at", "withdrawn"),
        ("competences", "signed_off_by", "signed_off_at", "revoked"),
    ):
        for each, one in zip(told[name], was[name], strict=True):
            said = {**each, by: each["by"], at: each["at"]}
            if each[taken_back]:
                said[taken_back] = {k: each[taken_back][k] for k in ("reason", "by", "at")}
            assert {key: said[key] for key in one} == one
    counting = in_force(was["registrations"], on)
    held = next((each for each in told["registrations"] if each["in_force"]), None)
    assert (counting and counting.number) == (held and held["number"])
    for each, one in zip(told["registrations"], was["registrations"], strict=True):
        assert {key: each[key] for key in one} == one
