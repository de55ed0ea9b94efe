"""Read model of referrals."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from services.referrals.domain import Referral
from services.referrals.projection.tables import REFERRALS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import allocation_is, visible, whose

_ROWS = RowsInto(REFERRALS)
_REFERRAL = Prepared(select(REFERRALS).where(REFERRALS.c.id == bindparam("id")))
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
    },
)
_WORDS = {"rationale", "override_reason", "handover", "summary"}


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
        "needs": referral.needs,
        "goals": referral.goals,
        "reason": referral.reason,
        "referrer": referral.referrer,
        "recorded_at": referral.created_on,
        "recorded_by": referral.recorded_by,
        "decisions": referral.decisions,
        "allocation": referral.allocation,
        "allocations": referral.allocations,
        "transfers": referral.transfers,
        "closure": referral.closure,
        "content_state": "destroyed" if referral.destroyed else "shown",
    }


def _without_words(referral: dict[str, Any]) -> dict[str, Any]:
    """What is left for those without the key: no word that anybody wrote."""

    def wordless(entry: dict[str, Any] | None) -> dict[str, Any] | None:
        return entry and {**entry, **dict.fromkeys(_WORDS & entry.keys())}

    return {
        **referral,
        **dict.fromkeys(("goals", "reason", "referrer")),
        **{name: wordless(referral[name]) for name in ("allocation", "closure")},
        **{
            name: [wordless(each) for each in referral[name]]
            for name in ("decisions", "allocations", "transfers")
        },
    }


def referral_rows(referral: Referral, seal: Seal) -> list[Write]:
    shown = referral_document(referral)
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
    return [
        *places,
        _ROWS.row(
            id=referral.id,
            version=referral.version,
            service_user_id=referral.service_user_id,
            team_id=referral.team,
            status=referral.status,
            worker_id=referral.worker_id,
            received_at=referral.received_at,
            recorded_at=referral.created_on,
            metadata=_without_words(shown),
            document=seal(shown),
        ),
    ]


class Referrals:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def referral(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_REFERRAL, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)
