"""What a store lacks of what it has published, as the end of another copy of it shows."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic_core import from_json

from countersign.recover.copies import Copy, CopyBroken
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.recovery import Behind
from shared.eventstore.stream import Tail

MARGIN = timedelta(minutes=10)
"""How far before the newest event that the store has it is looked for others that it lacks.

A restore to a point in time leaves out what had not been committed then, and a later position may
have been committed first; but no transaction lasts longer than its time-out, of half a minute.
"""
ENOUGH = 1_000
"""How many events in a row, all before the margin, the store must have: the clocks of several
machines don't agree to the second, and one event with a wrong time must not end the search."""
HIGHEST = 1 << 61
"""A position that no store comes to, with as much again above it to go on from."""
HELD = "SELECT event_id::text AS event_id FROM events WHERE position = %(position)s"
GIVEN_UP = "SELECT body FROM events WHERE type = %(type)s"
ANY = "SELECT FROM events LIMIT 1"


class CannotTell(Exception):
    """The copy was made anew, so that it says nothing of what the store had published."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An event that is held elsewhere and not in the store: ids only, nothing that was sealed."""

    place: int
    position: int
    event_id: str
    type: str
    time: str
    kind: str
    id: str
    version: int
    stream: str
    subject: str
    staff_id: str

    @classmethod
    def of(cls, message: Message) -> "Lost":
        said = from_json(message.body)
        about = said["resource"]
        return cls(
            message.sequence, message.position, message.event_id, message.type, said["time"],
            about["kind"], about["id"], about["version"], about["stream"], said["subject"],
            said["actor"]["staff_id"],
        )  # fmt: skip


@dataclass(slots=True)
class Missing:
    """Everything that a store lacks, oldest first, and where it stands (`Behind`)."""

    lost: list[Lost] = field(default_factory=list)
    behind: Behind = field(default_factory=lambda: Behind(Tail(), 0))


async def missing(database: Database, copy: Copy, service: str) -> Missing:
    """Compare a copy with the store, from the copy's end backwards.

    What an earlier recovery gave up isn't lost again. Raises `CopyBroken` where an event doesn't
    follow the one before it, or the first of all doesn't follow what the store has, and
    `CannotTell` where the copy is empty and the store isn't.
    """
    given_up, tail = await _given_up(database, service), await copy.tail()
    await _tells(database, copy, tail, service)
    found = _Search(database, copy, given_up)
    async for message in copy.backwards(tail.sequence):
        await found.take(message)
        if found.in_a_row >= ENOUGH:
            break
    found.reaches_back()
    found.lost.reverse()
    lost, held = found.lost, found.held
    common = max((each for each in held if not lost or each < lost[0].position), default=0)
    after_it = [each for each in held if each > common]
    return Missing(lost, Behind(tail, common, after_it))


class _Search:
    """What was found on the way back so far."""

    def __init__(self, database: Database, copy: Copy, given_up: list[tuple[int, int]]) -> None:
        self._database = database
        self._name = copy.name
        self._given_up = given_up
        self._since: datetime | None = None
        self._after: Message | None = None
        self._joins = True
        self.lost: list[Lost] = []
        self.held: list[int] = []
        self.in_a_row = 0
        """How many that the store has, and that are before the margin, were read last."""

    async def take(self, message: Message) -> None:
        """The event before those read so far."""
        after, position = self._after, message.position
        if after and not position == after.previous < after.position:
            raise CopyBroken(
                self._name, f"it lacks what is between {position} and {after.position}"
            )
        self._after = message
        try:
            read = Lost.of(message)
            at = datetime.fromisoformat(read.time)
        except (KeyError, TypeError, ValueError):
            raise CopyBroken(self._name, f"what it has at {position} is no event") from None
        held = await _has(self._database, message)
        given_up = any(common < position <= end for common, end in self._given_up)
        self._joins = held or given_up or message.previous == 0
        if held:
            self.held.append(position)
            self._since = self._since or at - MARGIN
        elif not given_up:
            self.lost.append(read)
        self.in_a_row = self.in_a_row + 1 if held and self._since and at < self._since else 0

    def reaches_back(self) -> None:
        """Or what is before the oldest is lost as well, and nobody could say what."""
        if self._after and not self._joins:
            raise CopyBroken(
                self._name,
                f"it begins with {self._after.position}, and the store lacks that and what is"
                " before it",
            )


async def _tells(database: Database, copy: Copy, tail: Tail, service: str) -> None:
    """Whether anything can be told by a copy that ends so."""
    if not tail.sequence or tail.trimmed:
        if await database.run(ANY):
            raise CannotTell(_made_anew(copy, service))
    elif not 0 < tail.position <= HIGHEST:
        raise CopyBroken(copy.name, f"it ends at position {tail.position}, which is no store's")


def _made_anew(copy: Copy, service: str) -> str:
    other = " go by the ledger: --from-ledger." if service != "audit" else " see its runbook."
    return (
        f"{copy.name} is empty, so it can't tell what the store lacks: it was made anew. If the"
        f" store was restored too,{other} Otherwise there is nothing to recover: the relay fills"
        " it from the store."
    )


async def _has(database: Database, message: Message) -> bool:
    rows = await database.run(HELD, {"position": message.position})
    return [row["event_id"] for row in rows] == [message.event_id]


async def _given_up(database: Database, service: str) -> list[tuple[int, int]]:
    """Ranges of positions in which the store is known to lack some."""
    rows = await database.run(GIVEN_UP, {"type": f"countersign.{service}.store-restored.v1"})
    said = [from_json(row["body"])["data"] for row in rows]
    return [
        (each["common_position"], each["tail_position"]) for each in said if each.get("lost") != 0
    ]
