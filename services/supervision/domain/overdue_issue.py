"""An issue that nobody answered in time: noticed by the clock, once for each time to answer."""

from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.supervision import IssueOverdue, IssueRoute
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class OverdueIssue(Aggregate):
    """A stream of its own: what the clock does never moves the issue's version (ADR 13)."""

    kind = "issue-overdue"

    class Noticed(IssueOverdue, Aggregate.Created):
        pass

    @classmethod
    def notice(
        cls,
        by: Actor,
        at: datetime,
        issue_id: UUID,
        team_id: str,
        route: IssueRoute,
        answer_by: datetime,
    ) -> Self:
        noticed: Self = cls.begin(
            cls.Noticed,
            id=named_id("issue-overdue", f"{issue_id} {answer_by.isoformat()}"),
            at=at,
            actor=by,
            issue_id=issue_id,
            team_id=team_id,
            route=route,
            answer_by=answer_by,
        )
        return noticed

    @event(Noticed)
    def __init__(self, issue_id: UUID, team_id: str, answer_by: datetime) -> None:
        self.issue_id = issue_id
        self.team = team_id
        self.answer_by = answer_by

    @property
    def subject(self) -> str:
        return self.team

    @property
    def resource_id(self) -> str:
        return str(self.issue_id)

    @property
    def team_id(self) -> str:
        return self.team
