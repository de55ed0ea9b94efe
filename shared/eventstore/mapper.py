"""Between domain events and the JSON that is stored and published, byte for byte.

The body stands alone: id, type, aggregate and version, actor, subject and time are in it, so that
one digest covers them from the service's table to the auditor's export (design, section 3). What
is personal in events is sealed here and opened here, and nowhere else; read models' documents have
`sealing.sealer` and `documents.Documents` (ADR 9).
"""

import base64
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import AggregateCreated, DomainEventProtocol
from eventsourcing.utils import get_topic
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from shared.contracts.contract import Contract, contract_of
from shared.contracts.reading import NotAll, reader
from shared.eventstore.sealing import CannotOpen, DataKey, Keys, event_context
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import NewerRelease
from shared.kernel.ids import new_id

_ACTOR = TypeAdapter(Actor)
log = logging.getLogger(__name__)
Body = dict[str, Any]
"""A stored body, parsed."""
SALT = "salt"
"""A field that only makes a digest say nothing once the key is gone: nobody reads it."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the event table before it has a position."""

    event_id: UUID
    stream_id: UUID
    version: int
    type: str
    body: bytes
    traceparent: str | None


class EventMapper:
    """Maps the events of one service's aggregates. Public names are stored, never Python paths."""

    def __init__(self, service: str, aggregates: tuple[type[Aggregate], ...]) -> None:
        self._service = service
        self._classes: dict[tuple[type[Aggregate], str], tuple[type[Any], Contract, str]] = {}
        self._contracts: dict[type[Any], Contract] = {}
        self._sealed: set[type[Aggregate]] = set()
        for aggregate in aggregates:
            for event_class in event_classes(aggregate):
                contract = contract_of(event_class, service)
                self._classes[aggregate, contract.type] = (
                    event_class, contract, get_topic(aggregate),
                )  # fmt: skip
                self._contracts[event_class] = contract
                if contract.personal:
                    self._sealed.add(aggregate)

    def seals(self, kind: type[Aggregate]) -> bool:
        """Whether any event of these aggregates has personal fields, so that a key is needed."""
        return kind in self._sealed

    def store(
        self, aggregate: Aggregate, key: DataKey | None, traceparent: str | None
    ) -> list[StoredEvent]:
        """The aggregate's pending events, each with an id of its own, ready to append.

        `key` is its data subject's. ValueError without one when something is personal.
        """
        return [
            self._stored(aggregate, event, key, traceparent) for event in aggregate.collect_events()
        ]

    def _stored(
        self, aggregate: Aggregate, event: Any, key: DataKey | None, traceparent: str | None
    ) -> StoredEvent:
        contract = self._contracts[type(event)]
        fields = vars(event)
        event_id = new_id()
        body: dict[str, Any] = {
            "id": event_id,
            "type": contract.type,
            "time": event.timestamp,
            "actor": event.actor,
            "subject": aggregate.subject,
            "team": aggregate.team_id,
            "resource": {
                "kind": aggregate.kind,
                "id": aggregate.resource_id,
                "stream": event.originator_id,
                "version": event.originator_version,
            },
            "data": {name: fields[name] for name in sorted(contract.clear)},
        }
        if contract.personal:
            personal = {name: fields[name] for name in sorted(contract.personal)}
            body["sealed"] = _sealed(body, personal, key)
        return StoredEvent(
            event_id, event.originator_id, event.originator_version, contract.type,
            to_json(body), traceparent,
        )  # fmt: skip

    def begins(self, kind: type[Aggregate], type: str) -> bool:
        """Whether a stream of these aggregates may begin with an event of this type."""
        found = self._classes.get((kind, type))
        return found is not None and issubclass(found[0], AggregateCreated)

    def domain_event(
        self, kind: type[Aggregate], body: Body, keys: Keys
    ) -> DomainEventProtocol[UUID]:
        """The domain event of a body; its personal fields are None if their key was destroyed.

        `NewerRelease` for a type or a field that these aggregates lack: to go on without it would
        lose it. KeyError for a key that is not among `keys`.
        """
        found = self._classes.get((kind, body["type"]))
        if found is None:
            raise NewerRelease()
        event_class, contract, topic = found
        try:
            payload = reader(contract).read_all(body["data"], personal(body, keys))
        except (NotAll, ValidationError) as error:
            log.warning("%s can't be followed: %s", body["type"], type(error).__name__)
            raise NewerRelease() from None
        event: DomainEventProtocol[UUID] = object.__new__(event_class)
        event.__dict__.update(
            vars(payload),
            actor=_ACTOR.validate_python(body["actor"]),
            originator_id=UUID(body["resource"]["stream"]),
            originator_version=body["resource"]["version"],
            originator_topic=topic,
            timestamp=datetime.fromisoformat(body["time"]),
        )
        return event

    def replayed(
        self, kind: type[Aggregate], bodies: Iterable[Body], keys: Keys, onto: Any = None
    ) -> Any:
        """The aggregate that bodies make, in order, `onto` what those before them made.

        Raises as `domain_event` does, and `CannotOpen` for what was sealed for another place.
        """
        aggregate = onto
        for body in bodies:
            aggregate = self.domain_event(kind, body, keys).mutate(aggregate)  # type: ignore[attr-defined]
        if None in keys.values():
            aggregate.destroyed = True
        return aggregate


def event_classes(aggregate: type[Aggregate]) -> Iterator[type[Any]]:
    """The published event classes of an aggregate, those of its parts included."""
    for part in aggregate.__mro__:
        for value in vars(part).values():
            if isinstance(value, type) and hasattr(value, "__contracts__"):
                yield value


def keys_of(bodies: Iterable[Body]) -> set[UUID]:
    """The ids of the keys that bodies are sealed under."""
    return {UUID(body["sealed"]["key"]) for body in bodies if "sealed" in body}


def personal(body: Body, keys: Keys) -> dict[str, Any] | None:
    """What is personal in a body: nothing where its type has no such fields, None if destroyed.

    Raises `CannotOpen` for a value that was not sealed for this stream, version and type.
    """
    if "sealed" not in body:
        return {}
    key = keys[UUID(body["sealed"]["key"])]
    if key is None:
        return None
    try:
        sealed = base64.b64decode(body["sealed"]["value"])
    except ValueError:
        raise CannotOpen(_context(body)) from None
    found: dict[str, Any] = from_json(key.open(sealed, _context(body)))
    return found


def content(body: Body, keys: Keys) -> tuple[dict[str, Any], bool]:
    """What an event says to a reader, and whether that is all: not where it was destroyed.

    Raises `CannotOpen` as `personal` does.
    """
    words = personal(body, keys)
    return said(body, words), words is not None


def said(body: Body, words: dict[str, Any] | None) -> dict[str, Any]:
    """What an event says to a reader, with what is personal in it as far as that was opened."""
    whole = {**body["data"], **(words or {})}
    return {name: each for name, each in whole.items() if name != SALT}


def _sealed(body: Body, personal: dict[str, Any], key: DataKey | None) -> dict[str, str]:
    if key is None:
        raise ValueError(
            f"{body['type']} has personal fields, and no data subject to seal them for"
        )
    value = key.seal(to_json(personal), _context(body))
    return {"key": str(key.id), "value": base64.b64encode(value).decode()}


def _context(body: Body) -> str:
    resource = body["resource"]
    return event_context(resource["stream"], resource["version"], body["type"])
