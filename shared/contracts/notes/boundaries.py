"""Boundary queries: a staff matter, never a concern on the person's record (HB 5.15)."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.notes.content import Boundary
from shared.contracts.vocabulary import Paragraph

BoundaryOutcome = Literal["authority_confirmed", "within_role", "not_to_be_repeated"]


@dataclass(frozen=True, kw_only=True)
class QueriedActivity:
    boundary: Boundary
    why: Literal["outside_role", "authority_missing"]


@published("notes", "boundary-query", "boundary-query-raised")
@dataclass(frozen=True, kw_only=True)
class BoundaryQueryRaised:
    """Asked of the team's manager about what a worker did. Its words are sealed under the key of
    the person with whom it was done, who isn't named in clear."""

    note_id: UUID
    team_id: str | None
    worker_id: str
    activities: Annotated[tuple[QueriedActivity, ...], MinLen(1), MaxLen(20)]
    service_user_id: Annotated[UUID, PERSONAL]


@published("notes", "boundary-query", "boundary-query-answered")
@dataclass(frozen=True, kw_only=True)
class BoundaryQueryAnswered:
    outcome: BoundaryOutcome | None
    answer: Annotated[Paragraph, PERSONAL]


@published("notes", "boundary-query", "boundary-query-moved")
@dataclass(frozen=True, kw_only=True)
class BoundaryQueryMoved:
    """Its note was filed under the wrong person: it is about `note_id` now, whose words are sealed
    under the right person's key."""

    note_id: UUID
    service_user_id: Annotated[UUID, PERSONAL]


@published("notes", "note", "boundary-authority-settled")
@dataclass(frozen=True, kw_only=True)
class BoundaryAuthoritySettled:
    """The manager has answered: the note waits for its authority no longer."""

    query_id: UUID
