"""What notes knows of an author's competence and of a person's plans, in whatever order it was
told, and of a team's rules at a moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, permutations
from typing import Any

import pytest

from services.notes.domain import RecordKeepingPolicy
from services.notes.policy import DEFAULT, TRUST_FLOOR, Plan
from services.notes.projection import Standing, Standings, of_competence, of_plans, rows
from shared.contracts.notes import RecordKeepingRules
from shared.contracts.referrals import AuthorisedTask, PlanRegistered, PlanReviewed
from shared.contracts.supervision import (
    CompetenceRevoked,
    CompetenceSignedOff,
    TrainingRecorded,
    TrainingWithdrawn,
)
from shared.eventstore.sealing import sealer
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from shared.kernel.team_policy import Draft
from shared.platform.projecting import Published, run
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
TODAY, DAY = NOW.date(), timedelta(days=1)
FOR_A_YEAR = {"assessed_on": TODAY - DAY, "review_due": TODAY + 365 * DAY}


def signed_off(activity: str = "record_keeping", **dates: Any) -> CompetenceSignedOff:
    return CompetenceSignedOff(activity=activity, basis="x", **{**FOR_A_YEAR, **dates})


def trained(completed_on: date, expires_on: date | None) -> TrainingRecorded:
    return TrainingRecorded(
        course="record_keeping", completed_on=completed_on, expires_on=expires_on, evidence="x"
    )


def withdrawn(completed_on: date, now: TrainingRecorded | None) -> TrainingWithdrawn:
    return TrainingWithdrawn(
        course="record_keeping",
        completed_on=completed_on,
        now_completed_on=now.completed_on if now else None,
        now_expires_on=now.expires_on if now else None,
        reason="x",
    )


REVOKED = CompetenceRevoked(activity="record_keeping", reason="x")
LAPSED = trained(TODAY - 400 * DAY, TODAY - DAY)
CURRENT = trained(TODAY - 30 * DAY, TODAY)
MISTAKEN = trained(TODAY - 30 * DAY, None)
OLDER = trained(TODAY - 90 * DAY, None)


async def learn(opened: Opened, *batches: tuple[tuple[int, Any], ...]) -> Standing:
    """What is known of someone once all of it was told, a batch at a time."""
    staff_id = "str-worker-1"
    async with opened.database.connection() as connection:
        await connection.execute("DELETE FROM competences")
        await connection.execute("DELETE FROM courses")
        for batch in batches:
            told = (of_competence(each, staff_id, TODAY, version) for version, each in batch)
            await run(connection, chain.from_iterable(told))
    return await Standings(opened.database).of(SERVICE_USER, staff_id, NOW)


@pytest.mark.parametrize(
    ("told", "competences", "courses"),
    [
        (((2, signed_off()),), {"record_keeping"}, set()),
        (((2, signed_off()), (3, REVOKED)), set(), set()),
        (((2, signed_off()), (3, REVOKED), (4, signed_off())), {"record_keeping"}, set()),
        (((2, signed_off()), (3, signed_off(review_due=TODAY - DAY))), set(), set()),
        (((2, signed_off(review_due=TODAY)),), {"record_keeping"}, set()),
        (((2, signed_off(assessed_on=TODAY + DAY)),), set(), set()),
        (
            ((2, signed_off()), (3, signed_off("prompt")), (4, REVOKED)),
            {"prompt"},
            set(),
        ),
        (((2, CURRENT),), set(), {"record_keeping"}),
        (((2, LAPSED),), set(), set()),
        (((2, LAPSED), (3, CURRENT)), set(), {"record_keeping"}),
        (((2, CURRENT), (3, LAPSED)), set(), {"record_keeping"}),
        (((2, trained(TODAY - DAY, None)), (3, trained(TODAY, TODAY))), set(), {"record_keeping"}),
        (((2, MISTAKEN), (3, trained(TODAY - 30 * DAY, TODAY - DAY))), set(), set()),
        (((2, CURRENT), (3, withdrawn(CURRENT.completed_on, None))), set(), set()),
        (
            ((2, CURRENT), (3, withdrawn(CURRENT.completed_on, None)), (4, LAPSED), (5, OLDER)),
            set(),
            {"record_keeping"},
        ),
        (
            ((2, LAPSED), (3, CURRENT), (4, withdrawn(CURRENT.completed_on, LAPSED))),
            set(),
            set(),
        ),
        (
            ((2, OLDER), (3, CURRENT), (4, withdrawn(CURRENT.completed_on, OLDER)), (5, LAPSED)),
            set(),
            {"record_keeping"},
        ),
        (
            (
                (2, OLDER),
                (3, CURRENT),
                (4, withdrawn(CURRENT.completed_on, OLDER)),
                (5, withdrawn(OLDER.completed_on, None)),
            ),
            set(),
            set(),
        ),
    ],
)
async def test_the_newest_word_counts_in_whatever_order_it_comes(
    engines: Engines,
    told: tuple[tuple[int, Any], ...],
    competences: set[str],
    courses: set[str],
) -> None:
    async with engines.fresh("notes").opened() as opened:
        ways: list[list[tuple[tuple[int, Any], ...]]] = [[told]]
        ways += ([(each,) for each in order] for order in permutations(told))
        for batches in ways:
            found = await learn(opened, *batches)
            assert found == Standing(DEFAULT, frozenset(competences), frozenset(courses)), batches


async def test_days_are_englands(engines: Engines) -> None:
    """Half past midnight in summer is the evening before in UTC."""
    last = date(2026, 7, 1)
    ends = trained(last - 30 * DAY, last)
    async with engines.fresh("notes").opened() as opened:
        await learn(opened, ((2, ends), (3, signed_off(assessed_on=last, review_due=last))))
        for hour, holds in ((22, True), (23, False)):
            at = datetime(2026, 7, 1, hour, 30, tzinfo=UTC)
            found = await Standings(opened.database).of(SERVICE_USER, "str-worker-1", at)
            assert (bool(found.courses), bool(found.competences)) == (holds, holds)


async def test_the_rules_that_hold_are_those_that_began_last(engines: Engines) -> None:
    """As the aggregate says, at any moment, for any team."""

    def hours(late_after: int, days: int) -> Draft[RecordKeepingRules]:
        changed = replace(DEFAULT.rules, late_after_hours=late_after)
        return Draft(rules=changed, effective_from=NOW + days * DAY)

    made = RecordKeepingPolicy.begin_with(MANAGER, NOW, "north-cmht", hours(12, 7), TRUST_FLOOR)
    for draft in (hours(18, 1), hours(6, 9), hours(5, 9)):
        made.replace(MANAGER, NOW, draft, TRUST_FLOOR)
    async with engines.fresh("notes").opened() as opened:
        async with opened.database.connection() as connection:
            await run(connection, rows(made, sealer(None, made.id)))
        standings = Standings(opened.database)
        for days, version in ((0, 1), (1, 3), (6, 3), (7, 2), (8, 2), (9, 5), (900, 5)):
            held = await standings.rules("north-cmht", NOW + days * DAY)
            assert held.policy_version == version
            assert held.rules.late_after_hours == {1: 24, 3: 18, 2: 12, 5: 5}[version]
            mine = await standings.of(SERVICE_USER, "x", NOW + days * DAY, "north-cmht")
            assert mine.policy == held
        assert await standings.rules("south-cmht", NOW + 9 * DAY) == DEFAULT
        assert await standings.rules(None, NOW + 9 * DAY) == DEFAULT


TASK = AuthorisedTask(boundary="medication", task="prompt")
TERMS: dict[str, Any] = {
    "service_user_id": SERVICE_USER, "reference": "CP-7", "tasks": (TASK,),
    "valid_from": TODAY, "valid_to": None, "review_due": None, "carer_involved": None,
    "agreed_with": (), "own_words": None,
}  # fmt: skip
REGISTERED = PlanRegistered(team_id="north-cmht", plan_kind="care_plan", **TERMS)
ENDED = PlanReviewed(outcome="ended", findings=None, **{**TERMS, "valid_to": TODAY, "tasks": ()})


@pytest.mark.parametrize("order", [*permutations(((1, REGISTERED), (2, ENDED)))])
async def test_a_plan_is_known_as_its_newest_version_says(
    engines: Engines, order: tuple[tuple[int, Any], ...]
) -> None:
    """And only where it is asked for, of the person in question."""
    plan_id, other = new_id(), new_id()
    async with engines.fresh("notes").opened() as opened:
        for version, payload in order:
            told = Published(
                "plan", NOW, MANAGER, str(SERVICE_USER), str(plan_id), version, payload
            )
            async with opened.database.connection() as connection:
                await run(connection, of_plans(told))
        standings = Standings(opened.database)
        found = await standings.of(SERVICE_USER, "str-worker-1", NOW, plans=True)
        assert found.plans == (Plan(plan_id, "CP-7", frozenset(), TODAY, TODAY),)
        assert (await standings.of(SERVICE_USER, "str-worker-1", NOW)).plans == ()
        assert (await standings.of(other, "str-worker-1", NOW, plans=True)).plans == ()
