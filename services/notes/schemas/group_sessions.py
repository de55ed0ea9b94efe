"""Requests and responses of group sessions."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, Strict, model_validator

from services.notes.schemas.notes import (
    Boundaries,
    ConcernRequest,
    Functions,
    MoneyRequest,
    Needs,
    PlanRequest,
    Staff,
    as_boundaries,
)
from shared.contracts.notes import (
    Account,
    Activity,
    Attendance,
    Contact,
    Function,
    Mechanism,
    Minutes,
    RecordedFrom,
    Setting,
)
from shared.contracts.vocabulary import Narrative, Need, Paragraph
from shared.platform.http import ActorView, Moment, Name, RequestModel, ResponseModel

_OF_THE_SESSION = (
    "activity", "occurred_at", "duration_minutes", "setting", "mechanism", "functions", "needs",
    "leader_id", "staff_present",
)  # fmt: skip


class EntryRequest(RequestModel):
    """One person's own entry. It names nobody else who was there."""

    service_user_id: UUID
    attendance: Attendance
    narrative: Narrative
    functions: Functions | None = None
    needs: Needs | None = None
    service_user_view: Narrative | None = None
    carer_view: Narrative | None = None
    plan: PlanRequest | None = None
    boundary_activities: Boundaries = ()
    concern: ConcernRequest | None = None
    money: MoneyRequest | None = None


class GroupSessionRequest(RequestModel):
    """One session; `functions` and `needs` hold for each entry that gives none of its own."""

    activity: Activity
    occurred_at: Moment
    setting: Setting
    functions: Functions
    entries: Annotated[tuple[EntryRequest, ...], Field(min_length=1, max_length=50)]
    mechanism: Mechanism = "face_to_face"
    needs: Needs = ()
    duration_minutes: Annotated[Minutes, Strict()] | None = None
    leader_id: Name | None = None
    staff_present: Staff = ()
    recorded_from: RecordedFrom = "live"
    late_entry_reason: Paragraph | None = None

    @model_validator(mode="after")
    def _nobody_twice(self) -> Self:
        people = [each.service_user_id for each in self.entries]
        if len(set(people)) < len(people):
            raise ValueError("each service user has one entry")
        return self

    def shared(self) -> dict[str, Any]:
        """What is said of the session as a whole."""
        return {name: getattr(self, name) for name in _OF_THE_SESSION}

    def parts(self) -> list[tuple[UUID, Contact, Account]]:
        """Each person, and the contact and account of their note."""
        return [(each.service_user_id, *self._note(each)) for each in self.entries]

    def _note(self, entry: EntryRequest) -> tuple[Contact, Account]:
        contact = Contact(
            occurred_at=self.occurred_at,
            setting=self.setting,
            mechanism=self.mechanism,
            attendance=entry.attendance,
            functions=entry.functions or self.functions,
            needs=self.needs if entry.needs is None else entry.needs,
            recorded_from=self.recorded_from,
            duration_minutes=self.duration_minutes,
            staff_present=self.staff_present,
        )
        account = Account(
            narrative=entry.narrative,
            service_user_view=entry.service_user_view,
            carer_view=entry.carer_view,
            plan=entry.plan,
            boundary_activities=as_boundaries(entry.boundary_activities),
            concern=entry.concern,
            money=entry.money,
            late_entry_reason=self.late_entry_reason,
        )
        return contact, account


class EntryView(ResponseModel):
    note_id: UUID
    service_user_id: UUID
    attendance: Attendance
    status: str


class GroupSessionLine(ResponseModel):
    """A session in a list: how many, not who."""

    id: UUID
    version: int
    team_id: str | None
    leader_id: str
    recorded_by: ActorView
    recorded_at: datetime
    activity: Activity
    occurred_at: datetime
    duration_minutes: int | None
    setting: Setting
    mechanism: Mechanism
    functions: tuple[Function, ...]
    needs: tuple[Need, ...]
    staff_present: tuple[str, ...]
    expected: int
    attended: int


class GroupSessionView(GroupSessionLine):
    """A session, with the entries that the reader may see."""

    entries: list[EntryView]
