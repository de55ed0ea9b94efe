"""A referral goes along when the person becomes another team's."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.state import ReferralState
from shared.contracts.referrals import ReferralMoved
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate

ENDED = ("declined", "redirected", "withdrawn", "closed")
"""Statuses in which nothing more happens: such a referral stays with the team it was made to."""


class Moving(ReferralState):
    """Of a person who changes team; whose caseload they are on stays as it is."""

    class Moved(ReferralMoved, Aggregate.Event):
        pass

    def move(self, by: Actor, at: datetime, team_id: str) -> None:
        assert self.team
        self._moved(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            from_team_id=self.team,
            team_id=team_id,
        )

    @event(Moved)
    def _moved(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        from_team_id: str,
        team_id: str,
    ) -> None:
        self.team = team_id
