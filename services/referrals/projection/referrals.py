"""Read model of referrals."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.referrals.domain import Referral
from services.referrals.policy import rank
from services.referrals.projection.tables import DECISIONS, REFERRALS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import allocation_is, of_team, visible, whose

_ROWS = RowsInto(REFERRALS)
_DECISIONS = RowsInto(DECISIONS)
_ONE = Prepared(select(REFERRALS).where(REFERRALS.c.id == bindparam("id")))
_LAST_ENDED = Prepared(
    select(REFERRALS.c.id)
    .where(
        REFERRALS.c.service_user_id == any_(bindparam("same", type_=ARRAY(Uuid))),
        REFERRALS.c.ended_at.is_not(None),
    )
    .order_by(REFERRALS.c.ended_at.desc(), REFERRALS.c.id.desc())
    .limit(1)
)
_OPEN = Prepared(
    select(REFERRALS.c.id)
    .where(
        REFERRALS.c.service_user_id == any_(bindparam("same", type_=ARRAY(Uuid))),
        REFERRALS.c.ended_at.is_(None),
    )
    .order_by(REFERRALS.c.id)
)
_LIST = Listing(
    select(
        REFERRALS.c.id,
        REFERRALS.c.service_user_id,
        REFERRALS.c.team_id,
        REFERRALS.c.recorded_at,
        REFERRALS.c.metadata,
        REFERRALS.c.document,
    ),
    key=(REFERRALS.c.recorded_at, REFERRALS.c.id),
    filters={
        **whose(REFERRALS.c.service_user_id),
        "team_id": REFERRALS.c.team_id == bindparam("team_id"),
        "status": REFERRALS.c.status == bindparam("status"),
        "worker_id": REFERRALS.c.worker_id == bindparam("worker_id"),
        "since": REFERRALS.c.received_at >= bindparam("since"),
        "until": REFERRALS.c.received_at < bindparam("until"),
        "seen_by": visible(REFERRALS.c.service_user_id),
        "of_team": of_team(REFERRALS.c.service_user_id),
    },
)
_WORDS = {
    "reason", "goals", "referrer", "primary_reason", "plan", "rationale", "redirected_to",
    "findings", "information", "override_reason", "handover", "summary",
    "declined_because", "disengagement_plan",
}  # fmt: skip


def referral_document(referral: Referral) -> dict[str, Any]:
    """A referral as the API shows it; what is personal is null once it was destroyed."""
    return {
        "id": referral.id,
        "version": referral.version,
        "service_user_id": referral.service_user_id,
        "team_id": referral.team,
        "status": referral.status,
        "received_at": referral.received_at,
        "source": referral.source,
        "urgency": referral.urgency,
        "priority": referral.priority,
        "complexity": referral.complexity,
        "review_due": referral.next_review,
        "needs": referral.needs,
        "goals": referral.goals,
        "reason": referral.reason,
        "primary_reason": referral.primary_reason,
        "plan": referral.plan,
        "referrer": referral.referrer,
        "previous_referral_id": referral.previous_referral_id,
        "recorded_at": referral.created_on,
        "recorded_by": referral.recorded_by,
        "clock": _clock(referral),
        "decisions": referral.decisions,
        "assessments": referral.assessments,
        "answers": referral.answers,
        "reviews": referral.reviews,
        "withdrawal": referral.withdrawal,
        "allocation": referral.allocation,
        "allocations": referral.allocations,
        "transfers": referral.transfers,
        "handover": referral.handover,
        "closure": referral.closure,
        "content_state": "destroyed" if referral.destroyed else "shown",
    }


def _clock(referral: Referral) -> dict[str, Any]:
    """Exact whenever it is read: while the clock runs, what was waited is the time since
    `waiting_since`; otherwise it is `waited_seconds`."""
    clock, decided_at = referral.clock, referral.decided_at
    stood_at = clock.ended_at or (referral.stops[-1].since if referral.stops else clock.started_at)
    return {
        "started_at": clock.started_at,
        "stops": [{"from": stop.since, "until": stop.until} for stop in clock.stops],
        "running": clock.running,
        "ended_at": clock.ended_at,
        "waiting_since": clock.waiting_since if clock.running else None,
        "waited_seconds": None if clock.running else clock.waited(stood_at).total_seconds(),
        "decide_by": clock.due(referral.decide_by, decided_at),
        "decided_at": decided_at,
        "allocate_by": clock.due(referral.allocate_by, None),
    }


def _without_words(shown: Any) -> Any:
    """What is left for those without the key: no word that anybody wrote, however deep."""
    if isinstance(shown, dict):
        return {
            name: None if name in _WORDS else _without_words(each) for name, each in shown.items()
        }
    return [_without_words(each) for each in shown] if isinstance(shown, list) else shown


def referral_rows(referral: Referral, seal: Seal) -> list[Write]:
    shown, place = referral_document(referral), referral.allocation
    places = (
        allocation_is(
            referral.id,
            each["worker_id"],
            referral.service_user_id,
            each["until"],
            referral.version,
        )
        for each in referral.allocations
    )
    decisions = (
        _DECISIONS.row(
            referral_id=referral.id,
            n=n,
            service_user_id=referral.service_user_id,
            team_id=each["team_id"],
            outcome=each["outcome"],
            reason_code=each["reason_code"],
            decided_at=each["at"],
        )
        for n, each in enumerate(referral.decisions, start=1)
    )
    return [
        *places,
        *decisions,
        _ROWS.row(
            id=referral.id,
            version=referral.version,
            service_user_id=referral.service_user_id,
            team_id=referral.team,
            status=referral.status,
            worker_id=referral.worker_id,
            weight=place["weight"] if place else 1,
            allocated_at=place and place["at"],
            handover=referral.handover,
            handover_at=referral.handover_at,
            moved_at=referral.moved_at,
            received_at=referral.received_at,
            recorded_at=referral.created_on,
            priority=referral.priority,
            priority_rank=rank(referral.priority),
            waiting_since=referral.clock.waiting_since,
            review_due=referral.next_review,
            ended_at=referral.ended_at,
            # How a hand-over stands is no word of anyone's, as what was said with it is.
            metadata={**_without_words(shown), "handover": referral.handover},
            document=seal(shown),
        ),
    ]


class Referrals:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def last_ended(self, *same: UUID) -> UUID | None:
        """A person's last referral that has ended, if there is one."""
        found = await self._database.fetch_one(_LAST_ENDED, same=[*same])
        return found["id"] if found else None

    async def open_of(self, *same: UUID) -> list[UUID]:
        """A person's referrals that have not ended, under any of these registrations."""
        found = await self._database.fetch(_OPEN, same=[*same])
        return [row["id"] for row in found]

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)
