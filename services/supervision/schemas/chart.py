"""The chart of who supervises whom, as data."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.supervision import Level
from shared.platform.http import ResponseModel


class ChartNode(ResponseModel):
    """Somebody in the chart; `unsupervised`: an STR worker of the team with no supervision agreed.
    What the register doesn't have is null, and names where an engagement doesn't allow them."""

    staff_id: str
    name: str | None
    job_title: str | None
    employer: str | None
    level: Level | None
    at_work: bool
    role_in_chart: Literal["supervisor", "both", "worker", "unsupervised"]


class ChartLink(ResponseModel):
    supervisor_id: str
    worker_id: str
    kind: str
    interval_weeks: int | None
    agreement_id: UUID
    since: date


class ChartView(ResponseModel):
    """A team's agreements that are in force `on` a day, of workers who are at work."""

    team_id: str
    on: date
    nodes: list[ChartNode]
    links: list[ChartLink]
