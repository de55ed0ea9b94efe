"""Who was shown a person's data, and who was refused: recorded before the answer leaves.

Each is an event of a stream of its own, so reads never wait for one another and share commits
(design, section 3).
"""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.access import AccessDenied, Purpose, RecordRead
from shared.eventstore.commands import Commands
from shared.eventstore.listing import Slice
from shared.kernel.actor import Actor, pseudonymous
from shared.kernel.aggregate import Aggregate
from shared.kernel.call import Call
from shared.kernel.errors import Forbidden
from shared.kernel.ids import new_id
from shared.kernel.relationship import Basis

PURPOSES: dict[Basis, Purpose] = {
    "override": "break_glass",
    "system": "integration",
    "engagement": "audit",
    "governance": "information_governance",
}
"""What a read is for follows from what entitles to it; the rest is direct care."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Why an access is allowed. Not `identified`: who acted is shown by their ids alone."""

    basis: Basis
    override_id: UUID | None = None
    engagement_id: UUID | None = None
    restricted: bool = False
    identified: bool = True

    def shows(self, document: Any) -> Any:
        """A document as whoever has this grant may see it."""
        return document if self.identified else pseudonymous(document)


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer holds: whose data, of which one thing if of one, how many items.

    `staff_ids` are the staff whose confidential record it shows, of one thing the worker first.
    """

    service_user_ids: tuple[UUID, ...] = ()
    resource: str | None = None
    returned: int = 1
    team_id: str | None = None
    staff_ids: tuple[str, ...] = ()

    @classmethod
    def listed(
        cls, found: Slice, team_id: str | None = None, asked_for: UUID | None = None
    ) -> Self:
        """A list, and whose data is in it; of someone `asked_for` it also tells that there is
        none."""
        whose: set[UUID] = {row["service_user_id"] for row in found.rows}
        whose |= {asked_for} if asked_for else set()
        return cls(tuple(sorted(whose)), returned=len(found.rows), team_id=team_id)


class Access(Aggregate):
    """What every access has: whose record it was, if it was one person's; else who looked."""

    kind = "access"
    about: str
    team: str | None

    @property
    def subject(self) -> str:
        return self.about

    @property
    def team_id(self) -> str | None:
        return self.team


class Reading(Access):
    """One look."""

    class Recorded(RecordRead, Aggregate.Created):
        pass

    @classmethod
    def of(cls, call: Call, grant: Grant, shown: Shown) -> Self:
        reading: Self = cls.begin(
            cls.Recorded,
            id=new_id(),
            at=call.at,
            actor=call.actor(),
            operation=call.operation.name,
            service_user_ids=shown.service_user_ids,
            resource=shown.resource,
            returned=shown.returned,
            basis=grant.basis,
            purpose=PURPOSES.get(grant.basis, "direct_care"),
            override_id=grant.override_id,
            engagement_id=grant.engagement_id,
            restricted=grant.restricted,
            staff_ids=shown.staff_ids,
        )
        reading.team = shown.team_id
        return reading

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
        service_user_ids: tuple[UUID, ...],
        staff_ids: tuple[str, ...],
        resource: str | None,
    ) -> None:
        whose = (*map(str, service_user_ids), *staff_ids)
        of_one = len(whose) == 1 or (resource and staff_ids and not service_user_ids)
        self.about = whose[0] if of_one else actor.staff_id
        self.team = None


class Denial(Access):
    """One refusal."""

    class Recorded(AccessDenied, Aggregate.Created):
        pass

    @classmethod
    def of(cls, call: Call, refusal: Forbidden) -> Self:
        denial: Self = cls.begin(
            cls.Recorded,
            id=new_id(),
            at=call.at,
            actor=call.actor(),
            operation=call.operation.name,
            code=refusal.code,
            service_user_id=_uuid(refusal.subject),
            resource=refusal.resource,
            restricted=refusal.restricted,
            staff_id=refusal.staff_id,
        )
        return denial

    @event(Recorded)
    def __init__(self, actor: Actor, service_user_id: UUID | None, staff_id: str | None) -> None:
        self.about = str(service_user_id or staff_id or actor.staff_id)
        self.team = None


class AccessLog:
    """Appends what happened; returns once it is durable. Raises `Unavailable` if it can't be."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def shown(self, call: Call, grant: Grant, shown: Shown) -> None:
        await self._commands.record(call, Reading.of(call, grant, shown))

    async def denied(self, call: Call, refusal: Forbidden) -> None:
        await self._commands.record(call, Denial.of(call, refusal))


def _uuid(subject: str | None) -> UUID | None:
    try:
        return UUID(subject or "")
    except ValueError:
        return None
