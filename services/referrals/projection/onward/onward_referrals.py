"""Read model of onward referrals: codes and days in clear, every word sealed."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from services.referrals.domain import OnwardReferral
from services.referrals.projection.onward.tables import ONWARD_REFERRALS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import of_team, visible, whose

_ROWS = RowsInto(ONWARD_REFERRALS)
_ONE = Prepared(select(ONWARD_REFERRALS).where(ONWARD_REFERRALS.c.id == bindparam("id")))
_LIST = Listing(
    select(ONWARD_REFERRALS),
    key=(ONWARD_REFERRALS.c.recorded_at, ONWARD_REFERRALS.c.id),
    filters={
        **whose(ONWARD_REFERRALS.c.service_user_id),
        "team_id": ONWARD_REFERRALS.c.team_id == bindparam("team_id"),
        "status": ONWARD_REFERRALS.c.status == bindparam("status"),
        "since": ONWARD_REFERRALS.c.recorded_at >= bindparam("since"),
        "until": ONWARD_REFERRALS.c.recorded_at < bindparam("until"),
        "seen_by": visible(ONWARD_REFERRALS.c.service_user_id),
        "of_team": of_team(ONWARD_REFERRALS.c.service_user_id),
    },
)


def onward_referral_document(referral: OnwardReferral) -> dict[str, Any]:
    """An onward referral as the API shows it; without its words once they were destroyed."""
    if referral.destroyed:
        return {**_without_words(referral), "content_state": "destroyed"}
    shown = _without_words(referral)
    return {
        **shown,
        "agency": {**shown["agency"], "name": referral.agency_name},
        "reason": referral.reason,
        "consent": {**shown["consent"], "reason": referral.without_consent_reason},
        "acknowledgement": referral.acknowledgement,
        "outcome": referral.outcomes[-1] if referral.outcomes else None,
        "outcomes": referral.outcomes,
    }


def _without_words(referral: OnwardReferral) -> dict[str, Any]:
    outcomes = [{**each, "details": None} for each in referral.outcomes]
    return {
        "id": referral.id,
        "version": referral.version,
        "service_user_id": referral.service_user_id,
        "team_id": referral.team,
        "agency": {
            "id": referral.agency_id,
            "version": referral.agency_version,
            "kind": referral.agency_kind,
            "name": None,
        },
        "need": referral.need,
        "reason": None,
        "consent": {
            "basis": referral.consent,
            "given_on": referral.consented_on,
            "reason": None,
        },
        "status": referral.status,
        "made_at": referral.created_on,
        "made_by": referral.made_by,
        "acknowledgement": referral.acknowledgement
        and {**referral.acknowledgement, "details": None},
        "outcome": outcomes[-1] if outcomes else None,
        "outcomes": outcomes,
        "content_state": "shown",
    }


def onward_referral_rows(referral: OnwardReferral, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=referral.id,
            version=referral.version,
            service_user_id=referral.service_user_id,
            team_id=referral.team,
            agency_id=referral.agency_id,
            status=referral.status,
            recorded_at=referral.created_on,
            metadata=_without_words(referral),
            document=seal(onward_referral_document(referral)),
        )
    ]


class OnwardReferrals:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)
