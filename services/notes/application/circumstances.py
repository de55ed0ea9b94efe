"""What a version of a note is judged on: who its author is to the person, what they may do, and
what the person's plans let them do."""

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.notes import policy
from services.notes.policy import Author, InForce
from services.notes.projection import Standing, Standings
from shared.contracts.notes import Account, Contact
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, Unavailable
from shared.kernel.relationship import Person
from shared.platform.messaging import Messaging
from shared.platform.relationships import Relationships
from shared.platform.ties import Facts

LOOK_AGAIN_AFTER = timedelta(seconds=5)
"""How soon an author who was looked at again, and still lacked something, is looked at again."""
LACKING_FROM = ("referrals", "supervision")
"""Who says what an author may lack."""


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
        held = self.standing
        return Author(registered, related, held.competences, held.courses, held.plans)


class Circumstances:
    """Facts for recording, which waits for no one unless the person is unknown here."""

    def __init__(
        self, messaging: Messaging, relationships: Relationships, standings: Standings
    ) -> None:
        self._messaging = messaging
        self._relationships = relationships
        self._standings = standings
        self._looked: dict[tuple[str, str], datetime] = {}

    async def of(
        self,
        call: Call,
        service_user_id: UUID,
        contact: Contact,
        account: Account,
        team_id: str | None = None,
        facts: Facts | None = None,
        before: Account | None = None,
    ) -> Known:
        """What a version of a note is judged on, under the rules of `team_id` or of the person's
        team. `facts`, if they were asked for already; `before`, what an amendment replaces.

        What would be flagged or asked for on stale facts is looked at again if that can be done.
        Want of a sign-off, of training or of a plan is looked at again only every few seconds for
        one author: it is the rule with some authors, asks for a signature too many at worst, and
        must not cost each of their notes a question to another service. Raises `NotFound` for
        someone unknown.
        """
        plans = any(policy.names_authority(each) for each in (account, before) if each)
        known = await self._known(call, service_user_id, team_id, plans, facts)
        if known.facts.person is None:
            await self._messaging.catch_up("referrals")
            known = await self._known(call, service_user_id, team_id, plans)
        if known.facts.person is None:
            raise NotFound("No service user has this id.", service_user_id=str(service_user_id))
        unregistered = known.by(call).registration is None
        related = self._relationships.related(call, known.facts)
        on = policy.day_of(contact)
        dead = known.person.died_on is not None  # unless that was taken back meanwhile
        if not related or dead or (call.role in policy.PRACTITIONERS and unregistered):
            waits_for: tuple[str, ...] = ("referrals", "supervision")
        else:
            waits_for = self._worth_asking(call, _lacking(call, known, account, on))
        if not waits_for:
            return known
        with contextlib.suppress(Unavailable):
            await self._messaging.catch_up(*waits_for)
        known = await self._known(call, service_user_id, team_id, plans)
        self._forget_found(call, _lacking(call, known, account, on))
        return known

    async def _known(
        self,
        call: Call,
        service_user_id: UUID,
        team_id: str | None,
        plans: bool,
        facts: Facts | None = None,
    ) -> Known:
        """Both look-ups at once."""
        staff_id = call.caller.staff_id
        standing = self._standings.of(service_user_id, staff_id, call.at, team_id, plans=plans)
        if facts is not None:
            return Known(facts, await standing)
        asked = self._relationships.facts(call, service_user_id)
        return Known(*await asyncio.gather(asked, standing))

    def _worth_asking(self, call: Call, lacking: Collection[str]) -> tuple[str, ...]:
        """Of the services that say what is lacking, those not asked about this author just now."""
        self._forget_found(call, lacking)
        looked = {(call.caller.staff_id, producer) for producer in lacking}
        due = {key for key in looked if not self._just_now(call, self._looked.get(key))}
        self._looked.update(dict.fromkeys(due, call.at))
        return tuple(producer for _, producer in sorted(due))

    def _just_now(self, call: Call, last: datetime | None) -> bool:
        return last is not None and abs(call.at - last) < LOOK_AGAIN_AFTER

    def _forget_found(self, call: Call, lacking: Collection[str]) -> None:
        """Who lacks nothing that a service says is asked about at once when they next do."""
        for producer in LACKING_FROM:
            if producer not in lacking:
                self._looked.pop((call.caller.staff_id, producer), None)


def _lacking(call: Call, known: Known, account: Account, on: date) -> Collection[str]:
    """The services on whose word an account of a day is to be signed: a sign-off and training are
    supervision's to say, a plan that it names is referrals'."""
    rules, author = known.policy.rules, known.author(call, related=True)
    lacks = {
        "supervision": policy.wanting(rules, author, account, on),
        "referrals": policy.wants_plan(rules, author, account, on),
    }
    return [producer for producer, lacking in lacks.items() if lacking]
