"""Requests and responses of group sessions."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, Strict, model_validator

from services.supervision.application.parts import Attendance, Held
from services.supervision.schemas.learning import Slug
from services.supervision.schemas.saying import (
    MOST_ACTIONS,
    MOST_THEMES,
    Actions,
    Agenda,
    Cases,
    Length,
    Themes,
    kept,
)
from shared.contracts.supervision import GroupPart, NotHeldReason
from shared.contracts.vocabulary import Narrative, Paragraph
from shared.platform.http import ActorView, Moment, RequestModel, ResponseModel

_SHARED = ("agenda", "discussion", "actions", "cases", "themes")
_OWN = ("remarks", "actions", "themes")


class AttendanceRequest(RequestModel):
    """One worker. Who came has `remarks`, `actions` and `themes` of their own in their record, and
    nobody else's; of who didn't it says why."""

    agreement_id: UUID
    attended: Annotated[bool, Strict()]
    remarks: Narrative | None = None
    actions: Actions = ()
    themes: Themes = ()
    reason: Paragraph | None = None
    reason_code: NotHeldReason | None = None

    @model_validator(mode="after")
    def _came_or_not(self) -> Self:
        if self.attended and (self.reason or self.reason_code):
            raise ValueError("a reason is for who didn't come")
        if not self.attended and (self.remarks or self.actions or self.themes):
            raise ValueError("who didn't come has no record of their own")
        if not self.attended and self.reason is None:
            raise ValueError("of who didn't come it says why: reason")
        return self

    def attendance(self) -> Attendance:
        return Attendance(
            agreement_id=self.agreement_id,
            attended=self.attended,
            own=kept({name: getattr(self, name) for name in _OWN}),
            reason_code=self.reason_code or "other",
            reason=self.reason or "",
        )


class GroupSupervisionRequest(RequestModel):
    """One session with several workers, each under their own agreement of this kind with you. An
    action without an owner is for each of them."""

    kind: Slug
    held_at: Moment
    duration_minutes: Length
    agenda: Agenda = ()
    discussion: Narrative
    actions: Actions = ()
    cases: Cases = ()
    themes: Themes = ()
    attendance: Annotated[tuple[AttendanceRequest, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _somebody_came_and_nobody_twice(self) -> Self:
        named = [each.agreement_id for each in self.attendance]
        if len(set(named)) < len(named):
            raise ValueError("each agreement is named once")
        if not any(each.attended for each in self.attendance):
            raise ValueError("a group session was held if somebody came")
        for each in self.attendance:
            if len(self.actions) + len(each.actions) > MOST_ACTIONS:
                raise ValueError(f"a record has {MOST_ACTIONS} actions at most")
            if len(self.themes) + len(each.themes) > MOST_THEMES:
                raise ValueError(f"a record has {MOST_THEMES} themes at most")
        return self

    def held(self) -> Held:
        """What everybody's record says."""
        return Held(
            kind=self.kind,
            held_at=self.held_at,
            duration_minutes=self.duration_minutes,
            shared=kept({name: getattr(self, name) for name in _SHARED}),
        )

    def of_each(self) -> list[Attendance]:
        return [each.attendance() for each in self.attendance]


class GroupSupervisionView(ResponseModel):
    """That it was held, and for whom. What was said is in the record of each, for them and the
    supervisor."""

    id: UUID
    version: int
    supervisor_id: str
    team_id: str
    kind: str
    held_at: datetime
    duration_minutes: int
    sessions: tuple[GroupPart, ...]
    absent: tuple[str, ...]
    recorded_by: ActorView
    recorded_at: datetime
