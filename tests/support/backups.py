"""Backing a stream up and restoring it, as `nats stream backup` and `restore` do."""

import asyncio
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.eventstore.stream import ask

CHUNK = 64 * 1024


@dataclass(frozen=True)
class Backup:
    config: dict[str, Any]
    state: dict[str, Any]
    data: bytes


async def backed_up(connection: Client, stream: str) -> Backup:
    inbox = connection.new_inbox()
    chunks: asyncio.Queue[Msg] = asyncio.Queue()
    subscription = await connection.subscribe(inbox, cb=chunks.put)
    asked = {"deliver_subject": inbox, "chunk_size": CHUNK}
    made = await ask(connection, f"STREAM.SNAPSHOT.{stream}", asked)
    data = b""
    while chunk := (msg := await chunks.get()).data:
        data += chunk
        if msg.reply:
            await connection.publish(msg.reply)
    await subscription.unsubscribe()
    return Backup(made["config"], made["state"], data)


async def restored(connection: Client, stream: str, backup: Backup) -> None:
    """The stream as it was then, with everything since gone."""
    await ask(connection, f"STREAM.DELETE.{stream}")
    asked = {"config": backup.config, "state": backup.state}
    to = (await ask(connection, f"STREAM.RESTORE.{stream}", asked))["deliver_subject"]
    for start in range(0, len(backup.data), CHUNK):
        await connection.request(to, backup.data[start : start + CHUNK], timeout=5)
    await connection.request(to, b"", timeout=5)
