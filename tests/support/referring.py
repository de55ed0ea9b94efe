"""The use cases of a referral, up to its decision, in one process of the service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.referrals.access import DECIDE, READ_WAITING_LIST
from services.referrals.application import Deciding, Referrals, ServiceUsers, Waiting
from services.referrals.domain import Referral
from shared.kernel.call import Call
from tests.support.application import AT, PERSON, REFERRAL, application_of, manager
from tests.support.engines import Opened
from tests.support.waiting import Step

MANAGER = manager(DECIDE)


@dataclass
class Uses:
    """The use cases of one process."""

    people: ServiceUsers
    referrals: Referrals
    deciding: Deciding
    waiting: Waiting

    @classmethod
    def of(cls, opened: Opened) -> "Uses":
        made = application_of(opened)
        return cls(made.service_users, made.referrals, made.deciding, made.waiting)

    async def received(self, step: Step) -> Referral:
        """A referral of somebody new."""
        person = await self.people.register(MANAGER, **PERSON)
        made, _ = await self.referrals.receive(
            MANAGER,
            person.aggregate.id,
            received_at=AT - timedelta(minutes=step.ago),
            urgency=step.priority,
            **REFERRAL,
        )
        return made.aggregate

    async def do(self, referral: Referral, step: Step, call: Call) -> Referral:
        priority: Any = step.priority
        use, whose = self.deciding, referral.id
        match step.does:
            case "list":
                done = await use.decide(
                    call, whose, "waiting_list", "Nobody is free.", priority=priority
                )
            case "ask":
                done = await use.decide(call, whose, "more_information", "Whose is it?")
            case "accept":
                done = await use.decide(call, whose, "accepted", "Fits.", priority=priority)
            case "decline":
                done = await use.decide(call, whose, "declined", "Not ours.", "other")
            case "answer":
                done = await use.inform(call, whose, "Their own.")
            case "review":
                done = await self.waiting.review(call, whose, "Looked again.", priority, None)
            case "withdraw":
                done = await use.withdraw(call, whose, "moved", "Has moved.")
            case "request":
                done = await use.request_assessment(call, whose, None, None, None)
            case _:
                done = await use.assess(call, whose, "Two visits.", None, None)
        return done.aggregate

    async def listed(self, at: datetime, limit: int) -> list[dict[str, Any]]:
        """The whole list, some at a time."""
        found: list[dict[str, Any]] = []
        after: Sequence[Any] | None = None
        call = replace(MANAGER, operation=READ_WAITING_LIST, at=at)
        while True:
            page = await self.waiting.waiting(call, None, limit=limit, after=after)
            found += [row["document"] for row in page.rows]
            if not page.more:
                return found
            last = page.rows[-1]
            after = [last["priority_rank"], last["waiting_since"], last["id"]]
