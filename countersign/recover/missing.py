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
HELD = "SELECT event_id::text AS event_id FROM events WHERE position = %(position)s"
GIVEN_UP = "SELECT body FROM events WHERE type = %(type)s"


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
    follow the one before it.
    """
    given_up, tail = await _given_up(database, service), await copy.tail()
    lost: list[Lost] = []
    held: list[int] = []
    enough: datetime | None = None
    after: Message | None = None
    async for message in copy.backwards(tail.sequence):
        if after and after.previous != message.position:
            raise CopyBroken(
                f"{copy.name} can't be gone by: it lacks what is between {message.position} and"
                f" {after.position}."
            )
        after = message
        if not await _has(database, message):
            if not any(common < message.position <= end for common, end in given_up):
                lost.append(Lost.of(message))
            continue
        held.append(message.position)
        at = datetime.fromisoformat(from_json(message.body)["time"])
        enough = enough or at - MARGIN
        if at < enough:
            break
    lost.reverse()
    common = max((each for each in held if not lost or each < lost[0].position), default=0)
    after_it = [each for each in held if each > common]
    return Missing(lost, Behind(tail, common, after_it))


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
