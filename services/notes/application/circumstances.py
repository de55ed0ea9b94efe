"""What a version of a note is judged on: who its author is to the person, and what they may do."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.notes.policy import PRACTITIONERS, Author, InForce, wanting
from services.notes.projection import Standing, Standings
from shared.contracts.notes import Account
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, Unavailable
from shared.kernel.relationship import Person
from shared.platform.messaging import Messaging
from shared.platform.relationships import Relationships
from shared.platform.ties import Facts

LOOK_AGAIN_AFTER = timedelta(seconds=5)
"""How soon an author who was looked at again, and still lacked something, is looked at again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here at the moment of a call."""

    facts: Facts
    standing: Standing

    @property
    def policy(self) -> InForce:
        return self.standing.policy

    @property
    def person(self) -> Person:
        """Whom it is about: known, or `Circumstances.of` would have refused."""
        assert self.facts.person
        return self.facts.person

    def by(self, call: Call) -> Actor:
        """The caller, with the registration that is in force."""
        return self.facts.actor(call)

    def author(self, call: Call, *, related: bool) -> Author:
        registered = self.by(call).registration is not None
        return Author(registered, related, self.standing.competences, self.standing.courses)


class Circumstances:
    """Facts for recording, which waits for no one unless the person is unknown here."""

    def __init__(
        self, messaging: Messaging, relationships: Relationships, standings: Standings
    ) -> None:
        self._messaging = messaging
        self._relationships = relationships
        self._standings = standings
        self._looked: dict[str, datetime] = {}

    async def of(
        self,
        call: Call,
        service_user_id: UUID,
        account: Account,
        team_id: str | None = None,
        facts: Facts | None = None,
    ) -> Known:
        """What a version of a note is judged on, under the rules of `team_id` or of the person's
        team. `facts`, if they were asked for already.

        What would be flagged or asked for on stale facts is looked at again if that can be done.
        Want of a sign-off or of training is looked at again only every few seconds for one author:
        it is the rule with some authors, asks for a signature too many at worst, and must not cost
        each of their notes a question to another service. Raises `NotFound` for someone unknown.
        """
        known = await self._known(call, service_user_id, team_id, facts)
        if known.facts.person is None:
            await self._messaging.catch_up("referrals")
            known = await self._known(call, service_user_id, team_id)
        if known.facts.person is None:
            raise NotFound("No service user has this id.", service_user_id=str(service_user_id))
        unregistered = known.by(call).registration is None
        related = self._relationships.related(call, known.facts)
        dead = known.person.died_on is not None  # unless that was taken back meanwhile
        if not related or dead or (call.role in PRACTITIONERS and unregistered):
            waits_for: tuple[str, ...] = ("referrals", "supervision")
        elif self._is_wanting(call, known, account):
            waits_for = ("supervision",)
        else:
            return known
        with contextlib.suppress(Unavailable):
            await self._messaging.catch_up(*waits_for)
        return await self._known(call, service_user_id, team_id)

    async def _known(
        self, call: Call, service_user_id: UUID, team_id: str | None, facts: Facts | None = None
    ) -> Known:
        """Both look-ups at once."""
        standing = self._standings.of(service_user_id, call.caller.staff_id, call.at, team_id)
        if facts is not None:
            return Known(facts, await standing)
        asked = self._relationships.facts(call, service_user_id)
        return Known(*await asyncio.gather(asked, standing))

    def _is_wanting(self, call: Call, known: Known, account: Account) -> bool:
        """Whether the author lacks something, and wasn't looked at again a moment ago."""
        staff_id = call.caller.staff_id
        if not wanting(known.policy.rules, known.author(call, related=True), account):
            self._looked.pop(staff_id, None)
            return False
        last = self._looked.get(staff_id)
        if last is not None and abs(call.at - last) < LOOK_AGAIN_AFTER:
            return False
        self._looked[staff_id] = call.at
        return True
