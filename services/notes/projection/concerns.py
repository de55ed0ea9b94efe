"""Read model of concerns, and of what the clock did with them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.notes.domain import Concern, ConcernStatus, Escalation
from services.notes.projection.tables import CONCERNS, ESCALATIONS, UNANSWERED
from shared.contracts.notes import Acknowledgement
from shared.eventstore.database import Database, Rows
from shared.eventstore.documents import time_of
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import (
    concern_is_over,
    concern_reaches,
    of_team,
    reaching,
    unexcluded,
    visible,
    whose,
)

MOST_AT_ONCE = 20
_CONCERNS, _ESCALATIONS = RowsInto(CONCERNS), RowsInto(ESCALATIONS)
_ONE = Prepared(select(CONCERNS).where(CONCERNS.c.id == bindparam("id")))
_READER = bindparam("kept_from", type_=Text)
_LIST = Listing(
    select(
        CONCERNS.c.id,
        CONCERNS.c.service_user_id,
        CONCERNS.c.raised_at,
        CONCERNS.c.metadata,
        CONCERNS.c.document,
    ),
    key=(CONCERNS.c.raised_at, CONCERNS.c.id),
    filters={
        **whose(CONCERNS.c.service_user_id),
        "of_team": of_team(CONCERNS.c.service_user_id),
        "status": CONCERNS.c.status == bindparam("status"),
        "urgency": CONCERNS.c.urgency == bindparam("urgency"),
        "reached_id": reaching(CONCERNS.c.id),
        "seen_by": visible(CONCERNS.c.service_user_id),
        # Whom a concern names never sees it, but for what they wrote themselves.
        "kept_from": and_(
            unexcluded(CONCERNS.c.service_user_id),
            or_(~CONCERNS.c.kept_from.has_key(_READER), CONCERNS.c.raised_by == _READER),
        ),
    },
)
_LATEST = (
    select(ESCALATIONS)
    .where(ESCALATIONS.c.concern_id == CONCERNS.c.id, ESCALATIONS.c.clock == CONCERNS.c.clock)
    .order_by(ESCALATIONS.c.step.desc())
    .limit(1)
    .lateral()
)
_DUE_AT = func.coalesce(_LATEST.c.next_at, CONCERNS.c.first_step_at)
_STEP_IS_DUE = and_(
    UNANSWERED,
    # For the index: no step is due before the first.
    CONCERNS.c.first_step_at <= bindparam("at"),
    bindparam("at") >= _DUE_AT,
    # Where the content was destroyed there is no one left to be told about.
    CONCERNS.c.document.is_not(None),
)
_DUE = Prepared(
    select(
        CONCERNS.c.id,
        CONCERNS.c.service_user_id,
        CONCERNS.c.team_id,
        CONCERNS.c.raised_by,
        CONCERNS.c.kept_from,
        CONCERNS.c.clock,
        CONCERNS.c.policy_version,
        func.greatest(_LATEST.c.position + 1, CONCERNS.c.asked).label("position"),
        func.coalesce(_LATEST.c.step + 1, 0).label("step"),
        _DUE_AT.label("due_at"),
    )
    .select_from(CONCERNS.outerjoin(_LATEST, _LATEST.c.concern_id == CONCERNS.c.id))
    .where(_STEP_IS_DUE)
    .order_by(_DUE_AT, CONCERNS.c.id)
    .limit(MOST_AT_ONCE)
    .offset(bindparam("passed"))
)
_STEPS_DUE = Prepared(
    select(func.count().label("how_many"), func.min(_DUE_AT).label("since"))
    .select_from(CONCERNS.outerjoin(_LATEST, _LATEST.c.concern_id == CONCERNS.c.id))
    .where(_STEP_IS_DUE)
)
_UNANSWERED = Prepared(
    select(
        func.count().label("how_many"), func.min(CONCERNS.c.acknowledge_by).label("since")
    ).where(
        UNANSWERED, CONCERNS.c.acknowledge_by < bindparam("at"), CONCERNS.c.document.is_not(None)
    )
)
_STEPS = Prepared(
    select(ESCALATIONS)
    .where(ESCALATIONS.c.concern_id == any_(bindparam("concern_ids", type_=ARRAY(Uuid))))
    .order_by(ESCALATIONS.c.at, ESCALATIONS.c.clock, ESCALATIONS.c.step)
)
_WORDS = ("description", "alerted", "not_told_reason")


def concern_document(concern: Concern) -> dict[str, Any]:
    """A concern as the API shows it, but for what the clock did and what depends on the time."""
    if concern.destroyed:
        return {**concern_metadata(concern), "content_state": "destroyed"}
    if concern.status is ConcernStatus.MOVED:
        return concern_metadata(concern)
    return {
        **concern_metadata(concern),
        **{name: getattr(concern, name) for name in _WORDS},
        "acknowledged": concern.acknowledged and vars(concern.acknowledged),
        "escalations": concern.escalations,
        "closed": _closed(concern.closed),
    }


def concern_metadata(concern: Concern) -> dict[str, Any]:
    """A concern without what was said, planned and done. Of one that was never this person's only
    that it was here is left: what it was is told under the right one."""
    was_here = concern.status is not ConcernStatus.MOVED
    acknowledged = concern.acknowledged and {**vars(concern.acknowledged), "plan": None}
    return {
        "id": concern.id,
        "version": concern.version,
        "service_user_id": concern.service_user_id,
        "team_id": concern.team,
        "note_id": concern.note_id,
        "kind": concern.nature if was_here else None,
        "urgency": concern.urgency if was_here else None,
        "status": concern.status,
        "about_staff": concern.about_staff if was_here else (),
        **dict.fromkeys(_WORDS),
        "alerted": None,
        "service_user_told": concern.service_user_told if was_here else None,
        "outstanding": concern.outstanding if was_here else (),
        "raised_by": concern.raised_by,
        "raised_at": concern.raised_at,
        "routed_to": concern.routed_to if was_here else (),
        "acknowledge_by": concern.acknowledge_by if was_here else None,
        "policy_version": concern.policy_version if was_here else None,
        "acknowledged": acknowledged if was_here else None,
        "escalations": [{**each, "reason": None} for each in concern.escalations if was_here],
        "closed": _closed(concern.closed, said=False) if was_here else None,
        "content_state": "shown" if was_here else "confidential",
    }


def _closed(closed: Acknowledgement | None, *, said: bool = True) -> dict[str, Any] | None:
    if closed is None:
        return None
    return {"outcome": closed.plan if said else None, "by": closed.by, "at": closed.at}


def concern_at(
    shown: Mapping[str, Any], steps: Iterable[Mapping[str, Any]], now: datetime
) -> dict[str, Any]:
    """And what the clock did with it, in time order with what staff asked for; whether it is
    overdue."""
    if shown["status"] == ConcernStatus.MOVED:
        return {**shown, "overdue": False}
    by_the_clock = [
        {
            **{name: each[name] for name in ("at", "clock", "step", "reached", "next_at")},
            "because": "unanswered",
            "to": each["recipient"],
            "by": None,
            "reason": None,
        }
        for each in steps
    ]
    return {
        **shown,
        "overdue": shown["status"] == ConcernStatus.RAISED
        and time_of(shown["acknowledge_by"]) < now,
        "escalations": sorted(
            [*shown["escalations"], *by_the_clock], key=lambda each: time_of(each["at"])
        ),
    }


def concern_rows(concern: Concern, seal: Seal) -> list[Write]:
    writes = [
        _CONCERNS.row(
            id=concern.id,
            version=concern.version,
            service_user_id=concern.service_user_id,
            team_id=concern.team,
            note_id=concern.note_id,
            raised_by=concern.raised_by.staff_id,
            status=concern.status,
            # What it was isn't found under the wrong person, not even by looking for it.
            urgency="" if concern.status is ConcernStatus.MOVED else concern.urgency,
            kept_from=concern.about_staff,
            clock=concern.clock,
            asked=concern.asked,
            acknowledge_by=concern.acknowledge_by,
            first_step_at=concern.first_step_at,
            policy_version=concern.policy_version,
            raised_at=concern.raised_at,
            metadata=concern_metadata(concern),
            document=seal(concern_document(concern)),
        )
    ]
    for each in concern.escalations:
        writes += concern_reaches(
            concern.id, concern.service_user_id, each["reached"], each["clock"], each["at"]
        )
    if concern.ended:
        writes.append(concern_is_over(concern.id, *concern.ended))
    return writes


def escalation_rows(step: Escalation, seal: Seal) -> list[Write]:
    at = step.created_on
    return [
        _ESCALATIONS.row(
            concern_id=step.concern_id,
            clock=step.clock,
            step=step.step,
            position=step.position,
            at=at,
            recipient=step.to,
            reached=step.reached,
            next_at=step.next_at,
        ),
        *concern_reaches(step.concern_id, step.service_user_id, step.reached, step.clock, at),
    ]


class Concerns:
    """Queries of the read models."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

    async def due(self, at: datetime, passed: int) -> Rows:
        """Concerns that nobody has acknowledged and whose next step is due, the longest first."""
        return await self._database.fetch(_DUE, at=at, passed=passed)

    async def unanswered(self, at: datetime) -> tuple[int, datetime | None]:
        """How many nobody has acknowledged in time, and until when the first should have been."""
        return await self._counted(_UNANSWERED, at)

    async def steps_due(self, at: datetime) -> tuple[int, datetime | None]:
        """For how many a step is due that the clock has not taken, and since when."""
        return await self._counted(_STEPS_DUE, at)

    async def _counted(self, query: Prepared, at: datetime) -> tuple[int, datetime | None]:
        row = await self._database.fetch_one(query, at=at)
        return (row["how_many"], row["since"]) if row else (0, None)

    async def steps(self, *concern_ids: UUID) -> Rows:
        """What the clock has done with some concerns, in time order."""
        if not concern_ids:
            return []
        return await self._database.fetch(_STEPS, concern_ids=[*concern_ids])
