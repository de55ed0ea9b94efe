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


class Asked(ResponseModel):
    """`team_id` null: every team. `from` until just before `to`."""

    team_id: str | None
    since: Annotated[datetime, Field(alias="from")]
    until: Annotated[datetime, Field(alias="to")]


class UnmetNeedsCount(ResponseModel):
    team_id: str
    need: Need
    why: UnmetReason
    unmet: int
    met: int


class UnmetNeedsReport(Asked):
    """Needs recorded in the period: how many are still unmet, and how many met by now."""

    items: list[UnmetNeedsCount]
    unmet: int
    met: int


class Count(ResponseModel):
    """`count` is null where it is `suppressed`: 1 to 4, or it would tell of one that is."""

    count: int | None
    suppressed: bool


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
