"""What the streams must be, making those that aren't there, and how one that is differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import NO_STREAM, StreamRefused, ask

Configuration = Mapping[str, Any]
UNLIMITED = {
    "max_age": 0, "max_msgs": -1, "max_bytes": -1, "max_msgs_per_subject": -1, "max_msg_size": -1,
    "max_consumers": -1,
}  # fmt: skip
TWO_MINUTES = 120_000_000_000

WHY = {
    "subjects": "what is published would go elsewhere, or nowhere",
    "storage": "what it acknowledged must outlive the server",
    "retention": "a message may not go because it was read",
    "discard": "where it is full, events are refused, and none is dropped",
    "num_replicas": "what one server acknowledged would be lost with its disk",
    "allow_atomic": "the relay's batches must be all or nothing",
    "deny_delete": "nobody may take a message out of the midst",
    "max_age": "messages would go with time",
    "max_msgs": "messages would go once there are so many",
    "max_bytes": "messages would go once they are so large together",
    "max_msgs_per_subject": "of a key only the last word may stay, and of events all",
    "max_msg_size": "some messages would be refused",
    "max_consumers": "a service might not be able to follow it",
    "duplicate_window": "it was tested with no other",
    "no_ack": "nobody would know what was kept",
    "sealed": "it takes nothing more",
    "mirror": "it must be what is published to it, and not a copy",
    "sources": "it must be what is published to it, and nothing else",
    "republish": "others would be told what it holds",
    "subject_transform": "messages would be kept under other subjects",
    "allow_msg_ttl": "messages could be given an end",
    "allow_rollup_hdrs": "one message could take away all before it",
}
"""Why each of these has to be what it must be; what isn't said of a stream must be off."""
ADJUSTABLE = {
    *UNLIMITED, "discard", "num_replicas", "allow_atomic", "deny_delete", "duplicate_window",
}  # fmt: skip
"""What can be changed while the stream is in use, and loses nothing that should be kept."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a stream is not what it must be."""

    setting: str
    found: object
    wanted: object

    @property
    def adjustable(self) -> bool:
        return self.setting in ADJUSTABLE

    def __str__(self) -> str:
        return (
            f"{self.setting} is {_said(self.found)} and must be {_said(self.wanted)}: "
            f"{WHY[self.setting]}"
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stream was found. `away` are the servers that should hold a copy and don't, or lag."""

    stream: str
    made: bool
    differences: tuple[Difference, ...]
    away: tuple[str, ...] = ()


def stream_of_events(names: Names, replicas: int = 1) -> Configuration:
    """A service's stream: kept for ever, refused rather than dropped."""
    return {
        "name": names.stream,
        "subjects": [names.subjects],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": replicas,
        "allow_atomic": True,
        "deny_delete": True,
        "duplicate_window": TWO_MINUTES,
        **UNLIMITED,
    }


def stream_of_keys(ods_code: str, replicas: int = 1) -> Configuration:
    """The stream of data keys: the last word on each key, and nothing that was replaced."""
    return {
        "name": KEYS,
        "subjects": [f"care-keys.{ods_code}.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "old",
        "num_replicas": replicas,
        "duplicate_window": TWO_MINUTES,
        **UNLIMITED,
        "max_msgs_per_subject": 1,
    }


def all_streams(services: Sequence[str], ods_code: str, replicas: int = 1) -> list[Configuration]:
    """A stream for each service, and that of keys."""
    events = [stream_of_events(Names(ods_code, name), replicas) for name in services]
    return [*events, stream_of_keys(ods_code, replicas)]


async def create(connection: Client, wanted: Configuration) -> dict[str, Any]:
    return await ask(connection, f"STREAM.CREATE.{wanted['name']}", wanted)


async def provide(connection: Client, wanted: Configuration) -> Standing:
    """Make a stream that isn't there; nothing happens to one that is."""
    try:
        info = await ask(connection, f"STREAM.INFO.{wanted['name']}")
    except StreamRefused as refused:
        if refused.code != NO_STREAM:
            raise
        await create(connection, wanted)
        return Standing(wanted["name"], made=True, differences=())
    return compared(wanted, info)


def compared(wanted: Configuration, info: Mapping[str, Any]) -> Standing:
    """How a stream stands, by what the broker says of it (`STREAM.INFO`)."""
    differences = tuple(_differences(wanted, info["config"]))
    return Standing(wanted["name"], made=False, differences=differences, away=_away(info))


async def adjust(connection: Client, wanted: Configuration) -> Standing:
    """Give a stream what it lacks, as far as that loses nothing. Returns what is left to say."""
    found = await provide(connection, wanted)
    changes = {each.setting: each.wanted for each in found.differences if each.adjustable}
    if not changes:
        return found
    config = (await ask(connection, f"STREAM.INFO.{wanted['name']}"))["config"]
    await ask(connection, f"STREAM.UPDATE.{wanted['name']}", config | changes)
    return await provide(connection, wanted)


def _differences(wanted: Configuration, found: Configuration) -> Iterator[Difference]:
    for setting in WHY:
        must, has = wanted.get(setting), found.get(setting)
        enough = setting == "num_replicas" and int(has or 0) >= int(must or 0)
        if (must or has) and must != has and not enough:
            yield Difference(setting, has, must)


def _away(info: Mapping[str, Any]) -> tuple[str, ...]:
    copies = (info.get("cluster") or {}).get("replicas") or []
    return tuple(each["name"] for each in copies if each.get("offline") or not each["current"])


def _said(value: object) -> str:
    match value:
        case None | False | [] | {}:
            return "off"
        case True:
            return "on"
        case list():
            return ", ".join(str(each) for each in value)
        case _:
            return str(value)
