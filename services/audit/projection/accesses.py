"""Who looked at a person's record and who was refused; and what the IG lead is told of at once."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Text, and_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.audit.policy import Sight, person_of, without
from services.audit.projection.reading import DENIED, GRANTED, basis, override
from services.audit.projection.scope import excluded, unless_excluded
from services.audit.projection.tables import ACCESSES, ALERTS, LEDGER
from shared.contracts.contract import bare
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice

ROLE_PURPOSE = {"auditor": "audit", "ig_lead": "information_governance"}
"""What questions to the ledger are for."""
_SEVERAL = bindparam("subjects", type_=ARRAY(Text))
_OTHER = ACCESSES.alias()
_OF_SEVERAL = and_(
    ACCESSES.c.subject == any_(_SEVERAL),
    ~select(_OTHER.c.index)
    .where(
        _OTHER.c.index == ACCESSES.c.index,
        _OTHER.c.subject == any_(_SEVERAL),
        _OTHER.c.subject < ACCESSES.c.subject,
    )
    .exists(),
)
"""Of a person with several registrations: a look at more than one of them is one look."""
_ACCESSES = Listing(
    select(ACCESSES.c.index, LEDGER.c.service, LEDGER.c.body).join(
        LEDGER, LEDGER.c.index == ACCESSES.c.index
    ),
    key=(ACCESSES.c.index,),
    filters={
        "subject": ACCESSES.c.subject == bindparam("subject"),
        "subjects": _OF_SEVERAL,
        "actor_id": ACCESSES.c.actor_id == bindparam("actor_id"),
        "outcome": ACCESSES.c.outcome == bindparam("outcome"),
        "basis": ACCESSES.c.basis == bindparam("basis"),
        "since": ACCESSES.c.time >= bindparam("since"),
        "until": ACCESSES.c.time < bindparam("until"),
        **unless_excluded(ACCESSES.c.index),
    },
)
_ALERTS = Listing(
    select(ALERTS.c.index, ALERTS.c.kind, LEDGER.c.body).join(
        LEDGER, LEDGER.c.index == ALERTS.c.index
    ),
    key=(ALERTS.c.index,),
    filters={
        "kind": ALERTS.c.kind == bindparam("kind"),
        "since": ALERTS.c.time >= bindparam("since"),
        "until": ALERTS.c.time < bindparam("until"),
        **unless_excluded(ALERTS.c.index),
    },
)


def _access(row: Any, seen: Sight, *, identified: bool) -> dict[str, Any]:
    body = from_json(row["body"])
    name, data = bare(body["type"]), body["data"]
    why, broken = basis(body), override(body)
    return {
        "index": row["index"],
        "event_id": body["id"],
        "service": row["service"],
        "time": body["time"],
        "actor": _actor(body, identified=identified),
        "operation": "break_glass" if name == GRANTED else data["operation"],
        "outcome": "denied" if name == DENIED else "allowed",
        "code": data.get("code"),
        "basis": why,
        "purpose": data.get("purpose") or _purpose(body),
        "break_glass": broken is not None or why == "override",
        "override_id": broken,
        "engagement_id": data.get("engagement_id"),
        "resource": without(data.get("resource"), seen.kept_from),
        "returned": data.get("returned"),
        "restricted": data.get("restricted") is True,
    }


def _purpose(body: dict[str, Any]) -> str | None:
    if body["resource"]["kind"] == "access-override":
        return "break_glass"
    return ROLE_PURPOSE.get(body["actor"]["role"])


def _alert(row: Any) -> dict[str, Any]:
    body = from_json(row["body"])
    return {
        "kind": row["kind"],
        "index": row["index"],
        "event_id": body["id"],
        "time": body["time"],
        "actor": _actor(body, identified=True),
        "service_user_id": person_of(body),
        "override_id": override(body),
    }


def _actor(body: dict[str, Any], *, identified: bool) -> dict[str, Any]:
    actor = body["actor"]
    name = actor["name"] if identified else None
    return {"staff_id": actor["staff_id"], "name": name, "role": actor["role"]}


class Accesses:
    """Queries of who looked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, seen: Sight, same: Sequence[str], *, identified: bool, **arguments: Any
    ) -> Slice:
        """Accesses to a person's record, under any of their registrations, by index; each row with
        its `document`, which doesn't name what is kept from the caller."""
        whose = {"subjects": [*same]} if len(same) > 1 else {"subject": same[0]}
        found = await _ACCESSES.page(self._database, **whose, **arguments, **excluded(seen))
        return found.shown(lambda row: _access(row, seen, identified=identified))

    async def alerts(self, seen: Sight, **arguments: Any) -> Slice:
        """Alerts by index, each row with its `document`."""
        found = await _ALERTS.page(self._database, **arguments, **excluded(seen))
        return found.shown(_alert)
