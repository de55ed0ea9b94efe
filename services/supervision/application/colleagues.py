"""Who manages whom, by the workforce register."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from services.supervision.projection import Register
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.relationship import Basis

UNKNOWN = {"status": "left", "line_manager_id": None}
"""Somebody whom the register doesn't have."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A worker as the caller has them. `teams` are theirs, `shared` those that both work in."""

    at_work: bool
    teams: tuple[str, ...]
    shared: frozenset[str]
    line_managed: bool

    @property
    def ties(self) -> tuple[Basis, ...]:
        """What makes them the caller's to look after."""
        return self._ties(bool(self.shared))

    def ties_in(self, team_id: str) -> tuple[Basis, ...]:
        """The same, for what is of one team: another team that both work in makes nothing of it
        the caller's."""
        return self._ties(team_id in self.shared)

    def _ties(self, shared: bool) -> tuple[Basis, ...]:
        team: tuple[Basis, ...] = ("team",) if shared else ()
        return (*team, "line_management") if self.line_managed else team


class Colleagues:
    def __init__(self, database: Database) -> None:
        self._register = Register(database)

    async def of(
        self, call: Call, worker_id: str, besides: frozenset[str] = frozenset()
    ) -> Colleague:
        """A worker, whose work was in the teams `besides` too. Of callers whom the register
        doesn't have, the token tells the teams."""
        row = await self._register.one(worker_id)
        mine = await self._register.one(call.caller.staff_id)
        entry: dict[str, Any] = row["metadata"] if row else UNKNOWN
        at_work = entry["status"] != "left"
        teams = tuple(entry["teams"]) if at_work else ()
        gone = mine is not None and mine["metadata"]["status"] == "left"
        own = await self.teams(call)
        return Colleague(
            at_work=at_work,
            teams=teams,
            shared=own & ({*teams} | besides),
            line_managed=not gone and entry["line_manager_id"] == call.caller.staff_id,
        )

    async def teams(self, call: Call) -> frozenset[str]:
        """The caller's own."""
        return await self._register.teams(call.caller.staff_id, call.caller.teams)

    async def at_work(self, staff_ids: Collection[str]) -> set[str]:
        """Those of some staff whom the register has, and who haven't left."""
        return await self._register.at_work(staff_ids)
