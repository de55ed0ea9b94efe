"""Duty: who answers for a team, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from annotated_types import MaxLen

from shared.contracts.contract import published
from shared.contracts.vocabulary import Slug


@dataclass(frozen=True, kw_only=True)
class DutyShift:
    """Who answers for a team, from `starts_at` until just before `ends_at`."""

    staff_id: Slug
    starts_at: datetime
    ends_at: datetime


@published("supervision", "duty", "duty-assigned")
@dataclass(frozen=True, kw_only=True)
class DutyAssigned:
    """A team's whole rota as it now stands: what it replaces no longer holds."""

    team_id: str
    shifts: Annotated[tuple[DutyShift, ...], MaxLen(500)]
