"""Questions to the ledger: events by any of some filters, one event, what is held of whom."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.audit.policy import (
    Sight,
    filed_under,
    is_confidential,
    person_of,
    subjects_of,
    team_of,
    without,
)
from services.audit.projection.opening import opened
from services.audit.projection.periods import EVER, between, within_period
from services.audit.projection.scope import (
    NOT_OF_ONESELF,
    UNLESS_KEPT,
    WITHIN,
    excluded,
    kept,
    unless_excluded,
    within,
)
from services.audit.projection.summaries import summary
from services.audit.projection.tables import ENTRIES, LEDGER, SUBJECTS
from shared.contracts.contract import bare
from shared.contracts.system import SERVICES
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.mapper import Body, keys_of, said
from shared.eventstore.sealing import Keys
from shared.eventstore.sql import Prepared
from shared.kernel.actor import pseudonymous
from shared.kernel.engagement import Scope

WITHHELD = {"content": None, "content_state": "confidential"}
_ABOUT = ENTRIES.c.index.in_(
    select(SUBJECTS.c.index).where(
        SUBJECTS.c.subject == bindparam("service_user_id"),
        *within_period(SUBJECTS.c.index).values(),
    )
)
_ABOUT_ANY = ENTRIES.c.index.in_(
    select(SUBJECTS.c.index).where(
        SUBJECTS.c.subject == any_(bindparam("service_user_ids", type_=ARRAY(Text))),
        *within_period(SUBJECTS.c.index).values(),
    )
)
"""Under one registration of a person, or under any of several."""
_OF_PERSON = {"service_user_id": _ABOUT, "service_user_ids": _ABOUT_ANY}
_LIST = Listing(
    select(ENTRIES.c.index, LEDGER).join(LEDGER, LEDGER.c.index == ENTRIES.c.index),
    key=(ENTRIES.c.index,),
    filters={
        "caller": NOT_OF_ONESELF,
        **_OF_PERSON,
        "actor_id": ENTRIES.c.actor_id == bindparam("actor_id"),
        "actor_role": ENTRIES.c.actor_role == bindparam("actor_role"),
        "team_id": ENTRIES.c.team_id == bindparam("team_id"),
        "resource_id": ENTRIES.c.resource_id == bindparam("resource_id"),
        "type": ENTRIES.c.type == bindparam("type"),
        "service": ENTRIES.c.service == bindparam("service"),
        "outcome": ENTRIES.c.outcome == bindparam("outcome"),
        "since": ENTRIES.c.time >= bindparam("since"),
        "until": ENTRIES.c.time < bindparam("until"),
        "as_of": LEDGER.c.recorded_at <= bindparam("as_of"),
        **within_period(ENTRIES.c.index),
        **WITHIN,
        **unless_excluded(ENTRIES.c.index),
        **UNLESS_KEPT,
    },
    reuse_plan=False,
)
_REACHED = Listing(
    select(ENTRIES.c.index),
    key=(ENTRIES.c.index,),
    filters={**_OF_PERSON, **within_period(ENTRIES.c.index), **WITHIN},
    reuse_plan=False,
)
_ONE = Prepared(
    select(LEDGER)
    .join(ENTRIES, LEDGER.c.index == ENTRIES.c.index)
    .where(ENTRIES.c.event_id == bindparam("event_id"), NOT_OF_ONESELF)
)
_KNOWS = Prepared(
    select(SUBJECTS.c.index).where(SUBJECTS.c.subject == bindparam("subject")).limit(1)
)
_LAST = """
SELECT each.service,
  (SELECT max(position) FROM ledger WHERE ledger.service = each.service) AS position
