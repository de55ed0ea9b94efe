"""Requests of referral policies."""

from typing import Annotated

from pydantic import ConfigDict, Field, Strict
from pydantic.dataclasses import dataclass

from services.referrals.policy import DEFAULT, contradictions
from shared.contracts.referrals import (
    ComplexityWeight,
    Days,
    LevelLimit,
    Places,
    Priority,
    ReferralRules,
    Route,
)
from shared.contracts.supervision import Level
from shared.platform.team_policy.models import DraftRequest

SHIPPED = DEFAULT.rules
ExactPlaces = Annotated[Places, Strict()]
ExactDays = Annotated[Days, Strict()]
ExactBool = Annotated[bool, Strict()]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class LevelLimitRequest(LevelLimit):
    limit: ExactPlaces

    def contract(self) -> LevelLimit:
        return LevelLimit(**vars(self))


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ComplexityWeightRequest(ComplexityWeight):
    weight: Annotated[int, Field(ge=1, le=10), Strict()]

    def contract(self) -> ComplexityWeight:
        return ComplexityWeight(**vars(self))


class PolicyRequest(DraftRequest[ReferralRules]):
    """A team's whole rules. Those that aren't given are the shipped ones."""

    routes: Annotated[tuple[Route, ...], Field(min_length=1, max_length=3)] = SHIPPED.routes
    assessment_required: ExactBool = SHIPPED.assessment_required
    meeting_quorum: Annotated[int, Field(ge=1, le=20), Strict()] = SHIPPED.meeting_quorum
    self_acceptance_levels: Annotated[tuple[Level, ...], Field(max_length=3)] = (
        SHIPPED.self_acceptance_levels
    )
    self_acceptance_priorities: Annotated[tuple[Priority, ...], Field(max_length=4)] = (
        SHIPPED.self_acceptance_priorities
    )
    caseload_limit: ExactPlaces = SHIPPED.caseload_limit
    caseload_limit_by_level: Annotated[tuple[LevelLimitRequest, ...], Field(max_length=3)] = tuple(
        LevelLimitRequest(**vars(each)) for each in SHIPPED.caseload_limit_by_level
    )
    pro_rata: ExactBool = SHIPPED.pro_rata
    weights: Annotated[tuple[ComplexityWeightRequest, ...], Field(max_length=3)] = tuple(
        ComplexityWeightRequest(**vars(each)) for each in SHIPPED.weights
    )
    decide_within_days: ExactDays = SHIPPED.decide_within_days
    allocate_within_days: ExactDays = SHIPPED.allocate_within_days
    review_every_days: ExactDays = SHIPPED.review_every_days
    reallocate_within_days: ExactDays = SHIPPED.reallocate_within_days

    def rules(self) -> ReferralRules:
        given = self.given(ReferralRules)
        for name in ("caseload_limit_by_level", "weights"):
            given[name] = tuple(each.contract() for each in given[name])
        return ReferralRules(**given)

    def contradictions(self) -> tuple[str, ...]:
        return contradictions(self.rules())
