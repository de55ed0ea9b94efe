"""A durable pull consumer, made anew from where we are, and what arrives on it in batches."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.stream import ask

MOST_MESSAGES = 500
PULL_FOR = 2.0
"""Seconds a pull request stays open at the broker; silence for longer means it was lost."""
ACK_WAIT = 30


@dataclass(frozen=True, slots=True)
class Durable:
    """A consumer of a stream, of one subject only where `filter` says so."""

    stream: str
    name: str
    filter: str | None = None


@contextlib.asynccontextmanager
async def subscribed(
    nats: Client, durable: Durable, start: int
) -> AsyncIterator[AsyncIterator[list[Msg]]]:
    """The consumer from a sequence on. Acknowledging a message acknowledges all before it."""
    place = f"{durable.stream}.{durable.name}"
    only = {"filter_subject": durable.filter} if durable.filter else {}
    with contextlib.suppress(Exception):
        await ask(nats, f"CONSUMER.DELETE.{place}")
    await ask(
        nats,
        f"CONSUMER.CREATE.{place}" + (f".{durable.filter}" if durable.filter else ""),
        {
            "stream_name": durable.stream,
            "config": {
                "durable_name": durable.name,
                "name": durable.name,
                "deliver_policy": "by_start_sequence",
                "opt_start_seq": start,
                "ack_policy": "all",
                "ack_wait": ACK_WAIT * 1_000_000_000,
                "max_deliver": -1,
                "max_ack_pending": 4 * MOST_MESSAGES,
                **only,
            },
        },
    )
    inbox = nats.new_inbox()
    subscription = await nats.subscribe(inbox, pending_msgs_limit=-1, pending_bytes_limit=-1)
    try:
        yield _batches(nats, place, subscription, inbox)
    finally:
        with contextlib.suppress(Exception):
            await subscription.unsubscribe()


async def _batches(
    nats: Client, place: str, subscription: Any, inbox: str
) -> AsyncIterator[list[Msg]]:
    """What has arrived, as soon as anything has; an empty batch when nothing more waits there.

    Ends when the subscription must be renewed.
    """
    pull = b'{"batch": %d, "expires": %d}' % (MOST_MESSAGES, int(PULL_FOR * 1e9))
    while True:
        stop_if_cancelled()
        await nats.publish(f"$JS.API.CONSUMER.MSG.NEXT.{place}", pull, reply=inbox)
        wanted, done = MOST_MESSAGES, False
        while wanted > 0 and not done:
            try:
                arrived = [await subscription.next_msg(timeout=PULL_FOR + 0.5)]
            except TimeoutError:
                return
            while subscription.pending_msgs and len(arrived) < MOST_MESSAGES:
                arrived.append(await subscription.next_msg(timeout=1))
            messages = [msg for msg in arrived if not _status(msg)]
            statuses = {_status(msg) for msg in arrived} - {None}
            wanted -= len(messages)
            if messages:
                yield messages
            if statuses - {"408", "404"}:
                return
            done = bool(statuses)
            if done:
                yield []


def _status(msg: Msg) -> str | None:
    return None if not msg.headers or msg.data else msg.headers.get("Status")
