"""Caseloads count whoever is on them, and grow past their limit only for a reason given then."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.referrals.access import TRANSFER
from services.referrals.application import (
    Application,
    Caseloads,
    Deciding,
    Merging,
    Referrals,
    ServiceUsers,
)
from services.referrals.domain import CaseloadFull, Referral
from services.referrals.policy import DEFAULT
from services.referrals.projection import (
    REFUSALS,
    NhsNumbers,
    joins_caseload,
    leaves_caseload,
    rows,
)
from services.referrals.settings import ReferralsSettings
from shared.contracts.referrals import PersonName, Referrer
from shared.contracts.supervision import WorkerDetails, WorkerRegistered
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from shared.eventstore.sql import Write
from shared.eventstore.unit_of_work import ConstraintBroken, Unit
from shared.kernel.call import Call, Caller
from shared.kernel.relationship import NO_GRACE
from shared.platform.accesslog import AccessLog
from shared.platform.messaging import Messaging
from shared.platform.projecting import Published
from shared.platform.relationships import Relationships
from shared.platform.ties import learnt
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
WORKERS = ("str-worker-1", "str-worker-2", "str-worker-3")
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MANAGER = Call(
    TRANSFER,
    Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset({"north-cmht"})),
    "team_manager",
    AT,
)
LIMITS = st.integers(1, 3)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("join", "leave", "move")), st.sampled_from(WORKERS), LIMITS, st.booleans()
    ),
    max_size=40,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_a_caseload_grows_within_its_limit_or_for_a_reason(
    engines: Engines, steps: list[tuple[str, str, int, bool]]
) -> None:
    """Whatever came before: overrides that were used, people who left, limits that changed."""
    async with engines.fresh("referrals").opened() as opened:
        expected: Counter[str] = Counter()
        for step, worker, limit, overriding in steps:
            leaving = _largest(expected, besides=worker) if step == "move" else worker
            if step != "join" and not expected[leaving]:
                continue
            writes: list[Write] = []
            after = expected.copy()
            if step != "join":
                writes.append(leaves_caseload(leaving))
                after[leaving] -= 1
            if step != "leave":
                writes.append(joins_caseload(worker, limit, overriding=overriding))
                after[worker] += 1
            if step == "leave" or overriding or after[worker] <= limit:
                await opened.unit_of_work.commit(Unit([], writes))
                expected = after
            else:
                with pytest.raises(ConstraintBroken, match="caseloads_within_limit"):
                    await opened.unit_of_work.commit(Unit([], writes))
            assert await _open(opened) == +expected


async def test_moves_in_two_processes_lose_no_one(engines: Engines) -> None:
    """Everyone moves somewhere at once, in both directions: counts are who is there."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as one, fresh.opened() as two:
        both = [_application(one), _application(two)]
        known = [write for each in WORKERS for write in learnt(_registered(each))]
        await one.unit_of_work.commit(Unit([], known))
        referrals = [await _allocated(both[0], WORKERS[n % 3]) for n in range(24)]
        dice = random.Random(7)

        async def moves(app: Application, referral: Referral) -> None:
            version = referral.version
            for _ in range(4):
                call = replace(MANAGER, if_match=version)
                there = await app.referrals.referral(MANAGER, referral.id)
                to = dice.choice([each for each in WORKERS if each != there["worker_id"]])
                try:
                    moved = await app.caseloads.transfer(
                        call, referral.id, to, "Handed over.", None
                    )
                except CaseloadFull:
                    continue
                version = moved.aggregate.version
            if dice.random() < 0.3:
                call = replace(MANAGER, if_match=version)
                await app.caseloads.close(call, referral.id, "goals_met", "Done.")

        await asyncio.gather(*(moves(both[n % 2], each) for n, each in enumerate(referrals)))
        found = await one.database.run("SELECT worker_id FROM referrals WHERE status = 'allocated'")
        there = Counter(row["worker_id"] for row in found)
        assert await _open(one) == there
        assert max(there.values()) <= DEFAULT.rules.caseload_limit
        shown = await both[0].caseloads.caseload(MANAGER, WORKERS[0])
        assert shown["open"] == len(shown["items"]) == there[WORKERS[0]]
        assert shown["headroom"] == DEFAULT.rules.caseload_limit - shown["open"]


def _registered(staff_id: str) -> Published:
    """What supervision says of a worker of the team."""
    details = WorkerDetails(
        name="STR worker", job_title="STR worker", employer="A trust", teams=("north-cmht",)
    )
    event = WorkerRegistered(staff_id=staff_id, details=details)
    return Published("worker-registered", AT, MANAGER.actor(), staff_id, staff_id, 1, event)


def _largest(caseloads: Counter[str], besides: str) -> str:
    return max((each for each in WORKERS if each != besides), key=lambda each: caseloads[each])


async def _open(opened: Opened) -> Counter[str]:
    found = await opened.database.run("SELECT worker_id, open FROM caseloads WHERE open > 0")
    return Counter({row["worker_id"]: row["open"] for row in found})


def _application(opened: Opened) -> Application:
    numbers, unused = NhsNumbers(b"a secret"), SecretStr("unused")
    commands = Commands(
        opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work,
        partial(rows, numbers), REFUSALS,
    )  # fmt: skip
    asked = ReferralsSettings(
        database_dsn=unused, idempotency_secret=unused, key_encryption_keys=unused,
        lookup_secret=unused,
    )  # fmt: skip
    messaging = Messaging(asked, "referrals", opened.database)
    log = AccessLog(commands)
    ties = Relationships(opened.database, messaging, log, ("supervision",), NO_GRACE)
    documents = Documents(opened.keys)
    return Application(
        ServiceUsers(opened.database, opened.store, commands, ties, documents, numbers),
        Merging(opened.store, commands, ties),
        Referrals(opened.database, opened.store, commands, ties, documents),
        Deciding(commands, ties),
        Caseloads(opened.database, commands, ties),
    )


async def _allocated(app: Application, worker_id: str) -> Referral:
    person = await app.service_users.register(
        MANAGER,
        None,
        local_ids=(),
        name=PersonName(given=("Service User",), family="One"),
        date_of_birth=AT.date().replace(year=1985),
        team_id="north-cmht",
        care_coordinator_id=None,
    )
    made = await app.referrals.receive(
        MANAGER,
        person.aggregate.id,
        received_at=AT,
        source="cmht",
        urgency="routine",
        needs=("housing",),
        reason="Wants help to keep the tenancy.",
        goals=(),
        referrer=Referrer(name="A referrer"),
    )
    referral_id = made.aggregate.id
    await app.deciding.decide(replace(MANAGER, if_match=1), referral_id, "accepted", "Fits.", None)
    done = await app.caseloads.allocate(replace(MANAGER, if_match=2), referral_id, worker_id, None)
    return done.aggregate
