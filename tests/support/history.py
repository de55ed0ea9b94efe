"""A long and varied history of what services publish, put into a ledger without a broker."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.audit.consumer import HANDLERS
from shared.contracts.contract import contract_of
from shared.contracts.notes import ConcernRaised, NoteRecorded, Requirement
from shared.contracts.referrals import (
    ReferralAllocated,
    ReferralClosed,
    ServiceUserMerged,
    ServiceUserSeparated,
)
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.sealing import DataKey
from shared.kernel.clock import SystemClock
from tests.support.build import NOW, NURSE, WORKER, account, contact
from tests.support.ledger import (
    MANAGER,
    Said,
    denied,
    granted,
    read,
    registered,
    restricted,
    said,
    working,
)

KEY = DataKey(UUID(int=1), "service-user:anyone", AESGCM(bytes(32)))
BATCH = 500


def history(count: int, people: int = 40) -> Iterator[Said]:
    """Events about some people: reads most of all, and everything else that tables are made of."""
    chance = random.Random(count)
    known = [UUID(int=chance.getrandbits(128), version=4) for _ in range(people)]
    versions = dict.fromkeys(known, 1)
    yield from (registered(each) for each in known)
    yield from (working(f"nurse-{number}") for number in range(10))
    for _ in range(count - people - 10):
        person, by = chance.choice(known), chance.choice((NURSE, WORKER))
        at = NOW + timedelta(seconds=chance.randrange(10**6))
        match chance.randrange(20):
            case 0:
                yield denied(person, by, restricted=chance.random() < 0.5)
            case 1:
                yield granted(person, by, at, restricted=chance.random() < 0.5)
            case 2:
                versions[person] += 1
                staff = [f"nurse-{number}" for number in range(chance.randrange(3))]
                shut = chance.random() < 0.5
                yield restricted(person, *staff, version=versions[person], restricted=shut)
            case 3:
                versions[person] += 1
                yield _merging(person, chance.choice(known), versions[person], chance.random())
            case 4:
                yield _naming(person, chance)
            case 5:
                yield _noted(person)
            case 6:
                versions[person] += 1
                yield _on_caseload(person, versions[person], chance)
            case 7:
                yield read(*chance.sample(known, 5), by=by, at=at)
            case _:
                yield read(person, by=by, at=at, service=chance.choice(("notes", "referrals")))


def _naming(person: UUID, chance: random.Random) -> Said:
    """A concern about staff; the same few concerns are restated again and again."""
    concern = UUID(int=chance.randrange(1, 20), version=4)
    staff = {f"nurse-{chance.randrange(10)}" for _ in range(chance.randrange(3))}
    payload = ConcernRaised(
        service_user_id=person, team_id="north-cmht", note_id=None, kind="safeguarding",
        urgency="urgent", about_staff=tuple(sorted(staff)), routed_to=("coordinator-1",),
        acknowledge_by=NOW, policy_version=1, service_user_told=True, description="Words.",
        alerted=(), not_told_reason=None,
    )  # fmt: skip
    return said("notes", payload, person, resource_id=concern)


def _noted(person: UUID) -> Said:
    payload = NoteRecorded(
        service_user_id=person, team_id="north-cmht", contact=contact(), account=account(),
        salt="5a17" * 8, digest="0" * 64, flags=(), outstanding=(), concern_id=None,
        countersignature=Requirement(required=False, due_at=None, policy_version=1, reasons=()),
    )  # fmt: skip
    return said("notes", payload, person)


def _on_caseload(person: UUID, version: int, chance: random.Random) -> Said:
    """A referral that has the person's own id, to be found again."""
    payload: ReferralAllocated | ReferralClosed
    if chance.random() < 0.5:
        payload = ReferralAllocated(service_user_id=person, worker_id="str-worker-1")
    else:
        payload = ReferralClosed(
            service_user_id=person, worker_id="str-worker-1", outcome="moved", summary="Words."
        )
    return said("referrals", payload, person, resource_id=person, version=version)


def _merging(person: UUID, other: UUID, version: int, chance: float) -> Said:
    payload: ServiceUserMerged | ServiceUserSeparated
    if chance < 0.5:
        payload = ServiceUserMerged(into=other, reason="Words.")
    else:
        payload = ServiceUserSeparated(from_id=other, reason="Words.")
    return said("referrals", payload, person, by=MANAGER, resource_id=person, version=version)


class Arriving:
    """Appends events as their consumers would, each service's with positions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: dict[str, int] = {}

    def messages(self, events: Sequence[Said]) -> dict[str, list[Message]]:
        """By service, each following the one before."""
        found: dict[str, list[Message]] = {}
        for event in events:
            previous = self._last.get(event.service, 0)
            position = self._last[event.service] = previous + 4096
            named = contract_of(event.payload.__class__, event.service).type
            message = Message(0, position, previous, str(event.id), named, event.body(KEY), None)
            found.setdefault(event.service, []).append(message)
        return found

    async def arrive(self, events: Sequence[Said], late: int = 0) -> None:
        """In batches of 500; of each the messages that are `late`, counted from the first of a
        service, come after all others."""
        connection = await self._database.connect()
        behind: dict[str, list[Message]] = {}
        try:
            for start in range(0, len(events), BATCH):
                for service, messages in self.messages(events[start : start + BATCH]).items():
                    behind.setdefault(service, []).extend(messages[1 : 1 + late])
                    intime = [*messages[:1], *messages[1 + late :]]
                    async with connection.transaction():
                        await HANDLERS[service].apply(connection, intime, SystemClock())
                await asyncio.sleep(0)
            for service, messages in behind.items():
                if messages:
                    async with connection.transaction():
                        await HANDLERS[service].apply(connection, messages, SystemClock())
        finally:
            await connection.close()
