"""Use cases of learning: what is due of a worker, and of a team's workers."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from services.supervision.domain import NotYours
from services.supervision.policy import DEFAULT, Item, Kind, Learner, State, calls, learning
from services.supervision.projection import Learners, Rules
from shared.contracts.supervision import SupervisionRules
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import Malformed, NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships

Key = tuple[date, str, str, str]
"""What a team's list is sorted by."""


class Learning:
    """A worker is judged by the rules of their first team; whoever is in none, by what is
    shipped."""

    def __init__(self, database: Database, relationships: Relationships) -> None:
        self._relationships = relationships
        self._learners = Learners(database)
        self._rules = Rules(database)

    async def of(self, call: Call, staff_id: str) -> dict[str, Any]:
        """One worker's. Raises `NotFound`, `NotYours`."""
        if "own" in call.bases and staff_id != call.caller.staff_id:
            raise NotYours("This is for the worker whom it concerns.")
        learner = await self._learners.one(staff_id)
        if learner is None:
            raise NotFound()
        on = local_day(call.at)
        rules = await self._rules_for([learner], call.at)
        items = learning(learner, rules[_first(learner)], on)
        return {"staff_id": staff_id, "as_of": on, "items": items}

    async def due(
        self,
        call: Call,
        team_id: str | None,
        *,
        within: timedelta,
        state: State | None,
        kind: Kind | None,
        after: list[Any] | None,
        limit: int,
    ) -> Slice:
        """What a team's workers have to see to, or soon will, by when and whose it is.

        Raises `NoRelationship`, `NoEngagement`, `Malformed` where no team is named by those whom
        none bounds.
        """
        team_id, grant = await self._over(call, team_id)
        learners = await self._learners.of_team(team_id)
        rules = await self._rules_for(learners, call.at)
        on = local_day(call.at)
        found = sorted(
            (_key(learner, item), learner, item)
            for learner in learners
            for item in learning(learner, rules[_first(learner)], on)
            if calls(item, on, within)
            and state in (None, item.state)
            and kind in (None, item.kind)
        )
        return found
