"""What the conventional service takes and answers: the fields of POST /v1/notes."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Code = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Plan(_Strict):
    kind: Code
    reference: Code
    goal: Text | None = None


class BoundaryActivity(_Strict):
    boundary: Code
    kind: Literal["contribution", "delegated_task", "outside_role"] = Field(alias="class")
    task: Text
    authority: Code | None = None


class Alert(_Strict):
    who: Code
    how: Code
    at: AwareDatetime


class Concern(_Strict):
    kind: Code
    urgency: Literal["routine", "urgent"]
    description: Text
    alerted: list[Alert] = []
    service_user_told: bool
    not_told_reason: Text | None = None


class Money(_Strict):
    amount_pence: int
    purpose: Text
    receipt: bool
    witness: Code | None = None


class NoteIn(_Strict):
    service_user_id: UUID
    occurred_at: AwareDatetime
    duration_minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    recorded_from: Literal["live", "paper", "downtime"] = "live"
    contact: Literal["direct", "indirect", "proxy"] = "direct"
    setting: Code
    mechanism: Code
    attendance: Code
    others_present: list[Code] = []
    staff_present: list[Code] = []
    functions: Annotated[list[Code], Field(min_length=1)]
    needs: list[Code] = []
    plan: Plan | None = None
    narrative: Text
    service_user_view: Text | None = None
    carer_view: Text | None = None
    boundary_activities: list[BoundaryActivity] = []
    concern: Concern | None = None
    money: Money | None = None
    late_entry_reason: Text | None = None

    def columns(self) -> dict[str, Any]:
        """The fields as they are stored: plain columns, and JSON for what has parts."""
        nested = self.model_dump(mode="json", by_alias=True)
        return nested | {"service_user_id": self.service_user_id, "occurred_at": self.occurred_at}


class NoteOut(NoteIn):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    author_id: str
    status: str
    recorded_at: AwareDatetime
