"""Responses about a team's record keeping as a whole."""

from datetime import datetime

from shared.platform.http import ResponseModel


class Countersignatures(ResponseModel):
    """Of those awaited: `author_left` wrote them and is gone, so a manager has to see to them."""

    awaiting: int
    returned: int
    overdue: int
    author_left: int
    first_due_at: datetime | None


class Concerns(ResponseModel):
    raised: int
    acknowledged: int
    overdue: int
    urgent: int
    first_due_at: datetime | None


class OpenQueries(ResponseModel):
    open: int
    oldest: datetime | None


class SummaryView(ResponseModel):
    """What stands open in a team, in numbers; restricted records are counted too."""

    team_id: str
    at: datetime
    countersignatures: Countersignatures
    concerns: Concerns
    boundary_queries: OpenQueries
    late_reasons_outstanding: int
