"""Read model of agreements: who, whom, which kind and how often in clear, words sealed."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, not_, select

from services.supervision.domain import Agreement
from services.supervision.projection.tables import AGREEMENTS, in_force, of_either
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

_ROWS = RowsInto(AGREEMENTS)
_ONE = Prepared(select(AGREEMENTS).where(AGREEMENTS.c.id == bindparam("id")))

_LIST = Listing(
    select(AGREEMENTS),
    key=(AGREEMENTS.c.agreed_at, AGREEMENTS.c.id),
    filters={
        **{
            name: AGREEMENTS.c[name] == bindparam(name)
            for name in ("worker_id", "supervisor_id", "team_id", "kind")
        },
        "participant": of_either(AGREEMENTS, bindparam("participant")),
        "in_force_on": in_force(bindparam("in_force_on")),
        "not_in_force_on": not_(in_force(bindparam("not_in_force_on"))),
    },
)


def agreement_document(agreement: Agreement) -> dict[str, Any]:
    """An agreement as the two, and who manages the worker, are shown it."""
    if agreement.destroyed:
        return {**_without_words(agreement), "content_state": "destroyed"}
    shown = _without_words(agreement)
    return {
        **shown,
        "purpose": agreement.purpose,
        "confidentiality": {**shown["confidentiality"], "further": agreement.further_limits},
        "end_reason": agreement.end_reason,
    }


def _without_words(agreement: Agreement) -> dict[str, Any]:
    return {
        "id": agreement.id,
        "version": agreement.version,
        "worker_id": agreement.worker_id,
        "supervisor_id": agreement.supervisor_id,
        "team_id": agreement.team,
        "kind": agreement.of_kind,
        "interval_weeks": agreement.interval_weeks,
        "starts_on": agreement.starts_on,
        "ended_on": agreement.ended_on,
        "end_reason": None,
        "purpose": None,
        "confidentiality": {"limits": agreement.limits, "further": None},
        "policy_version": agreement.policy_version,
        "agreed_at": agreement.created_on,
        "agreed_by": agreement.agreed_by,
        "accepted": agreement.accepted,
        "content_state": "shown",
    }


def agreement_rows(agreement: Agreement, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=agreement.id,
            version=agreement.version,
            worker_id=agreement.worker_id,
            supervisor_id=agreement.supervisor_id,
            team_id=agreement.team,
            kind=agreement.of_kind,
            interval_weeks=agreement.interval_weeks,
            starts_on=agreement.starts_on,
            ended_on=agreement.ended_on,
            agreed_at=agreement.created_on,
            metadata=_without_words(agreement),
            document=seal(agreement_document(agreement)),
        )
    ]


_IN_FORCE = Prepared(
    select(AGREEMENTS.c.id).where(
        AGREEMENTS.c.worker_id == bindparam("worker_id"),
        AGREEMENTS.c.supervisor_id == bindparam("supervisor_id"),
        AGREEMENTS.c.kind == bindparam("kind"),
        AGREEMENTS.c.ended_on.is_(None),
    )
)


class Agreements:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self, worker_id: str, supervisor_id: str, kind: str) -> UUID | None:
        """The one that these two have of a kind, which nobody has ended."""
        row = await self._database.fetch_one(
            _IN_FORCE, worker_id=worker_id, supervisor_id=supervisor_id, kind=kind
        )
        return row["id"] if row else None

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)
