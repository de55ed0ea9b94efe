"""CloudEvents 1.0 over NATS, binary mode: `ce-*` headers repeat what the body says."""

import re
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from nats.aio.msg import Msg
from pydantic_core import from_json

from shared.contracts.contract import bare
from shared.kernel.store import RecordedEvent

KEYS = "CARE_KEYS"
"""The stream of wrapped data keys. Unlike those of events it can be purged."""
PRINTABLE = " !#$&'()*+,-./:;<=>?@[]^_`{|}~"
_NAME = re.compile(r"[!-~]{1,200}")
_PLACE = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Names:
    """Streams and subjects of one service at one trust (`ods_code`)."""

    ods_code: str
    service: str

    @property
    def stream(self) -> str:
        return f"CARE_{self.service.upper()}"

    @property
    def source(self) -> str:
        return f"urn:countersign:{self.ods_code}:{self.service}"

    @property
    def subjects(self) -> str:
        return f"care.{self.ods_code}.{self.service}.>"

    @property
    def head(self) -> str:
        """Where the service says how far its store goes, each second."""
        return f"care-head.{self.ods_code}.{self.service}"

    @property
    def ask_head(self) -> str:
        """Where anyone may ask it; the answer is the position in decimal."""
        return f"care-ask.{self.ods_code}.{self.service}.head"

    @property
    def ask_range(self) -> str:
        """Where the ledger may ask it for its events between two positions, as stored."""
        return f"care-ask.{self.ods_code}.{self.service}.range"

    @property
    def ask_digests(self) -> str:
        """Where the ledger may ask it what its events between two positions hash to."""
        return f"care-ask.{self.ods_code}.{self.service}.digests"

    @property
    def keys(self) -> str:
        """The subjects in `KEYS` on which the service hands its data keys over."""
        return f"care-keys.{self.ods_code}.{self.service}.>"

    def key(self, key_id: UUID) -> str:
        return f"care-keys.{self.ods_code}.{self.service}.{key_id}"

    def subject(self, kind: str, event_type: str) -> str:
        return f"care.{self.ods_code}.{self.service}.{kind}.{bare(event_type)}"


def to_message(
    event: RecordedEvent, previous: int, names: Names
) -> tuple[str, dict[str, str], bytes]:
    """Subject, headers and body of a recorded event. `previous` is the position before it."""
    body = from_json(event.body)
    resource = body["resource"]
    headers = {
        "Nats-Msg-Id": str(event.event_id),
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": str(event.event_id),
        "ce-source": names.source,
        "ce-type": event.type,
        "ce-subject": _header(body["subject"]),
        "ce-time": body["time"],
        "ce-dataschema": f"urn:countersign:schema:{event.type}",
        "ce-position": str(event.position),
        "ce-previous": str(previous),
        "ce-actor": _header(body["actor"]["staff_id"]),
        "ce-actorrole": _header(body["actor"]["role"]),
        "ce-resource": f"{resource['kind']}/{_header(resource['id'])}",
        "ce-resourceversion": str(resource["version"]),
    }
    if event.traceparent:
        headers["ce-traceparent"] = event.traceparent
    return names.subject(resource["kind"], event.type), headers, event.body


def _header(value: str) -> str:
    return quote(value, safe=PRINTABLE)


class NoEvent(ValueError):
    """A message whose headers don't say which event it is, and where in its service's order."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event as a consumer receives it. `sequence` is the stream's, `position` the producer's."""

    sequence: int
    position: int
    previous: int
    event_id: str
    type: str
    body: bytes
    traceparent: str | None

    @classmethod
    def received(cls, msg: Msg) -> "Message":
        """Raises `NoEvent`."""
        headers = msg.headers or {}
        named = headers.get("ce-id", ""), headers.get("ce-type", "")
        places = headers.get("ce-previous", ""), headers.get("ce-position", "")
        if not all(map(_NAME.fullmatch, named)) or not all(map(_PLACE.fullmatch, places)):
            raise NoEvent
        previous, position = map(int, places)
        if not previous < position < 2**63:
            raise NoEvent
        return cls(
            sequence=msg.metadata.sequence.stream,
            position=position,
            previous=previous,
            event_id=named[0],
            type=named[1],
            body=msg.data,
            traceparent=headers.get("ce-traceparent"),
        )
