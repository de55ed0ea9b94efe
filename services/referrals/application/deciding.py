"""Use cases of deciding referrals: by a policy's route, after what was found out, or not at all."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from services.referrals import policy
from services.referrals.application.caseloads import place_of
from services.referrals.domain import (
    AssessorNotSenior,
    CaseloadFull,
    NotSenior,
    NotYoursToDecide,
    Referral,
    WorkerNotRegistered,
)
from services.referrals.policy import DEFAULT
from services.referrals.projection import Caseloads, Rules, Workers
from shared.contracts.referrals import (
    Complexity,
    DeclineReason,
    Meeting,
    Outcome,
    Priority,
    ReferralRules,
    WithdrawalReason,
)
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import Conflict
from shared.kernel.times import refuse_future_day, refuse_past_day
from shared.platform.relationships import Relationships


class Deciding:
    def __init__(
        self, database: Database, commands: Commands, relationships: Relationships
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._rules = Rules(database)
        self._workers = Workers(database)
        self._caseloads = Caseloads(database)

    async def decide(
        self,
        call: Call,
        id: UUID,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None = None,
        *,
        priority: Priority | None = None,
        redirected_to: str | None = None,
        meeting: Meeting | None = None,
        complexity: Complexity | None = None,
        review_due: date | None = None,
    ) -> commands.Outcome[Referral]:
        """Decide by the rules in force now. Raises `NotYoursToDecide` by role, level or outcome."""
        if meeting:
            refuse_future_day(meeting.held_on, local_day(call.at), "meeting/held_on")
        refuse_past_day(review_due, local_day(call.at), "review_due")
        in_force = DEFAULT
        refusal: Conflict | None = None

        async def allow(referral: Referral) -> None:
            nonlocal in_force, refusal
            await self._relationships.require(call, referral.service_user_id)
            in_force = await self._rules.of(referral.team, call.at)
            priorities = frozenset((referral.priority, priority or referral.priority))
            if not await self._decides(call, in_force.rules, outcome, priorities, meeting):
                raise NotYoursToDecide()
            if meeting and not await self._all_known(meeting.present):
                refusal = WorkerNotRegistered("The register lacks one of those present.")
            elif call.role == "str_worker" and await self._is_full(call, in_force.rules, referral):
                refusal = CaseloadFull()

        def decide(referral: Referral) -> None:
            referral.decide(
                call.actor(),
                call.at,
                outcome,
                rationale,
                reason_code,
                policy=in_force,
                priority=priority,
                redirected_to=redirected_to,
                meeting=meeting,
                complexity=complexity,
                review_due=review_due,
            )
            if refusal:
                raise refusal

        return await self._commands.change(call, Referral, id, decide, allow)

    async def request_assessment(
        self,
        call: Call,
        id: UUID,
        assessor_id: str | None,
        due_on: date | None,
        reason: str | None,
    ) -> commands.Outcome[Referral]:
        """Ask for an assessment: of somebody at work, if they are named."""
        refuse_past_day(due_on, local_day(call.at), "due_on")
        refusal: type[Conflict] | None = None

        async def allow(referral: Referral) -> None:
            nonlocal refusal
            await self._assessing(call, referral)
            refusal = await self._unfit(assessor_id) if assessor_id else None

        def decide(referral: Referral) -> None:
            referral.request_assessment(call.actor(), call.at, assessor_id, due_on, reason)
            if refusal:
                raise refusal()

        return await self._commands.change(call, Referral, id, decide, allow)

    async def assess(
        self,
        call: Call,
        id: UUID,
        findings: str,
        recommends: Outcome | None,
        complexity: Complexity | None,
    ) -> commands.Outcome[Referral]:
        """What an assessment found, whether or not one was asked for."""
        return await self._commands.change(
            call,
            Referral,
            id,
            lambda referral: referral.assess(
                call.actor(), call.at, findings, recommends, complexity
            ),
            lambda referral: self._assessing(call, referral),
        )

    async def inform(self, call: Call, id: UUID, information: str) -> commands.Outcome[Referral]:
        """The referrer's answer to what was asked."""
        return await self._commands.change(
            call,
            Referral,
            id,
            lambda referral: referral.inform(call.actor(), call.at, information),
            lambda referral: self._related(call, referral),
        )

    async def withdraw(
        self, call: Call, id: UUID, reason_code: WithdrawalReason, reason: str
    ) -> commands.Outcome[Referral]:
        """Take a referral back."""
        return await self._commands.change(
            call,
            Referral,
            id,
            lambda referral: referral.withdraw(call.actor(), call.at, reason_code, reason),
            lambda referral: self._related(call, referral),
        )

    async def _related(self, call: Call, referral: Referral) -> None:
        await self._relationships.require(call, referral.service_user_id)

    async def _assessing(self, call: Call, referral: Referral) -> None:
        await self._related(call, referral)
        if not await self._by_level(call, lambda level: policy.may_assess(call.role, level)):
            raise NotSenior()

    async def _decides(
        self,
        call: Call,
        rules: ReferralRules,
        outcome: Outcome,
        priorities: frozenset[Priority],
        meeting: Meeting | None,
    ) -> bool:
        if call.role != "str_worker":
            return policy.may_decide(rules, call.role, at_meeting=meeting is not None)
        return meeting is None and await self._by_level(
            call, lambda level: policy.may_accept(rules, level, outcome, priorities)
        )

    async def _by_level(self, call: Call, may: Callable[[str | None], bool]) -> bool:
        """Whether the caller may do something of their level, also by one that is just heard of."""
        if may(await self._level(call)):
            return True
        if call.role != "str_worker":
            return False
        await self._relationships.catch_up(call)
        return may(await self._level(call))

    async def _unfit(self, assessor_id: str) -> type[Conflict] | None:
        """Why somebody can't be asked to assess, if that is so."""
        if not await self._relationships.at_work(assessor_id):
            return WorkerNotRegistered
        assessor = await self._workers.of(assessor_id)
        experienced = assessor is None or assessor.level in (None, "senior")
        return None if experienced else AssessorNotSenior

    async def _all_known(self, staff: Sequence[str]) -> bool:
        """Whether the register has all of these at work, or had when they met."""
        for each in dict.fromkeys(staff):
            if not await self._relationships.at_work(each):
                return False
        return True

    async def _is_full(self, call: Call, rules: ReferralRules, referral: Referral) -> bool:
        """Whether an STR worker has no place left for whom they would accept."""
        worker_id = call.caller.staff_id
        worker, taken = await asyncio.gather(
            self._workers.of(worker_id), self._caseloads.open(worker_id)
        )
        return worker is not None and place_of(rules, worker, taken, referral).past_limit

    async def _level(self, call: Call) -> str | None:
        worker = await self._workers.of(call.caller.staff_id)
        return worker.level if worker else None