FROM unnest(%(services)s::text[]) AS each (service)
"""


def event_document(row: Mapping[str, Any], body: Body, keys: Keys, seen: Sight) -> dict[str, Any]:
    """An event as a caller sees it, from its ledger row: without content and names, unless what
    allows them to identify people covers it; without content if it is of what is kept from them,
    and never naming that. What was destroyed is left out, and of what is confidential whatever was
    sealed."""
    resource, actor = body["resource"], body["actor"]
    name, team = bare(body["type"]), team_of(body)
    identified = seen.identifies(team, subjects_of(body))
    shown = identified and filed_under(body) not in seen.kept_from
    return {
        "index": row["index"],
        "event_id": body["id"],
        "service": row["service"],
        "position": row["position"],
        "previous": row["previous"],
        "type": name,
        "time": body["time"],
        "recorded_at": row["recorded_at"],
        "actor": actor if identified else pseudonymous(actor),
        "service_user_id": person_of(body),
        "team_id": team,
        "resource": {key: resource[key] for key in ("kind", "id", "version")},
        "summary": summary(name, actor),
        **(_content(row["index"], body, keys, seen) if shown else WITHHELD),
        "digest": row["digest"].hex(),
    }


def _content(index: int, body: Body, keys: Keys, seen: Sight) -> dict[str, Any]:
    if is_confidential(body):
        content, state = body["data"], "confidential"
    else:
        words, state = opened(index, body, keys)
        content = None if state == "unreadable" else said(body, words)
    if seen.kept_from:
        content = without(content, seen.kept_from)
    return {"content": content, "content_state": state}


class Ledger:
    """Queries of the ledger."""

    def __init__(self, database: Database, keys: DataKeys) -> None:
        self._database = database
        self._keys = keys

    async def page(
        self, seen: Sight, caller: str, same: Sequence[str] = (), **arguments: Any
    ) -> Slice:
        """Events by index that lie within what the caller sees, each row with its `document`; of a
        person under any of their registrations."""
        period = await between(self._database, arguments.get("since"), arguments.get("until"))
        asked = {**arguments, **period, **_of(same), **within(seen.scope)}
        asked |= {**excluded(seen), **kept(seen)}
        found = await _LIST.page(self._database, caller=caller, **asked)
        return await self.opened(found, seen)

    async def event(self, event_id: UUID, caller: str) -> dict[str, Any] | None:
        """One ledger row, with whom and which team it is about, whom if it is one person, of what
        it is and who did it."""
        row = await self._database.fetch_one(_ONE, event_id=event_id, caller=caller)
        if row is None:
            return None
        body = from_json(row["body"])
        return {
            **row,
            "team_id": team_of(body),
            "subjects": subjects_of(body),
            "person": person_of(body),
            "of": filed_under(body),
            "actor_id": body["actor"]["staff_id"],
        }

    async def opened(self, found: Slice, seen: Sight) -> Slice:
        """The rows, each with its `document` as the caller sees it, its keys looked up at once."""
        bodies = {row["index"]: from_json(row["body"]) for row in found.rows}
        opened = (body for body in bodies.values() if not is_confidential(body))
        keys = await self._keys.opening(keys_of(opened))
        return found.shown(lambda row: event_document(row, bodies[row["index"]], keys, seen))

    async def knows(self, subject: str) -> bool:
        """Whether any event is about somebody."""
        return await self._database.fetch_one(_KNOWS, subject=subject) is not None

    async def reaches(self, scope: Scope, same: Sequence[str]) -> bool:
        """Whether any event about somebody who is known lies within a scope."""
        if scope.everything:
            return True
        asked = {**EVER, **_of(same), **within(scope)}
        found = await _REACHED.page(self._database, **asked, limit=1)
        return bool(found.rows)


def _of(same: Sequence[str]) -> dict[str, Any]:
    """The filter for all registrations of a person."""
    if len(same) > 1:
        return {"service_user_ids": [*same]}
    return {"service_user_id": same[0]} if same else {}


class Held:
    """Queries of how far the ledger goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def positions(self) -> dict[str, int]:
        """The last position held of each service."""
        rows = await self._database.run(_LAST, {"services": [*SERVICES]})
        return {row["service"]: row["position"] or 0 for row in rows}
