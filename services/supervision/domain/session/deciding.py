"""What was decided about service users in a session: that it was, since the words are theirs."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.refusals import NotHeldYet
from services.supervision.domain.session.state import SessionState
from shared.contracts.supervision import SupervisionCaseDecided
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Deciding(SessionState):
    class CaseDecided(SupervisionCaseDecided, Aggregate.Event):
        pass

    def decide_case(
        self, by: Actor, at: datetime, case_decision_id: UUID, service_user_id: UUID
    ) -> None:
        """Something about a service user was decided in it. Raises `NotHeldYet`."""
        if self.digest is None:
            raise NotHeldYet("There is no record of this session yet, so nothing was decided.")
        self._case_decided(
            actor=by,
            timestamp=at,
            case_decision_id=case_decision_id,
            service_user_id=service_user_id,
        )

    @event(CaseDecided)
    def _case_decided(
        self, actor: Actor, timestamp: datetime, case_decision_id: UUID, service_user_id: UUID
    ) -> None:
        self.case_decisions.append({"id": case_decision_id, "service_user_id": service_user_id})
