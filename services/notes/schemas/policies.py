"""Requests of record-keeping policies."""

from typing import Annotated

from pydantic import ConfigDict, Field, Strict
from pydantic.dataclasses import dataclass

from services.notes.policy import DEFAULT, contradictions
from shared.contracts.notes import Basis, DelegatedTask, Recipient, RecordKeepingRules, Trigger
from shared.contracts.supervision import RegistrationBody
from shared.platform.http import Name
from shared.platform.team_policy.models import DraftRequest

SHIPPED = DEFAULT.rules
Hours = Annotated[int, Field(ge=1, le=24 * 14), Strict()]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class DelegatedTaskRequest(DelegatedTask):
    def contract(self) -> DelegatedTask:
        return DelegatedTask(**vars(self))


class PolicyRequest(DraftRequest[RecordKeepingRules]):
    """A team's whole rules. Those that aren't given are the shipped ones."""

    late_after_hours: Hours = SHIPPED.late_after_hours
    countersign_when: Annotated[tuple[Trigger, ...], Field(max_length=6)] = SHIPPED.countersign_when
    countersign_bases: Annotated[tuple[Basis, ...], Field(min_length=1, max_length=3)] = (
        SHIPPED.countersign_bases
    )
    countersign_bodies: Annotated[
        tuple[RegistrationBody, ...], Field(min_length=1, max_length=4)
    ] = SHIPPED.countersign_bodies
    countersign_working_days: Annotated[int, Field(ge=1, le=60), Strict()] = (
        SHIPPED.countersign_working_days
    )
    countersign_after_concern_hours: Hours = SHIPPED.countersign_after_concern_hours
    acknowledge_hours: Hours = SHIPPED.acknowledge_hours
    acknowledge_urgent_hours: Hours = SHIPPED.acknowledge_urgent_hours
    escalate_to: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=10)] = (
        SHIPPED.escalate_to
    )
    escalate_named: Annotated[tuple[Name, ...], Field(max_length=20)] = SHIPPED.escalate_named
    escalate_every_minutes: Annotated[int, Field(ge=5, le=24 * 60), Strict()] = (
        SHIPPED.escalate_every_minutes
    )
    delegated_tasks: Annotated[tuple[DelegatedTaskRequest, ...], Field(max_length=100)] = tuple(
        DelegatedTaskRequest(**vars(each)) for each in SHIPPED.delegated_tasks
    )

    def rules(self) -> RecordKeepingRules:
        tasks = tuple(each.contract() for each in self.delegated_tasks)
        return RecordKeepingRules(**{**self.given(RecordKeepingRules), "delegated_tasks": tasks})

    def contradictions(self) -> tuple[str, ...]:
        return contradictions(self.rules())
