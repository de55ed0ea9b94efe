"""Use cases of learning: what is due of a worker, and of a team's workers."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from services.supervision.application.overseeing import over, recorded
from services.supervision.domain import NotYours
from services.supervision.policy import DEFAULT, Item, Kind, Learner, State, calls, learning
from services.supervision.projection import Learners, Rules
from shared.contracts.supervision import SupervisionRules
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound
from shared.platform.accesslog import Shown
from shared.platform.relationships import Relationships

Key = tuple[date, str, str, str]
"""What a team's list is sorted by: what has no day comes first."""


class Learning:
    """A worker is judged by the rules of their first team; whoever is in none, by what is
    shipped."""

    def __init__(self, database: Database, relationships: Relationships) -> None:
        self._relationships = relationships
        self._learners = Learners(database)
        self._rules = Rules(database)

    async def of(self, call: Call, staff_id: str) -> dict[str, Any]:
        """One worker's. Raises `NotFound`, `NotYours`."""
        learner = await self._learners.one(staff_id)
        if learner is None:
            raise NotFound()
        if "own" in call.bases and staff_id != call.caller.staff_id:
            raise NotYours("This is for the worker whom it concerns.")
        on = local_day(call.at)
        rules = await self._rules_for([learner], call.at)
        return {
            "staff_id": staff_id,
            "as_of": on,
            "items": learning(learner, rules[_first(learner)], on),
        }

    async def due(
        self,
        call: Call,
        team_id: str | None,
        *,
        within: timedelta,
        state: State | None,
        kind: Kind | None,
        after: Sequence[Any] | None,
        limit: int,
    ) -> Slice:
        """What a team's workers have to see to, or soon will, by when and whose it is.

        Raises `NoRelationship`, `NoEngagement`, `Malformed` where no team is named by those whom
        none bounds.
        """
        team_id, grant = await over(self._relationships, call, team_id)
        learners = await self._learners.of_team(team_id)
        rules = await self._rules_for(learners, call.at)
        on = local_day(call.at)
        found = [
            _of_team(learner, item)
            for learner in learners
            for item in learning(learner, rules[_first(learner)], on)
            if calls(item, on, within) and state in (None, item.state) and kind in (None, item.kind)
        ]
        start = tuple(after) if after else None
        rows = [row for row in found if start is None or row["key"] > start]
        asked = Slice.of(sorted(rows, key=itemgetter("key"))[: limit + 1], limit)
        shown = Shown(resource=f"learning/{team_id}", returned=len(asked.rows), team_id=team_id)
        await recorded(self._relationships, call, grant, shown)
        return asked

    async def _rules_for(
        self, learners: Iterable[Learner], at: datetime
    ) -> dict[str | None, SupervisionRules]:
        """The rules of the first team of each."""
        teams = sorted({team for each in learners if (team := _first(each))})
        found = await asyncio.gather(*(self._rules.of(team, at) for team in teams))
        rules: dict[str | None, SupervisionRules] = {None: DEFAULT.rules}
        return rules | {team: each.rules for team, each in zip(teams, found, strict=True)}


def _first(learner: Learner) -> str | None:
    return learner.teams[0] if learner.teams else None


def _of_team(learner: Learner, item: Item) -> dict[str, Any]:
    key: Key = (item.due_on or date.min, learner.staff_id, item.kind, item.name)
    absent = learner.status == "absent"
    return {
        "key": key,
        "document": {"staff_id": learner.staff_id, "absent": absent, **asdict(item)},
    }
