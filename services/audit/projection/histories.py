"""What happened to something, read from the ledger with each event's contract."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.audit.policy import Told
from services.audit.projection.opening import opened
from services.audit.projection.tables import ENTRIES, LEDGER
from shared.contracts.contract import bare
from shared.contracts.reading import known, reader
from shared.eventstore.database import Database, Rows
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import Body, keys_of
from shared.eventstore.sealing import Keys
from shared.eventstore.sql import Prepared
from shared.kernel.actor import Actor, Registration

PUBLISHED = "record-keeping-policy-published"
_BODIES = select(LEDGER.c.index, LEDGER.c.recorded_at, LEDGER.c.body).join(
    ENTRIES, ENTRIES.c.index == LEDGER.c.index
)
_BY_THEN = ENTRIES.c.time <= bindparam("at")
_OF_RESOURCES = Prepared(
    _BODIES.where(
        ENTRIES.c.resource_id == any_(bindparam("ids", type_=ARRAY(Text))),
        ENTRIES.c.resource_kind == any_(bindparam("kinds", type_=ARRAY(Text))),
        _BY_THEN,
    ).order_by(LEDGER.c.index)
)
_OF_TEAMS = Prepared(
    _BODIES.where(
        ENTRIES.c.team_id == any_(bindparam("teams", type_=ARRAY(Text))),
        ENTRIES.c.type == bindparam("type"),
        _BY_THEN,
    ).order_by(LEDGER.c.index)
)


class Histories:
    """Queries of all that happened to some things by a moment, by the events' own time."""

    def __init__(self, database: Database, keys: DataKeys) -> None:
        self._database = database
        self._keys = keys

    async def of(
        self, kinds: Sequence[str], ids: Collection[str], at: datetime, *, words: bool
    ) -> list[Told]:
        """Events of some resources, as the ledger has them: of all their streams. Without `words`
        what is personal is confidential."""
        rows = await self._database.fetch(_OF_RESOURCES, ids=sorted(ids), kinds=list(kinds), at=at)
        return await self._told(rows, words=words)

    async def policies(self, teams: Collection[str], at: datetime) -> list[Told]:
        """The record-keeping policies that some teams had published."""
        rows = await self._database.fetch(_OF_TEAMS, teams=sorted(teams), type=PUBLISHED, at=at)
        return await self._told(rows, words=True)

    async def _told(self, rows: Rows, *, words: bool) -> list[Told]:
        bodies = [from_json(row["body"]) for row in rows]
        keys = await self._keys.opening(keys_of(bodies)) if words else None
        return [_told(row, body, keys) for row, body in zip(rows, bodies, strict=True)]


def own_stream(told: Sequence[Told], id: str) -> list[Told]:
    """Of what was told of several, what people did to one of them, in order; what the clock did has
    streams of its own."""
    return sorted((each for each in told if each.stream == id), key=lambda each: each.version)


def _told(row: dict[str, Any], body: Body, keys: Keys | None) -> Told:
    """An event; without `keys` its words are withheld."""
    resource, actor = body["resource"], body["actor"]
    words, state = opened(row["index"], body, keys) if keys is not None else (None, "confidential")
    contract, payload = known(body["type"]), None
    if contract:
        try:
            payload = reader(contract).read(body["data"], words)
        except ValidationError:
            state = "unreadable"
    registration = actor.get("registration")
    return Told(
        index=row["index"],
        event_id=body["id"],
        type=bare(body["type"]),
        resource_id=resource["id"],
        stream=resource["stream"],
        version=resource["version"],
        time=datetime.fromisoformat(body["time"]),
        recorded_at=row["recorded_at"],
        actor=Actor(
            actor["staff_id"],
            actor["name"],
            actor["role"],
            registration and Registration(**registration),
        ),
        payload=payload,
        content_state=state,
    )
