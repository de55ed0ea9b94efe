"""A plan: what it says, when it is valid, and which tasks it authorises (HB 5.15 and 5.17)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.refusals import PlanEnded, PlanNeverValid
from services.referrals.domain.support.kept import Kept
from shared.contracts.referrals import (
    AuthorisedTask,
    PlanKind,
    PlanRegistered,
    PlanReview,
    PlanReviewed,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day


class Plan(Kept):
    """As its last review left it; each review has what the plan said `before` it."""

    kind = "plan"

    class Registered(PlanRegistered, Aggregate.Created):
        pass

    class Reviewed(PlanReviewed, Aggregate.Event):
        pass

    begins = Registered

    def review(
        self,
        by: Actor,
        at: datetime,
        outcome: PlanReview,
        changes: Mapping[str, Any],
        findings: str | None,
    ) -> None:
        """Go on with it as it was, with `changes`, or no longer.

        Ended, it is valid through `valid_to`, if the changes name it, or through today. A day of
        review that is still to come stands where no other is named.
        """
        if self.ended:
            raise PlanEnded()
        stands, today = {**self.terms, **changes}, local_day(at)
        if outcome == "ended":
            named = changes.get("valid_to")
            stands["valid_to"] = named or min(stands["valid_to"] or today, today)
            stands["review_due"] = None
        elif stands["valid_to"] and stands["valid_to"] < stands["valid_from"]:
            raise PlanNeverValid()
        elif stands["review_due"] and stands["review_due"] <= today:
            stands["review_due"] = None
        self._reviewed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            outcome=outcome,
            findings=findings,
            **stands,
        )

    @event(Registered)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        plan_kind: PlanKind,
        reference: str | None,
        tasks: tuple[AuthorisedTask, ...],
        valid_from: date,
        valid_to: date | None,
        review_due: date | None,
        carer_involved: bool | None,
        agreed_with: tuple[str, ...],
        own_words: str | None,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.plan_kind = plan_kind
        self.terms: dict[str, Any] = {
            "reference": reference,
            "tasks": tasks,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "review_due": review_due,
            "carer_involved": carer_involved,
            "agreed_with": agreed_with,
            "own_words": own_words,
        }
        self.reviews: list[dict[str, Any]] = []

    @event(Reviewed)
    def _reviewed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        outcome: PlanReview,
        reference: str | None,
        tasks: tuple[AuthorisedTask, ...],
        valid_from: date,
        valid_to: date | None,
        review_due: date | None,
        carer_involved: bool | None,
        agreed_with: tuple[str, ...],
        own_words: str | None,
        findings: str | None,
    ) -> None:
        before = self.terms
        self.terms = {
            "reference": reference,
            "tasks": tasks,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "review_due": review_due,
            "carer_involved": carer_involved,
            "agreed_with": agreed_with,
            "own_words": own_words,
        }
        self.reviews.append(
            {
                "outcome": outcome,
                "findings": findings,
                "by": actor,
                "at": timestamp,
                "before": before,
            }
        )

    @property
    def ended(self) -> bool:
        return any(each["outcome"] == "ended" for each in self.reviews)
