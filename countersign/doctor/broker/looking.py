"""What is to be seen of the broker. Nothing is published but questions to the broker itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import nats.errors
from nats.aio.client import Client
from pydantic_core import from_json

from countersign.plainly import in_words
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import LOST, NO_MESSAGE, StreamRefused, Tail, ask, read_tail
from shared.platform.broker import Broker
from shared.platform.permissions import OWN_PERMISSIONS
from shared.platform.service import Service
from shared.platform.settings import MalformedSetting, ServiceSettings


class BrokerAway(Exception):
    """Why there is nothing to be seen, in words."""


@dataclass(frozen=True)
class Seen:
    """`user` is what the broker says of who asks, None if it may not be asked. `streams` holds its
    word on each, or why there is none; `next` when the message was kept that each follower would
    take next, where there is one."""

    version: tuple[int, int]
    encrypted: bool
    max_payload: int
    clock: float
    user: Mapping[str, Any] | None
    streams: Mapping[str, Mapping[str, Any] | StreamRefused]
    tail: Tail | None
    next: Mapping[str, datetime]


async def look(service: Service, settings: ServiceSettings, cursors: Mapping[str, int]) -> Seen:
    """As the service's user; `cursors` is what it has taken of each stream. Raises `BrokerAway`."""
    try:
        connection = await Broker.of(settings).connect_once(service.name)
    except MalformedSetting as malformed:
        raise BrokerAway(in_words(malformed)[0]) from None
    except LOST as error:
        raise BrokerAway(in_words(error)[0]) from None
    try:
        return await _seen(connection, service, settings.ods_code, cursors)
    except LOST as error:
        raise BrokerAway(in_words(error)[0]) from None
    finally:
        await connection.close()


async def _seen(
    connection: Client, service: Service, ods_code: str, cursors: Mapping[str, int]
) -> Seen:
    own = Names(ods_code, service.name)
    followed = [Names(ods_code, producer).stream for producer in sorted(service.handlers)]
    keys = [KEYS] if service.owns_keys or service.keys_from else []
    streams = {
        name: await _info(connection, name)
        for name in dict.fromkeys([own.stream, *followed, *keys])
    }
    there = isinstance(streams[own.stream], Mapping)
    user, said_at, between = await _user(connection)
    version = connection.connected_server_version
    return Seen(
        version=(version.major, version.minor),
        encrypted=bool(connection._server_info.get("tls_required")),
        max_payload=connection.max_payload,
        clock=(said_at - between).total_seconds() if said_at else 0,
        user=user,
        streams=streams,
        tail=await read_tail(connection, own.stream) if there else None,
        next={
            stream: at
            for stream, taken in cursors.items()
            if isinstance(streams.get(stream), Mapping)
            and (at := await _kept_at(connection, stream, taken + 1))
        },
    )


async def _info(connection: Client, stream: str) -> Mapping[str, Any] | StreamRefused:
    try:
        return await ask(connection, f"STREAM.INFO.{stream}")
    except StreamRefused as refused:
        return refused


async def _user(connection: Client) -> tuple[Mapping[str, Any] | None, datetime | None, datetime]:
    """What the broker says of us, what time it has, and what time it was here."""
    before = datetime.now(UTC)
    try:
        answer = from_json((await connection.request(OWN_PERMISSIONS, timeout=2)).data)
    except (nats.errors.TimeoutError, nats.errors.NoRespondersError):
        return None, None, before
    between = before + (datetime.now(UTC) - before) / 2
    return answer["data"], datetime.fromisoformat(answer["server"]["time"]), between


async def _kept_at(connection: Client, stream: str, sequence: int) -> datetime | None:
    try:
        answer = await ask(connection, f"STREAM.MSG.GET.{stream}", {"seq": sequence})
    except StreamRefused as refused:
        if refused.code != NO_MESSAGE:
            raise
        return None
    return datetime.fromisoformat(answer["message"]["time"])
