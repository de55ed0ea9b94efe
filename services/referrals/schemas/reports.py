"""Responses of figures, and the periods they are asked for."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from services.referrals.policy import Ethnicity
from shared.contracts.referrals import DeclineReason, Outcome, UnmetReason
from shared.contracts.vocabulary import Need
from shared.platform.http import Day, Moment, ResponseModel

From = Annotated[Day | Moment, Query(alias="from", description="From a day, or a moment")]
To = Annotated[
    Day | Moment, Query(alias="to", description="Through a day, or until before a moment")
]

FirstDay = Annotated[Day, Query(alias="from", description="The first day of a month")]
LastDay = Annotated[Day, Query(alias="to", description="The last day of a month")]


class Asked(ResponseModel):
    """`team_id` null: every team. `from` until just before `to`."""

    team_id: str | None
    since: Annotated[datetime, Field(alias="from")]
    until: Annotated[datetime, Field(alias="to")]


class Count(ResponseModel):
    """`count` is null where it is `suppressed`: 1 to 4, or it would tell of one that is."""

    count: int | None
    suppressed: bool


class UnmetNeedsCount(ResponseModel):
    need: Need
    why: UnmetReason
    unmet: Count
    met: Count


class TeamsUnmetNeeds(ResponseModel):
    team_id: str
    unmet: Count
    met: Count
    items: list[UnmetNeedsCount]


class UnmetNeedsReport(Asked):
    """Needs recorded in the period, by team: how many are still unmet, and how many met by now.
    Small numbers are left out, and others with them, so that none can be worked out."""

    teams: list[TeamsUnmetNeeds]


class ReasonCount(Count):
    reason_code: DeclineReason


class OutcomeCount(Count):
    outcome: Outcome
    reasons: list[ReasonCount]


class EthnicityCount(Count):
    ethnicity: Ethnicity
    outcomes: list[OutcomeCount]


class DecisionsReport(Asked):
    """The last decision of each referral in the period, by ethnicity. Small numbers are left out,
    and others with them, so that none can be worked out."""

    total: Count
    outcomes: list[OutcomeCount]
    ethnicities: list[EthnicityCount]
