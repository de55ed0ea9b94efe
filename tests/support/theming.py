"""Records of supervision as the service keeps them, and their themes told by its clock."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from services.supervision.access import READ_THEMES
from services.supervision.application import Themes
from services.supervision.domain import Session, Worker
from services.supervision.projection import rows
from shared.contracts.supervision import SessionContent, WorkerDetails
from shared.eventstore.documents import Documents
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.digests import new_salt
from shared.kernel.ids import new_id
from shared.platform.deadlines import clock_call
from tests.support.build import NOW
from tests.support.engines import Opened
from tests.support.keeping import commands, destroyed

SUPERVISOR = Actor("supervisor-1", "Supervisor 1", "supervisor")


class Theming:
    """One process of the service. Times are the test's."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.commands = commands(opened, rows)
        self.themes = Themes(opened.database, self.commands, Documents(opened.keys))

    async def register(self, worker: str, team: str) -> None:
        details = WorkerDetails(name=worker, job_title="STR worker", employer="e", teams=(team,))
        made = Worker.register(SUPERVISOR, NOW, worker, details)
        await self.commands.append(clock_call(NOW), made)

    async def record(
        self, at: datetime, team: str, workers: Iterable[str], themes: Iterable[str]
    ) -> dict[str, UUID]:
        """A session of each of some workers, held and recorded at a moment: their ids."""
        made = {worker: new_id() for worker in sorted(workers)}
        await asyncio.gather(
            *(self._record(at, team, worker, session, themes) for worker, session in made.items())
        )
        return made

    async def _record(
        self, at: datetime, team: str, worker: str, id: UUID, themes: Iterable[str]
    ) -> None:
        await self.opened.key_named(f"worker:{worker}")
        session = Session.schedule(
            SUPERVISOR, at, id, agreement_id=id, worker_id=worker, team_id=team,
            supervisor_id=SUPERVISOR.staff_id, kind="ad_hoc", scheduled_for=at,
            group_session_id=None,
        )  # fmt: skip
        held_at = at - timedelta(days=200)
        session.hold(SUPERVISOR, at, held_at, 60, _content(themes), new_salt())
        await self.commands.append(clock_call(at), session)

    async def amend(self, at: datetime, id: UUID, themes: Iterable[str]) -> None:
        session = await self.opened.store.load(Session, id)
        changes = {"themes": tuple(themes), "discussion": f"Otherwise: {new_salt()}"}
        session.amend(SUPERVISOR, at, "Put right.", changes, new_salt())
        await self.commands.append(clock_call(at), session)

    async def destroy(self, worker: str) -> None:
        await self.opened.key_named(f"worker:{worker}")
        await destroyed(self.opened.database, "supervision", f"worker:{worker}")

    async def tick(self, at: datetime) -> None:
        """The leading worker's clock, until nothing is left to do."""
        while await self.themes.release(clock_call(at)):
            pass

    async def told(self, at: datetime, team: str, limit: int = 50) -> list[dict[str, Any]]:
        """What the team's manager is told, page after page: as JSON, as they are."""
        who = Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset({team}))
        call = Call(READ_THEMES, who, "team_manager", at)
        items: list[dict[str, Any]] = []
        after = None
        while True:
            found = await self.themes.page(call, team, after, limit)
            items += [from_json(to_json(row["document"])) for row in found.rows]
            if not found.more:
                return items
            after = [found.rows[-1]["quarter"]]


def _content(themes: Iterable[str]) -> SessionContent:
    return SessionContent(discussion="Talked about work.", themes=tuple(themes))
