"""The use cases of a referral, up to its decision, in one process of the service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import SecretStr

from services.referrals.access import DECIDE, READ_WAITING_LIST
from services.referrals.application import Deciding, Referrals, ServiceUsers, Waiting
from services.referrals.domain import Referral
from services.referrals.projection import REFUSALS, NhsNumbers, rows
from services.referrals.settings import ReferralsSettings
from shared.contracts.referrals import PersonName, Referrer
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from shared.kernel.call import Call, Caller
from shared.kernel.relationship import NO_GRACE
from shared.platform.accesslog import AccessLog
from shared.platform.messaging import Messaging
from shared.platform.relationships import Relationships
from tests.support.engines import Opened
from tests.support.waiting import Step

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MANAGER = Call(
    DECIDE,
    Caller("manager-1", "Manager 1", frozenset({"team_manager"}), frozenset({"north-cmht"})),
    "team_manager",
    AT,
)


@dataclass
class Uses:
    """The use cases of one process."""

    people: ServiceUsers
    referrals: Referrals
    deciding: Deciding
    waiting: Waiting

    @classmethod
    def of(cls, opened: Opened) -> "Uses":
        numbers, unused = NhsNumbers(b"a secret"), SecretStr("unused")
        commands = Commands(
            opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work,
            partial(rows, numbers), REFUSALS,
        )  # fmt: skip
        asked = ReferralsSettings(
            database_dsn=unused, idempotency_secret=unused, key_encryption_keys=unused,
            lookup_secret=unused,
        )  # fmt: skip
        messaging = Messaging(asked, "referrals", opened.database)
        ties = Relationships(opened.database, messaging, AccessLog(commands), (), NO_GRACE)
        documents = Documents(opened.keys)
        return cls(
            ServiceUsers(opened.database, opened.store, commands, ties, documents, numbers),
            Referrals(opened.database, opened.store, commands, ties, documents),
            Deciding(opened.database, commands, ties),
            Waiting(opened.database, commands, ties),
        )

    async def received(self, step: Step) -> Referral:
        """A referral of somebody new."""
        person = await self.people.register(
            MANAGER,
            None,
            local_ids=(),
            name=PersonName(given=("Service User",), family="One"),
            date_of_birth=AT.date().replace(year=1985),
            team_id="north-cmht",
            care_coordinator_id=None,
        )
        made, _ = await self.referrals.receive(
            MANAGER,
            person.aggregate.id,
            received_at=AT - timedelta(minutes=step.ago),
            source="cmht",
            urgency=step.priority,
            needs=("housing",),
            reason="Wants help to keep the tenancy.",
            goals=(),
            referrer=Referrer(name="A referrer"),
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
