"""From the store into the replay stream, in order, with what was published before it as it was.

The replay stream's own tail is the cursor, as it is for the relay (ADR 4): whoever is interrupted
goes on where it ends, and two at once can't interleave. The live stream is neither read nor
written. What the store no longer holds isn't there; content that was destroyed stays sealed.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nats.aio.client import Client

from shared.eventstore.cloudevents import Names, to_message
from shared.eventstore.database import Database
from shared.eventstore.relay import MOST_BYTES, MOST_EVENTS, within
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.stream import NO_STREAM, StreamRefused, ask, publish_batch, read_tail
from shared.eventstore.streams import create, stream_of_events
from shared.kernel.store import RecordedEvent

KEPT_FOR = timedelta(days=7)
"""How long a follower has to take a message: it empties by itself, the store keeps all."""
_BEFORE = "SELECT coalesce(max(position), 0) AS position FROM events WHERE position <= %s"
_TAILS = "SELECT tail_position FROM recoveries ORDER BY tail_position"
_COUNT = "SELECT count(*) AS events FROM events WHERE position > %s AND position <= %s"
Progress = Callable[[int, int], None]
"""Told how many events are done, and of how many."""


class CannotReplay(Exception):
    """Why not, in words; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were published now, and up to which position the stream goes."""

    stream: str
    published: int
    position: int


def stream_beside(names: Names) -> str:
    return f"{names.stream}_REPLAY"


def subject_beside(subject: str) -> str:
    """Of a live subject: `care.…` is `care-replay.…`."""
    return subject.replace("care.", "care-replay.", 1)


async def remove(connection: Client, names: Names) -> bool:
    """Delete the replay stream; False where there is none."""
    try:
        await ask(connection, f"STREAM.DELETE.{stream_beside(names)}")
    except StreamRefused as refused:
        if refused.code != NO_STREAM:
            raise
        return False
    return True


class Replaying:
    """One service's. The connection is the operator's: no service may make a stream."""

    def __init__(
        self, database: Database, store: PostgresEventStore, connection: Client, names: Names
    ) -> None:
        self._database = database
        self._store = store
        self._connection = connection
        self._names = names
        self._stream = stream_beside(names)
        self._tails: Sequence[int] = ()

    async def run(
        self, after: int, until: int | None, progress: Progress, most: int = MOST_EVENTS
    ) -> Replayed:
        """Publish what lies after `after`, up to `until` or all there is, that isn't there yet.

        Raises `CannotReplay`; `StreamRefused` where another is at it.
        """
        await self._provide(after)
        tail = await read_tail(self._connection, self._stream)
        if tail.trimmed:
            raise CannotReplay(
                f"What was in {self._stream} has gone with time: --remove it, and begin anew."
            )
        self._tails = [row["tail_position"] for row in await self._database.run(_TAILS)]
        position, sequence, done = tail.position or after, tail.sequence, 0
        previous = tail.position or await self._one(_BEFORE, after, of="position")
        end = await self._store.head() if until is None else until
        total = await self._one(_COUNT, position, end, of="events")
        while events := await self._next(position, end, most):
            messages = self._messages(events, previous)
            sequence = await publish_batch(self._connection, messages, sequence)
            position = previous = events[-1].position
            done += len(events)
            progress(done, total)
        return Replayed(self._stream, done, position)

    async def _provide(self, after: int) -> None:
        """The stream, as it is begun; another beginning than the one it has is refused."""
        try:
            info = await ask(self._connection, f"STREAM.INFO.{self._stream}")
        except StreamRefused as refused:
            if refused.code != NO_STREAM:
                raise
            await create(self._connection, self._configuration(after))
            return
        begun = int((info["config"].get("metadata") or {}).get("after", 0))
        if begun != after:
            raise CannotReplay(
                f"{self._stream} was begun after position {begun}: go on with --after {begun}, or"
                " --remove it first."
            )

    def _configuration(self, after: int) -> dict[str, object]:
        """Like the live one, but it empties by itself. One copy: it can be made anew."""
        return {
            **stream_of_events(self._names),
            "name": self._stream,
            "subjects": [subject_beside(self._names.subjects)],
            "max_age": int(KEPT_FOR.total_seconds() * 1e9),
            "metadata": {"after": str(after)},
        }

    async def _next(self, position: int, end: int, most: int) -> list[RecordedEvent]:
        events = await self._store.read_after(position, most)
        return within([each for each in events if each.position <= end], MOST_BYTES)

    def _messages(
        self, events: Sequence[RecordedEvent], previous: int
    ) -> list[tuple[str, dict[str, str], bytes]]:
        """As they were published, one after another: only the subjects are others."""
        messages = []
        for event in events:
            before = max(previous, self._tail_before(event.position))
            subject, headers, body = to_message(event, before, self._names)
            messages.append((subject_beside(subject), headers, body))
            previous = event.position
        return messages

    def _tail_before(self, position: int) -> int:
        """After a recovery the first event followed the stream's last, which the store may lack."""
        at = bisect_left(self._tails, position)
        return self._tails[at - 1] if at else 0

    async def _one(self, sql: str, *params: int, of: str) -> int:
        return int((await self._database.run(sql, params))[0][of])
