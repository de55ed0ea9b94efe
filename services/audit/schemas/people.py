"""Responses: who looked at a record, and who could have."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.access import Purpose
from shared.kernel.relationship import Basis
from shared.platform.http import ResponseModel


class Looker(ResponseModel):
    staff_id: str
    name: str | None
    role: str


class AccessView(ResponseModel):
    """Someone looked, was refused, or broke the glass. `returned` counts what they were shown."""

    index: int
    event_id: UUID
    service: str
    time: datetime
    actor: Looker
    operation: str
    outcome: Literal["allowed", "denied"]
    code: str | None
    basis: Basis | None
    purpose: Purpose | None
    break_glass: bool
    override_id: UUID | None
    engagement_id: UUID | None
    resource: str | None
    returned: int | None
    restricted: bool


class TieView(ResponseModel):
    basis: Basis
    override_id: UUID | None


class RightView(ResponseModel):
    staff_id: str
    name: str | None
    at_work: bool
    excluded: bool
    ties: list[TieView]


class AccessRights(ResponseModel):
    """Who could see a record, by the rule that the services apply."""

    service_user_id: UUID
    as_of: datetime
    restricted: bool
    items: list[RightView]


class NoteReader(ResponseModel):
    """`acted`: did something to it or to a concern of it; its author too. `opened`: it or a concern
    of it. `listed`: shown a list of the person's notes or, if it has any, of their concerns.
    `ledger`: read the person's events here, or fetched an export of them."""

    staff_id: str
    name: str | None
    role: str
    how: Literal["acted", "opened", "listed", "ledger"]
    first_at: datetime
    last_at: datetime
    times: int


class NoteReaders(ResponseModel):
    note_id: UUID
    service_user_id: UUID
    since: datetime
    until: datetime
    retracted: bool
    items: list[NoteReader]
