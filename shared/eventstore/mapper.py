"""Between domain events and the JSON that is stored and published, byte for byte.

The body stands alone: id, type, aggregate and version, actor, subject and time are in it, so that
one digest covers them from the service's table to the auditor's export (design, section 3).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper
from eventsourcing.utils import get_topic
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from shared.contracts.contract import Contract, contract_of
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import new_id

_ACTOR = TypeAdapter(Actor)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the event table before it has a position."""

    event_id: UUID
    stream_id: UUID
    version: int
    type: str
    body: bytes
    traceparent: str | None


class EventMapper(Mapper[UUID]):
    """Maps the events of one service's aggregates. Public names are stored, never Python paths."""

    def __init__(self, service: str, aggregates: tuple[type[Aggregate], ...]) -> None:
        super().__init__(JSONTranscoder())
        self._service = service
        self._classes: dict[str, tuple[type[Any], Contract, str]] = {}
        self._contracts: dict[type[Any], Contract] = {}
        self._adapters: dict[str, TypeAdapter[Any]] = {}
        for aggregate in aggregates:
            for event_class in vars(aggregate).values():
                if isinstance(event_class, type) and hasattr(event_class, "__contracts__"):
                    contract = contract_of(event_class, service)
                    self._classes[contract.type] = event_class, contract, get_topic(aggregate)
                    self._contracts[event_class] = contract
                    self._adapters[contract.type] = TypeAdapter(contract.payload)

    def store(self, aggregate: Aggregate, traceparent: str | None) -> list[StoredEvent]:
        """The aggregate's pending events, each with an id of its own, ready to append."""
        return [self._stored(aggregate, event, traceparent) for event in aggregate.collect_events()]

    def _stored(self, aggregate: Aggregate, event: Any, traceparent: str | None) -> StoredEvent:
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
            body["personal"] = {name: fields[name] for name in sorted(contract.personal)}
        return StoredEvent(
            event_id, event.originator_id, event.originator_version, contract.type,
            to_json(body), traceparent,
        )  # fmt: skip

    def to_domain_event(self, stored_event: Any) -> DomainEventProtocol[UUID]:
        """The domain event of a stored body (bytes). KeyError for a type this service lacks."""
        body = from_json(stored_event)
        event_class, contract, topic = self._classes[body["type"]]
        payload = self._adapters[contract.type].validate_python(
            {**body["data"], **body.get("personal", {})}
        )
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
