"""How a referral is decided: by one of the policy's routes, with a reason (HB 5.10 and 5.11)."""

from datetime import date, datetime

from eventsourcing.domain import event

from services.referrals.domain.referral.state import UNDECIDED, ReferralState, Status
from services.referrals.domain.referral.waiting import due_for_review
from services.referrals.domain.refusals import (
    AlreadyAsked,
    AlreadyDecided,
    AssessmentOpen,
    AssessmentRequired,
    MeetingBeforeReferral,
    MeetingRequired,
    NoQuorum,
    RouteNotAllowed,
)
from services.referrals.policy import DEFAULT, InForce, Stop, route_of
from shared.contracts.referrals import (
    Complexity,
    DeclineReason,
    Meeting,
    Outcome,
    Priority,
    ReferralDecided,
    ReferralRules,
    Route,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day

DECIDED: dict[Outcome, Status] = {
    "accepted": Status.ACCEPTED,
    "waiting_list": Status.WAITING,
    "declined": Status.DECLINED,
    "redirected": Status.REDIRECTED,
    "more_information": Status.MORE_INFORMATION,
}
TAKES_ON: tuple[Outcome, ...] = ("accepted", "waiting_list")


class Deciding(ReferralState):
    """Somebody who may decide, and says why."""

    class Decided(ReferralDecided, Aggregate.Event):
        pass

    def decide(
        self,
        by: Actor,
        at: datetime,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None = None,
        *,
        policy: InForce = DEFAULT,
        priority: Priority | None = None,
        redirected_to: str | None = None,
        meeting: Meeting | None = None,
        complexity: Complexity | None = None,
        review_due: date | None = None,
    ) -> None:
        """As often as there is reason to, until somebody supports the person or it has ended.

        What was asked for, or was being assessed, need not come first. Who is put on the waiting
        list keeps the priority they have, and is reviewed when the policy says, if nothing else is
        said.
        """
        if self.status not in (*UNDECIDED, Status.ACCEPTED):
            raise AlreadyDecided()
        if outcome == "more_information" and self.status is Status.MORE_INFORMATION:
            raise AlreadyAsked()
        rules, route = policy.rules, route_of(by.role, at_meeting=meeting is not None)
        if route == "worker" and self.status not in (Status.RECEIVED, Status.WAITING):
            raise AlreadyDecided("Somebody has decided this referral, or is finding out more.")
        self._refuse_route(rules, route, meeting, at)
        if rules.assessment_required and outcome in TAKES_ON:
            self._refuse_unassessed()
        if outcome == "waiting_list":
            priority = priority or self.priority
            review_due = due_for_review(rules, local_day(at), review_due)
        self._decided(
            actor=by,
            timestamp=at,
            outcome=outcome,
            rationale=rationale,
            reason_code=reason_code,
            route=route,
            policy_version=policy.policy_version,
            priority=priority,
            complexity=complexity,
            review_due=review_due,
            meeting=meeting,
            redirected_to=redirected_to,
        )

    def _refuse_route(
        self, rules: ReferralRules, route: Route, meeting: Meeting | None, at: datetime
    ) -> None:
        if route not in rules.routes:
            raise MeetingRequired() if route == "manager" else RouteNotAllowed()
        if meeting is None:
            return
        if meeting.held_on < local_day(self.received_at):
            raise MeetingBeforeReferral()
        if len(set(meeting.present)) < rules.meeting_quorum:
            raise NoQuorum(quorum=rules.meeting_quorum)

    def _refuse_unassessed(self) -> None:
        """Where the policy wants an assessment, what was last asked for has to be there."""
        if self.open_assessment:
            raise AssessmentOpen()
        if not any(each["completed_at"] for each in self.assessments):
            raise AssessmentRequired()

    @event(Decided)
    def _decided(
        self,
        actor: Actor,
        timestamp: datetime,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
        route: Route,
        policy_version: int,
        priority: Priority | None,
        complexity: Complexity | None,
        review_due: date | None,
        meeting: Meeting | None,
        redirected_to: str | None,
    ) -> None:
        self.decisions.append(
            {
                "outcome": outcome,
                "rationale": rationale,
                "reason_code": reason_code,
                "route": route,
                "policy_version": policy_version,
                "priority": priority,
                "complexity": complexity,
                "review_due": review_due,
                "meeting": meeting,
                "redirected_to": redirected_to,
                "team_id": self.team,
                "by": actor,
                "at": timestamp,
            }
        )
        self.status = DECIDED[outcome]
        self.priority = priority or self.priority
        self.complexity = complexity or self.complexity
        if outcome == "more_information":
            self.stops.append(Stop(timestamp))
            return
        self.goes_on(timestamp)
        self.lapses(timestamp)
        if outcome == "waiting_list":
            self.place, self.review_due = Status.WAITING, review_due
