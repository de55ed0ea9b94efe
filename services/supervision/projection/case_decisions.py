"""Read model of case decisions: part of a service user's record, sealed under that person's key."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Integer, LargeBinary, Table, Text, Uuid, bindparam, or_, select

from services.supervision.domain import CaseDecision, DecisionStatus
from services.supervision.projection.tables import METADATA
from shared.eventstore.database import Database
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write, time_column
from shared.platform.ties import unexcluded, whose

CASE_DECISIONS = Table(
    "case_decisions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("team_id", Text),
    Column("session_id", Uuid, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    time_column("recorded_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
_ROWS = RowsInto(CASE_DECISIONS)
_C = CASE_DECISIONS.c
_ONE = Prepared(select(CASE_DECISIONS).where(_C.id == bindparam("id")))
_LIST = Listing(
    select(CASE_DECISIONS),
    key=(_C.recorded_at, _C.id),
    filters={
        **whose(_C.service_user_id),
        "recorded_by": _C.recorded_by == bindparam("recorded_by"),
        "legible_to": or_(
            _C.status != DecisionStatus.WRONG_PERSON, _C.recorded_by == bindparam("legible_to")
        ),
        "kept_from": unexcluded(_C.service_user_id),
    },
)
_LEFT = ("id", "version", "service_user_id", "team_id", "status", "recorded_at")
"""What is shown of one about somebody else."""


def decision_document(decision: CaseDecision) -> dict[str, Any]:
    """A decision as the API shows it; without its words once they were destroyed."""
    if decision.destroyed:
        return {**_metadata(decision), "content_state": "destroyed"}
    return {
        **_metadata(decision),
        "decision": decision.decision,
        "retracted": decision.retracted,
        "content_state": "shown",
    }


def _metadata(decision: CaseDecision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "version": decision.version,
        "service_user_id": decision.service_user_id,
        "team_id": decision.team,
        "session_id": decision.session_id,
        "supervision_kind": decision.supervision_kind,
        "worker_id": decision.worker_id,
        "supervisor_id": decision.supervisor_id,
        "status": decision.status,
        "flags": decision.flags,
        "recorded_by": decision.recorded_by,
        "recorded_at": decision.created_on,
        "decision": None,
        "retracted": decision.retracted and {**decision.retracted, "reason": None},
        "content_state": "confidential",
    }


def tombstone(row: dict[str, Any]) -> dict[str, Any]:
    """All that others are shown of a decision that is about somebody else, from its metadata."""
    shown = row["metadata"]
    left = {name: shown[name] if name in _LEFT else None for name in shown}
    by_whom = {name: shown["retracted"][name] for name in ("kind", "by", "at")}
    return {
        **left,
        "flags": [],
        "retracted": {**by_whom, "reason": None},
        "content_state": "confidential",
    }


def decision_rows(decision: CaseDecision, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=decision.id,
            version=decision.version,
            service_user_id=decision.service_user_id,
            team_id=decision.team,
            session_id=decision.session_id,
            recorded_by=decision.recorded_by.staff_id,
            status=decision.status,
            recorded_at=decision.created_on,
            metadata=_metadata(decision),
            document=seal(decision_document(decision)),
        )
    ]


class CaseDecisions:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)
