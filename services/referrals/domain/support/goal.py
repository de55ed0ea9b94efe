"""What the person wants, and how far it has come, in their own words (HB B5.1)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.support.kept import Kept
from shared.contracts.referrals import GoalProgressRecorded, GoalSet, Progress
from shared.contracts.vocabulary import Need
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Goal(Kept):
    """Of a plan, or of its own. All progress is kept, the newest last."""

    kind = "goal"

    class Set(GoalSet, Aggregate.Created):
        pass

    class ProgressRecorded(GoalProgressRecorded, Aggregate.Event):
        pass

    begins = Set

    def record_progress(
        self,
        by: Actor,
        at: datetime,
        progress: Progress,
        own_words: str | None,
        worker_view: str | None,
    ) -> None:
        self._progressed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            progress=progress,
            own_words=own_words,
            worker_view=worker_view,
        )

    @event(Set)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        plan_id: UUID | None,
        need: Need | None,
        target_on: date | None,
        goal: str,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.plan_id = plan_id
        self.need = need
        self.target_on = target_on
        self.goal = goal
        self.progress: list[dict[str, Any]] = []

    @event(ProgressRecorded)
    def _progressed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        progress: Progress,
        own_words: str | None,
        worker_view: str | None,
    ) -> None:
        self.progress.append(
            {
                "progress": progress,
                "own_words": own_words,
                "worker_view": worker_view,
                "by": actor,
                "at": timestamp,
            }
        )
