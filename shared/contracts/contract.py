"""How an event type is declared: once, as a frozen dataclass with a public name.

The aggregate's event class inherits the declaration, the stored and published JSON follows it,
consumers read with it, and `make contracts` writes its JSON Schema. Adding an optional field is a
compatible change; anything else is a new `.vN` (design, section 4).
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

T = TypeVar("T")


class _Personal:
    def __repr__(self) -> str:
        return "PERSONAL"


PERSONAL = _Personal()
"""Marks a field that says something about a person; the rest of an event is codes and ids."""


@dataclass(frozen=True, slots=True)
class Contract:
    """The public name of an event type: `countersign.<service>.<name>.v<version>`."""

    service: str
    kind: str
    name: str
    version: int
    payload: type[Any]
    personal: frozenset[str]
    clear: frozenset[str]

    @property
    def type(self) -> str:
        return f"countersign.{self.service}.{self.name}.v{self.version}"


def bare(type: str) -> str:
    """`note-recorded`, of `countersign.notes.note-recorded.v1`."""
    return type.split(".")[2]


REGISTRY: dict[tuple[str, str, int], Contract] = {}
"""Every declared event type, by service, name and version."""


def published(service: str, kind: str, name: str, version: int = 1) -> Callable[[type[T]], type[T]]:
    """Declare a dataclass as the payload of an event type of `service` about a `kind`."""

    def declare(payload: type[T]) -> type[T]:
        hints = get_type_hints(payload, include_extras=True)
        names = [field.name for field in fields(payload)]  # type: ignore[arg-type]
        personal = frozenset(name for name in names if _is_personal(hints[name]))
        contract = Contract(
            service, kind, name, version, payload, personal, frozenset(names) - personal
        )
        REGISTRY[service, name, version] = contract
        by_service = payload.__dict__.get("__contracts__", {})
        payload.__contracts__ = {**by_service, service: contract}  # type: ignore[attr-defined]
        return payload

    return declare


def _is_personal(hint: Any) -> bool:
    return get_origin(hint) is Annotated and PERSONAL in hint.__metadata__


def contract_of(event_class: type[Any], service: str) -> Contract:
    """What `service` publishes this event class as. KeyError if it publishes no such thing."""
    contracts: dict[str, Contract] = event_class.__contracts__
    return contracts[service]
