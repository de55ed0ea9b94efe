"""The few JetStream requests we need, as plain requests: tail, batch publish, consumer."""

import base64
import logging
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client
from pydantic_core import from_json, to_json

from shared.eventstore.cloudevents import Message
from shared.kernel.ids import new_id

NO_MESSAGE, NO_STREAM = 10037, 10059
log = logging.getLogger(__name__)
PASSED_OVER_AT_MOST = 1000
TIMEOUT = 5.0
"""Seconds to wait for an answer from JetStream."""


class StreamRefused(Exception):
    """JetStream answered with an error; `code` is its `err_code`."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}")
        self.code = code


class NotAnEvent(Exception):
    """A message of a stream that is no event: the broker's own answer, for instance, which whoever
    may ask it something can have sent there."""


@dataclass(frozen=True, slots=True)
class Tail:
    """A message of a stream, mostly its last: nothing but zeros where it never held any.

    Of the stream's end `sequence` is that of the last message, and the rest of its last event.
    """

    sequence: int = 0
    position: int = 0
    event_id: str = ""
    trimmed: bool = False


async def ask(connection: Client, subject: str, request: object = None) -> dict[str, Any]:
    """One `$JS.API` request. Raises `StreamRefused`, or a `nats.errors.Error` when it gets lost."""
    payload = b"" if request is None else to_json(request)
    answer = await connection.request(f"$JS.API.{subject}", payload, timeout=TIMEOUT)
    body: dict[str, Any] = from_json(answer.data)
    if error := body.get("error"):
        raise StreamRefused(error.get("err_code", 0), error.get("description", ""))
    return body


async def read_tail(connection: Client, stream: str) -> Tail:
    """The stream's end, from its leader (a direct get may be stale).

    Messages that are no events are passed over. Raises `StreamRefused` where there is nothing
    else for long.
    """
    try:
        message = (await ask(connection, f"STREAM.MSG.GET.{stream}", {"last_by_subj": ">"}))[
            "message"
        ]
    except StreamRefused as refused:
        if refused.code != NO_MESSAGE:
            raise
        state = (await ask(connection, f"STREAM.INFO.{stream}"))["state"]
        return Tail(sequence=state["last_seq"], trimmed=state["last_seq"] != 0)
    last = message["seq"]
    for sequence in range(last, max(0, last - PASSED_OVER_AT_MOST), -1):
        try:
            found = await message_at(connection, stream, sequence)
        except NotAnEvent:
            log.error("%s holds a message at %s that is no event", stream, sequence)
            continue
        if found:
            return Tail(last, found.position, found.event_id)
    if last > PASSED_OVER_AT_MOST:
        raise StreamRefused(0, f"none of its last {PASSED_OVER_AT_MOST} messages is an event")
    return Tail(sequence=last)


async def read_at(connection: Client, stream: str, sequence: int) -> Message | None:
    """The event at a sequence, or None where there is none."""
    try:
        return await message_at(connection, stream, sequence)
    except NotAnEvent:
        return None


async def message_at(connection: Client, stream: str, sequence: int) -> Message | None:
    """The event at a sequence, whole, or None where there is no such message.

    Raises `NotAnEvent`.
    """
    try:
        answer = await ask(connection, f"STREAM.MSG.GET.{stream}", {"seq": sequence})
    except StreamRefused as refused:
        if refused.code == NO_MESSAGE:
            return None
        raise
    message = answer["message"]
    try:
        headers = _headers(base64.b64decode(message["hdrs"]))
        return Message(
            sequence=message["seq"],
            position=int(headers["ce-position"]),
            previous=int(headers["ce-previous"]),
            event_id=headers["ce-id"],
            type=headers["ce-type"],
            body=base64.b64decode(message["data"]),
            traceparent=headers.get("ce-traceparent"),
        )
    except (KeyError, ValueError) as error:
        raise NotAnEvent(f"{stream} {sequence}") from error


async def publish_batch(
    connection: Client, messages: list[tuple[str, dict[str, str], bytes]], last_sequence: int
) -> int:
    """Publish all or nothing, if the stream still ends at `last_sequence` (ADR-50).

    Returns the new last sequence. Raises `StreamRefused` when the fence or the batch is refused.
    """
    batch = str(new_id())
    for number, (subject, headers, body) in enumerate(messages, start=1):
        headers |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
        if number == 1:
            headers["Nats-Expected-Last-Sequence"] = str(last_sequence)
        if number < len(messages):
            await connection.publish(subject, body, headers=headers)
        else:
            headers["Nats-Batch-Commit"] = "1"
            answer = await connection.request(subject, body, timeout=TIMEOUT, headers=headers)
    acknowledged = from_json(answer.data)
    if error := acknowledged.get("error"):
        raise StreamRefused(error.get("err_code", 0), error.get("description", ""))
    return int(acknowledged["seq"])


async def publish(connection: Client, subject: str, body: bytes) -> int:
    """Publish one message and wait until the stream keeps it. Returns its sequence."""
    answer = from_json((await connection.request(subject, body, timeout=TIMEOUT)).data)
    if error := answer.get("error"):
        raise StreamRefused(error.get("err_code", 0), error.get("description", ""))
    return int(answer["seq"])


async def count_subjects(connection: Client, stream: str, filter: str) -> int:
    """How many subjects that match `filter` hold a message."""
    found = 0
    while True:
        asked = {"subjects_filter": filter, "offset": found}
        answer = await ask(connection, f"STREAM.INFO.{stream}", asked)
        page = answer["state"].get("subjects") or {}
        found += len(page)
        if not page or found >= answer.get("total", found):
            return found


def _headers(raw: bytes) -> dict[str, str]:
    lines = raw.decode().split("\r\n")[1:]
    return {name.strip(): value.strip() for name, _, value in (ln.partition(":") for ln in lines)}


LOST = (nats.errors.Error, TimeoutError, OSError)
"""What a request raises when the broker is away."""
