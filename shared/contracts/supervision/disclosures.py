"""Disclosures of supervision records, each with its basis (domain, section 5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from shared.contracts.access import ReviewOutcome
from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Paragraph

DisclosureBasis = Literal["consent", "risk", "safeguarding", "investigation", "legal"]


@published("supervision", "supervision-disclosure", "supervision-disclosed")
@dataclass(frozen=True, kw_only=True)
class SupervisionDisclosed:
    """`to`, and nobody else, may read one session's record, until `until` if that is said.

    `told`: the other participant sees that it was (both, if neither did it). `for_review`: nobody
    of the two did it, so an IG lead reviews it afterwards.
    """

    session_id: UUID
    worker_id: str
    supervisor_id: str
    team_id: str
    basis: DisclosureBasis
    to: str
    until: datetime | None
    told: bool
    for_review: bool
    reason: Annotated[Paragraph, PERSONAL]
    not_told_reason: Annotated[Paragraph | None, PERSONAL] = None


@published("supervision", "supervision-disclosure", "supervision-disclosure-told")
@dataclass(frozen=True, kw_only=True)
class SupervisionDisclosureTold:
    """It has become safe to tell of it: from now on who is concerned sees it."""

    worker_id: str
    supervisor_id: str


@published("supervision", "supervision-disclosure", "supervision-disclosure-reviewed")
@dataclass(frozen=True, kw_only=True)
class SupervisionDisclosureReviewed:
    """An IG lead's finding. What is not justified ends at once, and from now on who is concerned
    sees it, if they weren't told of it before."""

    worker_id: str
    supervisor_id: str
    outcome: ReviewOutcome
    reason: Annotated[Paragraph, PERSONAL]
