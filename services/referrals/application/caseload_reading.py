"""Use cases of looking at caseloads: who is on one, and who must be allocated again."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.referrals.domain import NotYourCaseload
from services.referrals.policy import DEFAULT, limit_of
from services.referrals.projection import Caseloads, Reallocations, Rules, Worker, Workers
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class CaseloadReading:
    def __init__(self, database: Database, relationships: Relationships) -> None:
        self._relationships = relationships
        self._caseloads = Caseloads(database)
        self._reallocations = Reallocations(database)
        self._rules = Rules(database)
        self._workers = Workers(database)

    async def caseload(self, call: Call, worker_id: str) -> dict[str, Any]:
        """Who is on a worker's caseload, and how many places are left.

        Restricted records that the caller isn't named for are counted and not listed.
        """
        grant = Grant("own")
        if worker_id == call.caller.staff_id:
            if not (await self._relationships.facts(call)).staff.at_work:
                raise NotYourCaseload()
        else:
            if "team" not in call.bases:
                raise NotYourCaseload()
            await self._relationships.require_colleague(call, worker_id)
            grant = Grant("team")
        worker = await self._workers.of(worker_id)
        taken, people, items, limit = await asyncio.gather(
            self._caseloads.open(worker_id),
            self._reallocations.people(worker_id),
            self._reallocations.on_caseload(worker_id, call.caller.staff_id),
            self._limit(worker, call.at),
        )
        whose = tuple(sorted({item["service_user_id"] for item in items}))
        await self._relationships.shown(
            call, grant, Shown(whose, f"caseload/{worker_id}", len(items))
        )
        at_work = worker is not None and worker.status == "active"
        return {
            "worker_id": worker_id,
            "status": worker and worker.status,
            "open": taken,
            "people": people,
            "limit": limit,
            "headroom": max(limit - taken, 0) if at_work else 0,
            "items": items,
        }

    async def _limit(self, worker: Worker | None, at: datetime) -> int:
        """The least that a team of theirs allows: who works in several has one caseload."""
        if worker is None:
            return DEFAULT.rules.caseload_limit
        found = await asyncio.gather(*(self._rules.of(team, at) for team in worker.teams))
        return min(
            limit_of(each.rules, worker.level, worker.whole_time_equivalent)
            for each in found or (DEFAULT,)
        )

    async def reallocations(self, call: Call, team_id: str | None, **rest: Any) -> Slice:
        """Who must be allocated again in a team, and by when, the longest first."""
        team_id, grant = await self._relationships.team(call, team_id)
        found = await self._reallocations.page(
            team_id=team_id, seen_by=call.caller.staff_id, **rest
        )
        within = timedelta(
            days=(await self._rules.of(team_id, call.at)).rules.reallocate_within_days
        )
        await self._relationships.shown(call, grant, Shown.listed(found, team_id))
        return found.shown(lambda row: _document(row, within, call.at))


def _document(row: Mapping[str, Any], within: timedelta, at: datetime) -> dict[str, Any]:
    """`due_at` as the clock recorded it, which no later policy changes; else as it will."""
    due_at = row["due_at"] or row["since"] + within
    asked = ("referral_id", "service_user_id", "worker_id", "because", "since")
    return {
        **{name: row[name] for name in asked},
        "due_at": due_at,
        "overdue": due_at <= at,
    }
