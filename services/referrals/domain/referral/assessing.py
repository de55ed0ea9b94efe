"""What is found out before a referral is decided: an assessment, an answer from the referrer."""

from datetime import date, datetime
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.state import ENDED, UNDECIDED, ReferralState, Status
from services.referrals.domain.refusals import AlreadyDecided, AssessmentOpen, NothingAsked
from shared.contracts.referrals import (
    AssessmentCompleted,
    AssessmentRequested,
    Complexity,
    Outcome,
    ReferralInformationReceived,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Assessing(ReferralState):
    """More experienced staff look first (HB 5.10); the referrer is asked for more."""

    class AssessmentAsked(AssessmentRequested, Aggregate.Event):
        pass

    class Assessed(AssessmentCompleted, Aggregate.Event):
        pass

    class Informed(ReferralInformationReceived, Aggregate.Event):
        pass

    def request_assessment(
        self,
        by: Actor,
        at: datetime,
        assessor_id: str | None,
        due_on: date | None,
        reason: str | None,
    ) -> None:
        self._refuse_decided()
        if self.open_assessment:
            raise AssessmentOpen("An assessment was asked for already.")
        self._assessment_requested(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            assessor_id=assessor_id,
            due_on=due_on,
            reason=reason,
        )

    def assess(
        self,
        by: Actor,
        at: datetime,
        findings: str,
        recommends: Outcome | None,
        complexity: Complexity | None,
    ) -> None:
        """What was found, whether or not anybody had asked, and however late it comes in: until
        the referral has ended."""
        if self.status in ENDED:
            raise AlreadyDecided()
        self._assessed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            recommends=recommends,
            complexity=complexity,
            findings=findings,
        )

    def inform(self, by: Actor, at: datetime, information: str) -> None:
        """The answer to what was asked: it keeps its place, and the clock goes on."""
        if self.status is not Status.MORE_INFORMATION:
            raise NothingAsked()
        self._informed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            information=information,
        )

    def _refuse_decided(self) -> None:
        if self.status not in UNDECIDED:
            raise AlreadyDecided()

    @event(AssessmentAsked)
    def _assessment_requested(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        assessor_id: str | None,
        due_on: date | None,
        reason: str | None,
    ) -> None:
        self.assessments.append(
            {
                "requested_by": actor,
                "requested_at": timestamp,
                "assessor_id": assessor_id,
                "due_on": due_on,
                "reason": reason,
                **_NOTHING_FOUND,
            }
        )
        self.status = self.stands()

    @event(Assessed)
    def _assessed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        recommends: Outcome | None,
        complexity: Complexity | None,
        findings: str,
    ) -> None:
        if self.open_assessment is None:
            self.assessments.append({**_NOBODY_ASKED, **_NOTHING_FOUND})
        self.assessments[-1] = {
            **self.assessments[-1],
            "completed_by": actor,
            "completed_at": timestamp,
            "findings": findings,
            "recommends": recommends,
            "complexity": complexity,
        }
        self.complexity = complexity or self.complexity
        if self.status in UNDECIDED:
            self.status = self.stands()

    @event(Informed)
    def _informed(
        self, actor: Actor, timestamp: datetime, service_user_id: UUID, information: str
    ) -> None:
        self.answers.append({"information": information, "by": actor, "at": timestamp})
        self.goes_on(timestamp)
        self.status = self.stands()


_NOBODY_ASKED = dict.fromkeys(("requested_by", "requested_at", "assessor_id", "due_on", "reason"))
_NOTHING_FOUND = dict.fromkeys(
    ("completed_by", "completed_at", "findings", "recommends", "complexity", "lapsed_at")
)
