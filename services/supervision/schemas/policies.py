"""Requests of supervision policies."""

from typing import Annotated

from pydantic import ConfigDict, Field, Strict
from pydantic.dataclasses import dataclass

from services.supervision.policy import DEFAULT, contradictions
from services.supervision.schemas.learning import Slug
from shared.contracts.supervision import (
    Days,
    KindRule,
    PathwayStep,
    Percent,
    SupervisionRules,
    Weeks,
)
from shared.platform.team_policy.models import DraftRequest

SHIPPED = DEFAULT.rules
ExactDays = Annotated[Days, Strict()]
ExactBool = Annotated[bool, Strict()]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class KindRuleRequest(KindRule):
    kind: Slug
    longest_interval_weeks: Annotated[Weeks, Strict()] | None = None

    def contract(self) -> KindRule:
        return KindRule(**vars(self))


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class PathwayStepRequest(PathwayStep):
    course: Slug
    within_weeks: Annotated[int, Field(ge=1, le=520), Strict()]
    before_unsupervised: ExactBool = False

    def contract(self) -> PathwayStep:
        return PathwayStep(**vars(self))


class PolicyRequest(DraftRequest[SupervisionRules]):
    """A team's whole rules. Those that aren't given are the shipped ones."""

    kinds: Annotated[tuple[KindRuleRequest, ...], Field(min_length=1, max_length=20)] = tuple(
        KindRuleRequest(**vars(each)) for each in SHIPPED.kinds
    )
    target_percent: Annotated[Percent, Strict()] = SHIPPED.target_percent
    sign_within_days: ExactDays = SHIPPED.sign_within_days
    pathway: Annotated[tuple[PathwayStepRequest, ...], Field(max_length=30)] = tuple(
        PathwayStepRequest(**vars(each)) for each in SHIPPED.pathway
    )
    check_registrations_days: ExactDays = SHIPPED.check_registrations_days
    answer_issues_within_days: ExactDays = SHIPPED.answer_issues_within_days
    issues_name_raiser: ExactBool = SHIPPED.issues_name_raiser

    def rules(self) -> SupervisionRules:
        given = self.given(SupervisionRules)
        for name in ("kinds", "pathway"):
            given[name] = tuple(each.contract() for each in given[name])
        return SupervisionRules(**given)

    def contradictions(self) -> tuple[str, ...]:
        return contradictions(self.rules())
