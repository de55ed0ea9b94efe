"""Read model of the workforce register: entries in clear, words about training and competence
sealed under the worker's key."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.supervision.domain import Worker
from services.supervision.projection.absences import absences_are
from services.supervision.projection.tables import WORKERS
from shared.eventstore.database import Database
from shared.eventstore.documents import without_content
from shared.eventstore.listing import Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.kernel.actor import Registration
from shared.kernel.call import Caller
from shared.kernel.registration import in_force
from shared.platform.ties import staff_is

_WORKERS = RowsInto(WORKERS)
_AT_WORK = Prepared(
    select(WORKERS.c.staff_id).where(
        WORKERS.c.staff_id == any_(bindparam("staff_ids", type_=ARRAY(Text))),
        WORKERS.c.metadata["status"].as_string() != "left",
    )
)
_ONE = Prepared(select(WORKERS).where(WORKERS.c.staff_id == bindparam("staff_id")))
_LIST = (
    select(WORKERS.c.staff_id, WORKERS.c.metadata, WORKERS.c.document)
    .where(WORKERS.c.staff_id > bindparam("after"))
    .order_by(WORKERS.c.staff_id)
    .limit(bindparam("limit"))
)
_ALL = Prepared(_LIST)
_TEAM = Prepared(_LIST.where(WORKERS.c.teams.contains(bindparam("team", type_=JSONB))))
_NAMES = Prepared(
    select(WORKERS.c.staff_id, WORKERS.c.metadata["name"].as_string().label("name")).where(
        WORKERS.c.teams.contains(bindparam("team", type_=WORKERS.c.teams.type))
    )
)


def document(worker: Worker) -> dict[str, Any]:
    """A worker as the API shows them: without words once these were destroyed."""
    if worker.destroyed:
        return {**metadata(worker), "content_state": "destroyed"}
    return {**metadata(worker), "training": worker.training, "competences": worker.competences}


def metadata(worker: Worker) -> dict[str, Any]:
    """A worker without what was said of their training and competence."""
    return {
        "staff_id": worker.staff_id,
        "version": worker.version,
        **vars(worker.details),
        "training": [
            {**each, "evidence": None, "withdrawn": _without_reason(each["withdrawn"])}
            for each in worker.training
        ],
        "competences": [
            {**each, "basis": None, "revoked": _without_reason(each["revoked"])}
            for each in worker.competences
        ],
        "content_state": "shown",
    }


def _without_reason(taken_back: dict[str, Any] | None) -> dict[str, Any] | None:
    return taken_back and {**taken_back, "reason": None}


def worker_rows(worker: Worker, seal: Seal) -> list[Write]:
    said = worker.training or worker.competences
    return [
        staff_is(worker.staff_id, worker.details, worker.modified_on, worker.version),
        _WORKERS.row(
            staff_id=worker.staff_id,
            version=worker.version,
            teams=worker.details.teams,
            metadata=metadata(worker),
            document=seal(document(worker)) if said else None,
        ),
        *absences_are(worker),
    ]


def has_words(row: Mapping[str, Any]) -> bool:
    """Whether anything was ever said of a worker: it is sealed, or it was destroyed."""
    shown = row["metadata"]
    return bool(shown["training"] or shown["competences"])


def without_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """A worker as anyone may see them."""
    if has_words(row):
        return without_content(row)
    return {**row["metadata"], "content_state": "confidential"}


def with_words(row: Mapping[str, Any], opened: bytes) -> dict[str, Any]:
    """A worker with the words that were sealed. What is in clear is as the row has it: that gains
    fields when entries do, and what was sealed can't."""
    metadata, said = row["metadata"], from_json(opened)
    of_each = {
        name: [{**clear, **words} for clear, words in zip(metadata[name], said[name], strict=True)]
        for name in ("training", "competences")
    }
    return {**metadata, **of_each, "content_state": said["content_state"]}


def has_left(row: Mapping[str, Any]) -> bool:
    return bool(row["metadata"]["status"] == "left")


def own_teams(row: Mapping[str, Any] | None, caller: Caller) -> frozenset[str]:
    """A caller's teams by their row: they come from the register where the person is in it (api,
    section 1)."""
    if row is None:
        return caller.teams
    return frozenset() if has_left(row) else frozenset(row["metadata"]["teams"])


class Register:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, staff_id: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, staff_id=staff_id)

    async def page(self, team_id: str | None, after: str, limit: int) -> Slice:
        """At most `limit` workers by `staff_id`, all of them or a team's."""
        query, asked = _ALL, {"after": after, "limit": limit + 1}
        if team_id is not None:
            query, asked = _TEAM, {**asked, "team": to_json([team_id]).decode()}
        return Slice.of(await self._database.fetch(query, **asked), limit)

    async def at_work(self, staff_ids: Collection[str]) -> set[str]:
        """Those of some staff whom the register has, and who haven't left."""
        found = await self._database.fetch(_AT_WORK, staff_ids=[*staff_ids])
        return {row["staff_id"] for row in found}

    async def teams_of(self, caller: Caller) -> frozenset[str]:
        """A caller's own teams."""
        return own_teams(await self.one(caller.staff_id), caller)

    async def registration(self, staff_id: str, on: date) -> Registration | None:
        """A registration of theirs in force on a day: none once they have left."""
        row = await self.one(staff_id)
        if row is None or has_left(row):
            return None
        return in_force(row["metadata"]["registrations"], on)

    async def names_in(self, team_id: str) -> set[str]:
        """The names and ids of everybody whom the register has in a team."""
        rows = await self._database.fetch(_NAMES, team=to_json([team_id]).decode())
        return {word for row in rows for word in (row["staff_id"], row["name"])}
