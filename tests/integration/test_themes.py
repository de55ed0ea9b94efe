"""No sequence of questions about themes reveals a group of fewer than five (HB 5.22).

Whatever is recorded, put right and destroyed, and whenever the clock comes to it: the service's own
tables, sealing, clock and answers, beside a model that is nothing but sets of names.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.supervision.policy.themes import FEWEST, SETTLED, Quarter
from tests.support.engines import Engines
from tests.support.theming import Theming

pytestmark = pytest.mark.anyio
START = datetime(2026, 2, 11, 9, 30, tzinfo=UTC)
WORKERS = [f"str-worker-{number:02}" for number in range(11)]
FEW = WORKERS[: FEWEST - 1]
TEAMS = ["north-cmht", "south-cmht"]
COMMON = ["boundaries", "endings", "lone working"]
WHISPERED = "being bullied"
"""What only a few ever name."""
GROUPS = st.one_of(
    st.just(frozenset(WORKERS)),
    st.frozensets(st.sampled_from(WORKERS), min_size=FEWEST, max_size=8),
    st.frozensets(st.sampled_from(WORKERS), min_size=1, max_size=3),
)
SAID = st.lists(st.sampled_from([*COMMON, WHISPERED]), max_size=3, unique=True)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), GROUPS, st.sampled_from(TEAMS), SAID),
        st.tuples(st.just("amend"), st.integers(0, 99), SAID),
        st.tuples(st.just("destroy"), st.sampled_from(WORKERS)),
        st.tuples(st.just("wait"), st.integers(1, 70)),
        st.tuples(st.just("tick")),
        st.tuples(st.just("ask"), st.integers(1, 3)),
    ),
    max_size=24,
)


class History:
    """What happens, twice: in the teams, and in twins of them where nobody whispers."""

    def __init__(self, process: Theming) -> None:
        self.process = process
        self.at = START
        self.records: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        self.expected: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self.seen: dict[tuple[str, str], dict[str, Any]] = {}

    async def record(self, group: Iterable[str], team: str, said: list[str]) -> None:
        there = {worker for worker in group if worker not in self.gone}
        whisperers = there & set(FEW) if WHISPERED in said else set()
        for workers, themes in ((whisperers, said), (there - whisperers, _aloud(said))):
            ids = await self.process.record(self.at, team, workers, themes)
            twins = await self.process.record(
                self.at, _twin(team), map(_twin, workers), _aloud(themes)
            )
            for worker, made in ids.items():
                self.records.append(
                    {
                        "worker": worker, "team": team, "quarter": Quarter.of(self.at).name,
                        "themes": themes, "ids": (made, twins[_twin(worker)]),
                    }
                )  # fmt: skip

    async def amend(self, number: int, said: list[str]) -> None:
        left = [each for each in self.records if each["worker"] not in self.gone]
        if not left:
            return
        record = left[number % len(left)]
        record["themes"] = said if record["worker"] in FEW else _aloud(said)
        own, twin = record["ids"]
        await self.process.amend(self.at, own, record["themes"])
        await self.process.amend(self.at, twin, _aloud(said))

    async def destroy(self, worker: str) -> None:
        for each in (worker, _twin(worker)):
            await self.process.destroy(each)
        self.gone.add(worker)

    async def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    async def tick(self) -> None:
        await self.process.tick(self.at)
        for team, quarter in {(each["team"], each["quarter"]) for each in self.records}:
            if Quarter.named(quarter).until + SETTLED <= self.at:
                self.expected.setdefault((team, quarter), self._to_tell(team, quarter))

    def _to_tell(self, team: str, quarter: str) -> list[tuple[str, int]]:
        told = []
        for theme in [*COMMON, WHISPERED]:
            named = {
                each["worker"]
                for each in self.records
                if (each["team"], each["quarter"]) == (team, quarter)
                and theme in each["themes"]
                and each["worker"] not in self.gone
            }
            if len(named) >= FEWEST:
                told.append((theme, len(named) - len(named) % FEWEST))
        return sorted(told, key=lambda each: (-each[1], each[0]))

    async def ask(self, limit: int) -> None:
        numbers = [0]
        for team in TEAMS:
            items = await self.process.told(self.at, team, limit)
            twins = await self.process.told(self.at, _twin(team), limit)
            assert items == twins, "what few say leaves no trace at all"
            quarters = [each["quarter"] for each in items]
            assert quarters == sorted(set(quarters), reverse=True)
            for each in items:
                key = team, each["quarter"]
                assert Quarter.named(each["quarter"]).until <= self.at, "never of what goes on"
                assert self.seen.setdefault(key, each) == each, "what was told stays as it was"
                told = [(theme["theme"], theme["workers_at_least"]) for theme in each["themes"]]
                assert told == self.expected[key]
                numbers += [number for _, number in told]
            assert {quarter for t, quarter in self.seen if t == team} == {*quarters}
        assert all((a - b) % FEWEST == 0 for a in numbers for b in numbers)


def _twin(name: str) -> str:
    return f"{name}-twin"


def _aloud(said: list[str]) -> list[str]:
    return [theme for theme in said if theme != WHISPERED]


@given(steps=STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_no_sequence_of_questions_reveals_fewer_than_five(
    engines: Engines, steps: list[tuple[Any, ...]]
) -> None:
    async with engines.fresh("supervision").opened() as opened:
        history = History(Theming(opened))
        for name, *arguments in [*steps, ("wait", 95), ("tick",), ("ask", 2)]:
            await getattr(history, name)(*arguments)
        assert history.seen.keys() == history.expected.keys(), "and all of it is told in the end"


SUMMER = datetime(2026, 7, 20, 9, 0, tzinfo=UTC)
AFTER = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
FIVE = WORKERS[:FEWEST]


async def _ids(process: Theming, workers: Iterable[str]) -> dict[str, UUID]:
    return await process.record(SUMMER, "north-cmht", workers, ["endings"])


def _counts(items: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    return {
        each["quarter"]: {theme["theme"]: theme["workers_at_least"] for theme in each["themes"]}
        for each in items
    }


async def test_four_are_nobody_and_five_are_told_of(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        await process.record(SUMMER, "south-cmht", FEW, ["endings"])
        await _ids(process, FIVE)
        await process.tick(AFTER)
        assert _counts(await process.told(AFTER, "south-cmht")) == {"2026-Q3": {}}
        assert _counts(await process.told(AFTER, "north-cmht")) == {"2026-Q3": {"endings": 5}}


async def test_it_is_told_once_the_quarter_has_ended_and_settled(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        await _ids(process, FIVE)
        # The end of September in England is an hour before it is in UTC.
        end = datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
        for early in (SUMMER, end, end + SETTLED - timedelta(microseconds=1)):
            await process.tick(early)
            assert await process.told(early, "north-cmht") == []
        await process.tick(end + SETTLED)
        [item] = await process.told(end, "north-cmht")
        assert item["released_at"] == "2026-10-01T00:00:00Z"


async def test_what_comes_later_changes_nothing_that_was_told(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        ids = await _ids(process, WORKERS[:9])
        await process.tick(AFTER)
        before = await process.told(AFTER, "north-cmht")
        assert _counts(before) == {"2026-Q3": {"endings": 5}}
        await process.record(SUMMER, "north-cmht", WORKERS[9:], ["endings"])
        for each in [*ids.values()][:5]:
            await process.amend(AFTER, each, ["boundaries"])
        await process.destroy(WORKERS[8])
        later = AFTER + timedelta(days=400)
        await process.tick(later)
        assert await process.told(later, "north-cmht") == before


async def test_quarters_that_nobody_told_are_told_oldest_first(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        for months in (0, 3, 9):
            at = SUMMER + timedelta(days=months * 31)
            await process.record(at, "north-cmht", FIVE, ["endings"])
        at = SUMMER + timedelta(days=400)
        await process.tick(at)
        assert [*_counts(await process.told(at, "north-cmht", 1))] == [
            "2027-Q2", "2026-Q4", "2026-Q3",
        ]  # fmt: skip


async def test_a_record_of_a_quarter_s_first_moment_is_of_that_quarter(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        await _ids(process, FIVE)
        first = Quarter(2026, 4).since
        await process.tick(AFTER)
        await process.record(first, "north-cmht", FIVE, ["boundaries"])
        later = AFTER + timedelta(days=95)
        await process.tick(later)
        assert _counts(await process.told(later, "north-cmht")) == {
            "2026-Q4": {"boundaries": 5}, "2026-Q3": {"endings": 5},
        }  # fmt: skip


async def test_a_colleague_s_name_is_no_theme(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        await process.register(WORKERS[9], "north-cmht")
        said = ["endings", f"{WORKERS[9]} and the rota"]
        await process.record(SUMMER, "north-cmht", FIVE, said)
        await process.tick(AFTER)
        assert _counts(await process.told(AFTER, "north-cmht")) == {"2026-Q3": {"endings": 5}}


async def test_many_records_are_counted_some_at_a_time(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        process = Theming(opened)
        for worker in FIVE:
            await asyncio.gather(
                *(process.record(SUMMER, "north-cmht", [worker], ["endings"]) for _ in range(45))
            )
        await process.tick(AFTER)
        assert _counts(await process.told(AFTER, "north-cmht")) == {"2026-Q3": {"endings": 5}}


async def test_two_that_lead_at_once_tell_it_once(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as first, fresh.opened() as second:
        one, two = Theming(first), Theming(second)
        await _ids(one, FIVE)
        await asyncio.gather(one.tick(AFTER), two.tick(AFTER + timedelta(seconds=1)))
        [row] = await first.database.run(
            "SELECT count(*)::int AS n FROM events WHERE type LIKE '%themes-released%'"
        )
        assert row["n"] == 1
        assert await one.told(AFTER, "north-cmht") == await two.told(AFTER, "north-cmht")
