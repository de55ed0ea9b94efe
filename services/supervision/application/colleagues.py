"""Who manages whom, by the workforce register."""

from dataclasses import dataclass
from typing import Any

from services.supervision.projection import Register, has_left, own_teams
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

    def team_for(self, named: str | None) -> str:
        """The team that something of theirs is of, if none is named: of several, one that both
        work in. Empty where they are in none."""
        return named or min(self.shared, default=next(iter(self.teams), ""))

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
        caller = call.caller
        worker = await self._register.one(worker_id)
        mine = await self._register.one(caller.staff_id)
        entry: dict[str, Any] = worker["metadata"] if worker else UNKNOWN
        at_work = entry["status"] != "left"
        teams = tuple(entry["teams"]) if at_work else ()
        return Colleague(
            at_work=at_work,
            teams=teams,
            shared=own_teams(mine, caller) & ({*teams} | besides),
            line_managed=not (mine and has_left(mine))
            and entry["line_manager_id"] == caller.staff_id,
        )
