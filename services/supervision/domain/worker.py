"""A member of staff: their entry in the register, what they were trained in and may do alone."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any, Self

from eventsourcing.domain import event

from services.supervision.domain.entry import may_change, teams_of
from services.supervision.domain.refusals import CompetenceNotInForce, NotYourTeam, OwnEntry
from shared.contracts.supervision import (
    CompetenceRevoked,
    CompetenceSignedOff,
    TrainingRecorded,
    WorkerDetails,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class Worker(Aggregate):
    """A member of staff. Known by `staff_id`, the claim their token carries."""

    kind = "worker"
    owns_key = True

    class Registered(WorkerRegistered, Aggregate.Created):
        pass

    class Updated(WorkerUpdated, Aggregate.Event):
        pass

    class Trained(TrainingRecorded, Aggregate.Event):
        pass

    class SignedOff(CompetenceSignedOff, Aggregate.Event):
        pass

    class Revoked(CompetenceRevoked, Aggregate.Event):
        pass

    @classmethod
    def register(cls, by: Actor, at: datetime, staff_id: str, details: WorkerDetails) -> Self:
        worker: Self = cls.begin(
            cls.Registered,
            id=named_id("worker", staff_id),
            at=at,
            actor=by,
            staff_id=staff_id,
            details=details,
        )
        return worker

    def refuse_own_ties(self, by: Actor, details: WorkerDetails) -> None:
        """Nobody gives themselves a team or a registration, and with it other people's records,
        or comes back from having left."""
        added = not set(details.teams) <= set(self.details.teams)
        returned = self.details.status == "left" and details.status != "left"
        signs = details.registrations != self.details.registrations
        if by.staff_id == self.staff_id and (added or returned or signs):
            raise OwnEntry()

    def refuse_outsider(self, details: WorkerDetails, teams: frozenset[str]) -> None:
        """A manager of some teams changes who is in them. Raises `NotYourTeam`."""
        if not may_change(self.details, details, teams):
            raise NotYourTeam()

    def update(self, by: Actor, at: datetime, details: WorkerDetails) -> None:
        """Replace the entry. Nothing is recorded when nothing differs."""
        changed = tuple(
            field.name
            for field in fields(details)
            if getattr(details, field.name) != getattr(self.details, field.name)
        )
        if changed:
            self._updated(actor=by, timestamp=at, details=details, changed=changed)

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
    ) -> None:
        self.refuse_own(by)
        self._trained(
            actor=by,
            timestamp=at,
            course=course,
            completed_on=completed_on,
            expires_on=expires_on,
            evidence=evidence,
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
        if newest is None or newest["revoked"] or newest["review_due"] < at.date():
            raise CompetenceNotInForce()
        self._revoked(actor=by, timestamp=at, activity=activity, reason=reason)

    @event(Registered)
    def __init__(self, staff_id: str, details: WorkerDetails) -> None:
        self.staff_id = staff_id
        self.details = details
        self.training: list[dict[str, Any]] = []
        self.competences: list[dict[str, Any]] = []

    @event(Updated)
    def _updated(
        self, actor: Actor, timestamp: datetime, details: WorkerDetails, changed: tuple[str, ...]
    ) -> None:
        self.details = details

    @event(Trained)
    def _trained(
        self,
        actor: Actor,
        timestamp: datetime,
        course: str,
        completed_on: date,
        expires_on: date | None,
        evidence: str,
    ) -> None:
        self.training.append(
            {
                "course": course,
                "completed_on": completed_on,
                "expires_on": expires_on,
                "evidence": evidence,
                "recorded_by": actor,
                "recorded_at": timestamp,
            }
        )

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

    @property
    def teams(self) -> frozenset[str]:
        """The teams they work in: none once they have left."""
        return teams_of(self.details)

    @property
    def subject(self) -> str:
        return self.staff_id

    @property
    def data_subject(self) -> str:
        return f"worker:{self.staff_id}"

    @property
    def resource_id(self) -> str:
        return self.staff_id

    @property
    def team_id(self) -> str | None:
        return self.details.teams[0] if self.details.teams else None
