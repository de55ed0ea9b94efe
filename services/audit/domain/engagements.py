"""Engagements that auditors read in."""

from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.access import EngagementAgreed, EngagementEnded
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import Conflict, Forbidden


class NotYourEngagement(Forbidden):
    code = "not_your_engagement"
    detail = "An auditor sees their own engagements only."


class ApproverIsAuditor(Conflict):
    code = "approver_is_auditor"
    detail = "Nobody approves the engagement under which they will read."


class OwnEngagement(Conflict):
    code = "own_engagement"
    detail = "Nobody agrees an engagement for themselves."


class EngagementOver(Conflict):
    code = "engagement_over"
    detail = "This engagement has ended."


class Engagement(Aggregate):
    """An audit that was agreed: who reads what, for what, until when, and who approved it."""

    kind = "engagement"

    class Agreed(EngagementAgreed, Aggregate.Created):
        pass

    class Ended(EngagementEnded, Aggregate.Event):
        pass

    @classmethod
    def agree(cls, by: Actor, at: datetime, id: UUID, terms: EngagementAgreed) -> Self:
        """The terms are as the auditor's employer approved them; the approver may be who agrees."""
        if terms.approver_id == terms.auditor_id:
            raise ApproverIsAuditor()
        if by.staff_id == terms.auditor_id:
            raise OwnEngagement()
        agreed: Self = cls.begin(cls.Agreed, id=id, at=at, actor=by, **vars(terms))
        return agreed

    def end(self, by: Actor, at: datetime, reason: str) -> None:
        """End it before its time."""
        if at >= self.until:
            raise EngagementOver()
        self._ended(actor=by, timestamp=at, auditor_id=self.auditor_id, reason=reason)

    @event(Agreed)
    def __init__(
        self,
        actor: Actor,
        auditor_id: str,
        purpose: str,
        approver_id: str,
        starts_at: datetime,
        ends_at: datetime,
        teams: tuple[str, ...],
        service_user_ids: tuple[UUID, ...],
        identities: bool,
    ) -> None:
        self.agreed_by = actor
        self.auditor_id = auditor_id
        self.purpose = purpose
        self.approver_id = approver_id
        self.starts_at = starts_at
        self.ends_at = ends_at
        self.teams = teams
        self.service_user_ids = service_user_ids
        self.identities = identities
        self.ended_by: Actor | None = None
        self.ended_at: datetime | None = None
        self.end_reason: str | None = None

    @event(Ended)
    def _ended(self, actor: Actor, timestamp: datetime, auditor_id: str, reason: str) -> None:
        self.ended_by = actor
        self.ended_at = timestamp
        self.end_reason = reason

    @property
    def until(self) -> datetime:
        """When it stops, or stopped, being in force."""
        return self.ended_at or self.ends_at

    @property
    def subject(self) -> str:
        return self.auditor_id
