"""What a worker was trained in, and what they were found competent in (domain, section 5)."""

from datetime import date, datetime
from typing import Any

from eventsourcing.domain import event

from services.supervision.domain.refusals import (
    CompetenceNotInForce,
    OwnEntry,
    TrainingNotRecorded,
)
from shared.contracts.supervision import (
    Award,
    CompetenceRevoked,
    CompetenceSignedOff,
    TrainingRecorded,
    TrainingWithdrawn,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day


class Learning(Aggregate):
    """All training and all sign-offs there ever were, oldest first."""

    staff_id: str
    training: list[dict[str, Any]]
    competences: list[dict[str, Any]]

    class Trained(TrainingRecorded, Aggregate.Event):
        pass

    class Withdrawn(TrainingWithdrawn, Aggregate.Event):
        pass

    class SignedOff(CompetenceSignedOff, Aggregate.Event):
        pass

    class Revoked(CompetenceRevoked, Aggregate.Event):
        pass

    def refuse_own(self, by: Actor) -> None:
        """Nobody vouches for themselves, or unsays what others found."""
        if by.staff_id == self.staff_id:
            raise OwnEntry()

    def record_training(
        self,
        by: Actor,
        at: datetime,
        course: str,
        completed_on: date,
        expires_on: date | None,
        evidence: str,
        award: Award = "course",
        awarded_by: str | None = None,
    ) -> None:
        self.refuse_own(by)
        self._trained(
            actor=by,
            timestamp=at,
            course=course,
            completed_on=completed_on,
            expires_on=expires_on,
            evidence=evidence,
            award=award,
            awarded_by=awarded_by,
        )

    def withdraw_training(self, by: Actor, at: datetime, course: str, reason: str) -> None:
        """Take back the completion that counts: it was recorded in error. The one before it counts
        again. Raises `TrainingNotRecorded`."""
        self.refuse_own(by)
        stand = self.completions(course)
        if not stand:
            raise TrainingNotRecorded()
        now = stand[-2] if len(stand) > 1 else {"completed_on": None, "expires_on": None}
        self._withdrawn(
            actor=by,
            timestamp=at,
            course=course,
            completed_on=stand[-1]["completed_on"],
            now_completed_on=now["completed_on"],
            now_expires_on=now["expires_on"],
            reason=reason,
        )

    def completions(self, course: str) -> list[dict[str, Any]]:
        """Those of a course that stand, the one that counts last: the latest, and of several of one
        day the one recorded last."""
        stand = (each for each in self.training if each["course"] == course)
        return sorted(
            (each for each in stand if each["withdrawn"] is None),
            key=lambda each: each["completed_on"],
        )

    def sign_off(
        self,
        by: Actor,
        at: datetime,
        activity: str,
        assessed_on: date,
        review_due: date,
        basis: str,
    ) -> None:
        """Competent in an activity until its review is due. Takes the place of what was before."""
        self.refuse_own(by)
        self._signed_off(
            actor=by,
            timestamp=at,
            activity=activity,
            assessed_on=assessed_on,
            review_due=review_due,
            basis=basis,
        )

    def revoke(self, by: Actor, at: datetime, activity: str, reason: str) -> None:
        """Take back the sign-off in force. Raises `CompetenceNotInForce`."""
        self.refuse_own(by)
        newest = self._newest(activity)
        if newest is None or newest["revoked"] or newest["review_due"] < local_day(at):
            raise CompetenceNotInForce()
        self._revoked(actor=by, timestamp=at, activity=activity, reason=reason)

    @event(Trained)
    def _trained(
        self,
        actor: Actor,
        timestamp: datetime,
        course: str,
        completed_on: date,
        expires_on: date | None,
        evidence: str,
        award: Award,
        awarded_by: str | None,
    ) -> None:
        self.training.append(
            {
                "course": course,
                "award": award,
                "awarded_by": awarded_by,
                "completed_on": completed_on,
                "expires_on": expires_on,
                "evidence": evidence,
                "recorded_by": actor,
                "recorded_at": timestamp,
                "withdrawn": None,
            }
        )

    @event(Withdrawn)
    def _withdrawn(
        self,
        actor: Actor,
        timestamp: datetime,
        course: str,
        completed_on: date,
        now_completed_on: date | None,
        now_expires_on: date | None,
        reason: str,
    ) -> None:
        last = self.completions(course)[-1]
        last["withdrawn"] = {"reason": reason, "by": actor, "at": timestamp}

    @event(SignedOff)
    def _signed_off(
        self,
        actor: Actor,
        timestamp: datetime,
        activity: str,
        assessed_on: date,
        review_due: date,
        basis: str,
    ) -> None:
        self.competences.append(
            {
                "activity": activity,
                "assessed_on": assessed_on,
                "review_due": review_due,
                "basis": basis,
                "signed_off_by": actor,
                "signed_off_at": timestamp,
                "revoked": None,
            }
        )

    @event(Revoked)
    def _revoked(self, actor: Actor, timestamp: datetime, activity: str, reason: str) -> None:
        newest = self._newest(activity)
        assert newest, "only what was signed off is revoked"
        newest["revoked"] = {"reason": reason, "by": actor, "at": timestamp}

    def _newest(self, activity: str) -> dict[str, Any] | None:
        """The newest sign-off of an activity: the one that counts."""
        of_it = [each for each in self.competences if each["activity"] == activity]
        return of_it[-1] if of_it else None
