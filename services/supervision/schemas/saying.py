"""What a record of supervision says, as it is sent and as it is shown."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, Strict

from services.supervision.domain import ActionAgreed
from services.supervision.policy import phrases
from shared.contracts.supervision import ActionStatus, Minutes
from shared.contracts.vocabulary import Line, Paragraph
from shared.platform.http import ActorView, Day, Name, RequestModel, ResponseModel


class ActionRequest(RequestModel):
    """What one of the two is to do; the worker, unless `owner_id` says otherwise."""

    action: Paragraph
    owner_id: Name | None = None
    due_on: Day | None = None

    def agreed(self) -> ActionAgreed:
        return ActionAgreed(action=self.action, owner_id=self.owner_id, due_on=self.due_on)


def _each_once(ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(ids))


def _short(themes: tuple[str, ...]) -> tuple[str, ...]:
    """Still short in lower case, which some letters are longer in."""
    if any(len(each) > MOST_LETTERS for each in themes):
        raise ValueError(f"a theme has at most {MOST_LETTERS} characters")
    return themes


MOST_LETTERS = 200
MOST_ACTIONS = 30
MOST_THEMES = 20
"""Of one record, as its event has them."""
Length = Annotated[Minutes, Strict()]
Agenda = Annotated[tuple[Line, ...], Field(max_length=30)]
Actions = Annotated[tuple[ActionRequest, ...], Field(max_length=MOST_ACTIONS)]
Cases = Annotated[tuple[UUID, ...], Field(max_length=50), AfterValidator(_each_once)]
"""The service users who were discussed."""
Themes = Annotated[
    tuple[Line, ...], Field(max_length=MOST_THEMES), AfterValidator(phrases), AfterValidator(_short)
]
"""Short phrases, kept in lower case and each once: they may be told of, without anybody's name."""


def kept(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, its actions as the domain has them."""
    actions: tuple[ActionRequest, ...] | None = said.get("actions")
    if actions is None:
        return said
    return {**said, "actions": tuple(each.agreed() for each in actions)}


class ActionView(ResponseModel):
    id: UUID
    action: str
    owner_id: str
    due_on: date | None
    status: ActionStatus
    outcome: str | None
    updated_by: ActorView | None
    updated_at: datetime | None
