"""Asking a producer over the broker for what it holds: its events between two positions, or what
they hash to. Every process of a service answers; only the ledger may ask (`permissions.py`).
"""

import base64
import contextlib
import logging
from collections.abc import Mapping
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import from_json, to_json

from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.ranges import Held, Line, Lines, Part, Ranges, Sum
from shared.eventstore.stream import LOST
from shared.kernel.errors import Unavailable

ANSWERED_WITHIN = 5.0
"""Seconds."""
MALFORMED = (ValueError, KeyError, TypeError)
log = logging.getLogger(__name__)


class Answering:
    """A producer's side."""

    def __init__(self, database: Database, names: Names) -> None:
        self._ranges = Ranges(database)
        self._names = names

    async def start(self, connection: Client) -> None:
        queue = self._names.service
        await connection.subscribe(self._names.ask_range, queue=queue, cb=self._range)
        await connection.subscribe(self._names.ask_digests, queue=queue, cb=self._digests)

    async def _range(self, msg: Msg) -> None:
        with contextlib.suppress(Unavailable, *MALFORMED, *LOST):
            asked = from_json(msg.data)
            part = await self._ranges.events(int(asked["after"]), int(asked["before"]))
            events = [
                {
                    "position": each.position,
                    "previous": each.previous,
                    "event_id": each.event_id,
                    "type": each.type,
                    "body": base64.b64encode(each.body).decode(),
                }
                for each in part.events
            ]
            await msg.respond(to_json({"events": events, "more": part.more}))

    async def _digests(self, msg: Msg) -> None:
        with contextlib.suppress(Unavailable, *MALFORMED, *LOST):
            asked = from_json(msg.data)
            after, before = int(asked["after"]), int(asked["before"])
            said: dict[str, Any]
            if asked.get("each"):
                found = await self._ranges.lines(after, before)
                each = [[line.position, line.event_id, line.digest.hex()] for line in found.lines]
                said = {"each": each, "more": found.more}
            else:
                total = await self._ranges.sum(after, before)
                digest = total.digest.hex()
                said = {"count": total.count, "digest": digest, "more": total.more}
            await msg.respond(to_json(said))


class Asking:
    """The ledger's side. None where a producer doesn't answer, or not so that it can be read."""

    def __init__(self, connection: Client, ods_code: str) -> None:
        self._connection = connection
        self._ods_code = ods_code

    async def events(self, producer: str, after: int, before: int) -> Part | None:
        """Its events strictly between two positions, as stored; some of them, where it says so."""
        subject = Names(self._ods_code, producer).ask_range
        said = await self._ask(subject, {"after": after, "before": before})
        if said is None:
            return None
        try:
            return Part(tuple(_held(each) for each in said["events"]), bool(said["more"]))
        except MALFORMED as error:
            _unreadable(subject, error)
            return None

    async def sum(self, producer: str, after: int, before: int) -> Sum | None:
        subject = Names(self._ods_code, producer).ask_digests
        said = await self._ask(subject, {"after": after, "before": before})
        if said is None:
            return None
        try:
            digest = bytes.fromhex(said["digest"])
            return Sum(int(said["count"]), digest, bool(said["more"]))
        except MALFORMED as error:
            _unreadable(subject, error)
            return None

    async def lines(self, producer: str, after: int, before: int) -> Lines | None:
        subject = Names(self._ods_code, producer).ask_digests
        said = await self._ask(subject, {"after": after, "before": before, "each": True})
        if said is None:
            return None
        try:
            found = tuple(
                Line(int(p), str(event_id), bytes.fromhex(d)) for p, event_id, d in said["each"]
            )
            return Lines(found, bool(said["more"]))
        except MALFORMED as error:
            _unreadable(subject, error)
            return None

    async def _ask(self, subject: str, question: Mapping[str, Any]) -> Any:
        if not self._connection.is_connected:
            return None
        try:
            answer = await self._connection.request(
                subject, to_json(question), timeout=ANSWERED_WITHIN
            )
            return from_json(answer.data)
        except (nats.errors.Error, *LOST):
            return None
        except ValueError as error:
            _unreadable(subject, error)
            return None


def _held(said: Mapping[str, Any]) -> Held:
    return Held(
        position=int(said["position"]),
        previous=int(said["previous"]),
        event_id=str(said["event_id"]),
        type=str(said["type"]),
        body=base64.b64decode(said["body"], validate=True),
    )


def _unreadable(subject: str, error: Exception) -> None:
    log.error("an answer on %s can't be read: %s", subject, type(error).__name__)
