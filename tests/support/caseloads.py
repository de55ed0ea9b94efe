"""A process of the referrals service, as far as caseloads need one, and people to be on them."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from services.referrals.access import TRANSFER
from services.referrals.consumer import learnt_here
from services.referrals.domain import Referral, ServiceUser
from services.referrals.policy import DEFAULT
from shared.contracts.supervision import WorkerDetails, WorkerRegistered, WorkerUpdated
from shared.eventstore.unit_of_work import Unit
from shared.kernel.ids import new_id
from shared.platform.projecting import Published
from tests.support.application import AT, PERSON, REFERRAL, application_of, manager
from tests.support.engines import Opened
from tests.support.keeping import PEOPLE, commands

MANAGER = manager(TRANSFER)


class Process:
    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.commands = commands(opened, PEOPLE)
        application = application_of(opened, self.commands)
        self.caseloads = application.caseloads
        self.reading = application.caseload_reading
        self.reallocations = application.reallocations

    async def learn(
        self, staff_id: str, version: int = 1, at: datetime = AT, **details: Any
    ) -> None:
        """What supervision says of a worker of the team."""
        said = WorkerDetails(
            **{
                "name": "STR worker",
                "job_title": "STR worker",
                "level": "intermediate",
                "employer": "A trust",
                "teams": ("north-cmht",),
                **details,
            }
        )
        payload = (
            WorkerUpdated(details=said, changed=())
            if version > 1
            else WorkerRegistered(staff_id=staff_id, details=said)
        )
        event = Published("worker", at, MANAGER.actor(), staff_id, staff_id, version, payload)
        await self.opened.unit_of_work.commit(Unit([], list(learnt_here(event))))

    async def publish(self, version: int, at: datetime = AT, **rules: Any) -> None:
        """Rules of the team, in force from then on."""
        async with self.opened.database.connection() as connection:
            await connection.execute(
                "INSERT INTO referral_rules (team_id, policy_version, effective_from, rules)"
                " VALUES ('north-cmht', %s, %s, %s)",
                (version, at, to_json(replace(DEFAULT.rules, **rules)).decode()),
            )

    async def accepted(self, person: ServiceUser | None = None, **decision: Any) -> Referral:
        """A referral that awaits allocation, of somebody new unless it is said."""
        if person is None:
            person = await self.person()
        referral = Referral.receive(
            MANAGER.actor(),
            AT,
            new_id(),
            service_user_id=person.id,
            team_id="north-cmht",
            received_at=AT,
            urgency="routine",
            **REFERRAL,
        )
        referral.decide(MANAGER.actor(), AT, "accepted", "Fits the team.", None, **decision)
        return (await self.commands.create(MANAGER, lambda: referral, Referral)).aggregate

    async def person(self) -> ServiceUser:
        person = ServiceUser.register(MANAGER.actor(), AT, new_id(), **PERSON)
        return (await self.commands.create(MANAGER, lambda: person, ServiceUser)).aggregate

    async def allocated(
        self, worker_id: str, referral: Referral | None = None, reason: str | None = None
    ) -> Referral:
        if referral is None:
            referral = await self.accepted()
        call = replace(MANAGER, if_match=referral.version)
        return (await self.caseloads.allocate(call, referral.id, worker_id, reason)).aggregate

    async def transferred(
        self, referral: Referral, worker_id: str, reason: str | None = None
    ) -> Referral:
        call = replace(MANAGER, if_match=referral.version)
        done = await self.caseloads.transfer(call, referral.id, worker_id, "Handed over.", reason)
        return done.aggregate

    async def closed(self, referral: Referral) -> Referral:
        call = replace(MANAGER, if_match=referral.version)
        done = await self.caseloads.close(call, referral.id, "goals_met", "Done.", None)
        return done.aggregate

    async def open(self) -> Counter[str]:
        """How many places are taken of each worker's, as the guard counts them."""
        found = await self.opened.database.run(
            "SELECT worker_id, open FROM caseloads WHERE open > 0"
        )
        return Counter({row["worker_id"]: row["open"] for row in found})

    async def there(self) -> Counter[str]:
        """The same, from the referrals."""
        found = await self.opened.database.run(
            "SELECT worker_id, sum(weight)::int AS taken FROM referrals"
            " WHERE worker_id IS NOT NULL GROUP BY worker_id"
        )
        return Counter({row["worker_id"]: row["taken"] for row in found})

    async def events(self, type: str) -> list[dict[str, Any]]:
        """What is clear in the events of a type, in order."""
        found = await self.opened.database.run(
            "SELECT convert_from(body, 'UTF8')::json -> 'data' AS data FROM events"
            " WHERE type = %s ORDER BY position",
            (f"countersign.referrals.{type}.v1",),
        )
        return [row["data"] for row in found]
