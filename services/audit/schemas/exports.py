"""Requests and responses: exports."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.audit import (
    ExportEnd,
    ExportKind,
    ExportPurpose,
    StatedFile,
    StatedPerson,
    StatedResource,
    StatedTree,
)
from shared.kernel.actor import Actor
from shared.platform.http import Moment, RequestModel, ResponseModel

ExportState = Literal["queued", "running", "ready", "failed", "cancelled", "expired"]
OF_KIND: dict[str, frozenset[str]] = {
    "person": frozenset({"service_user_id"}),
    "note": frozenset({"note_id"}),
    "period": frozenset({"since", "until"}),
}
"""What says which person, note or period it is."""


class ExportRequest(RequestModel):
    """`person` needs `service_user_id`, `note` needs `note_id`, and `period` needs `from` and `to`,
    between which the entries were recorded; no other of these."""

    kind: ExportKind
    purpose: ExportPurpose
    service_user_id: UUID | None = None
    note_id: UUID | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        names = ("service_user_id", "note_id", "since", "until")
        given = {name for name in names if getattr(self, name) is not None}
        if given != OF_KIND[self.kind]:
            raise PydanticCustomError("not_of_its_kind", "this is not what its kind needs")
        if self.since and self.until and self.since >= self.until:
            raise PydanticCustomError("empty_period", "`to` is not after `from`")
        return self

    def asked(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "service_user_id": self.service_user_id,
            "note_id": self.note_id,
            "since": self.since,
            "until": self.until,
        }


class CancellationRequest(RequestModel):
    """Nothing is needed."""


class Progress(ResponseModel):
    """Steps of work, of as many as there are."""

    done: int
    total: int


class Statement(ResponseModel):
    """What the ledger states of it: the event `export-stated`."""

    stated_at: datetime
    people: list[StatedPerson]
    resources: list[StatedResource]
    first_index: int | None
    last_index: int | None
    trees: list[StatedTree]
    entries: int
    unread: int
    entries_sha256: str
    files: list[StatedFile]
    engagement_ids: list[UUID]


class RequestedView(ResponseModel):
    by: Actor
    at: datetime


class EndedView(ResponseModel):
    by: Actor
    at: datetime
    because: ExportEnd


class ExportView(ResponseModel):
    """`progress` is null until it is begun, `statement` until it is stated. `failure` is the code
    of why it was not made."""

    id: UUID
    version: int
    kind: ExportKind
    purpose: ExportPurpose
    service_user_id: UUID | None
    service_user_ids: list[UUID]
    note_id: UUID | None
    since: Annotated[datetime | None, Field(alias="from")]
    until: Annotated[datetime | None, Field(alias="to")]
    requested: RequestedView
    engagement_id: UUID | None
    state: ExportState
    progress: Progress | None
    statement: Statement | None
    expires_at: datetime | None
    sha256: str | None
    bytes: int | None
    failure: str | None
    ended: EndedView | None
