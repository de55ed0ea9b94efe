"""Reading the fields of an event: whole, or its clear part alone, as those without the key must."""

from collections.abc import Mapping
from dataclasses import field, fields, make_dataclass
from functools import cache
from importlib import import_module
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from shared.contracts.contract import REGISTRY, Contract
from shared.contracts.system import SERVICES

UNEXPECTED = "unexpected_keyword_argument"
"""What pydantic calls a field that a dataclass hasn't."""


class NotAll(Exception):
    """An event has fields that aren't known here: a newer release published it."""


class Reader:
    """Reads one event type. Raises ValidationError for fields that don't keep the contract."""

    def __init__(self, contract: Contract) -> None:
        self._payload = contract.payload
        self._hidden = dict.fromkeys(contract.personal)
        self._whole: TypeAdapter[Any] = TypeAdapter(contract.payload)
        self._clear = TypeAdapter(_clear_part(contract)) if contract.personal else self._whole
        self._whole_of_all = SchemaValidator(_closed(self._whole.core_schema))
        self._clear_of_all = SchemaValidator(_closed(self._clear.core_schema))

    def read(self, clear: Mapping[str, Any], personal: Mapping[str, Any] | None) -> Any:
        """The payload, without what isn't known here. With None for `personal`, each personal
        field of it is None."""
        if personal is not None:
            return self._whole.validate_python({**clear, **personal})
        return self._with_hidden(self._clear.validate_python(clear))

    def read_all(self, clear: Mapping[str, Any], personal: Mapping[str, Any] | None) -> Any:
        """The same, but raises `NotAll` where the event says something in a field that isn't known
        here, however deep. Null says nothing."""
        try:
            if personal is not None:
                return self._whole_of_all.validate_python({**clear, **personal})
            return self._with_hidden(self._clear_of_all.validate_python(clear))
        except ValidationError as error:
            found = error.errors()
            if any(each["type"] != UNEXPECTED for each in found):
                raise
            if any(each["input"] is not None for each in found):
                raise NotAll from None
            return self.read(clear, personal)

    def _with_hidden(self, part: Any) -> Any:
        if not self._hidden:
            return part
        payload = object.__new__(self._payload)
        payload.__dict__.update(vars(part), **self._hidden)
        return payload


reader = cache(Reader)
"""The one reader of a contract."""


def known(type: str) -> Contract | None:
    """The contract of a type, whoever publishes it; None for one that a newer release brings."""
    return _known().get(type)


def all_known(type: str, clear: Mapping[str, Any]) -> bool:
    """Whether all that an event says in clear is of fields that are known here; not how deep."""
    contract = known(type)
    return contract is not None and all(
        value is None or name in contract.clear for name, value in clear.items()
    )


@cache
def _known() -> dict[str, Contract]:
    for service in SERVICES:
        import_module(f"shared.contracts.{service}")
    return {contract.type: contract for contract in REGISTRY.values()}


def _clear_part(contract: Contract) -> type[Any]:
    """The payload's dataclass without its personal fields."""
    hints = get_type_hints(contract.payload, include_extras=True)
    parts = [
        (each.name, hints[each.name], field(default=each.default))
        for each in fields(contract.payload)
        if each.name in contract.clear
    ]
    return make_dataclass(contract.payload.__name__, parts, kw_only=True)


def _closed(schema: Any) -> Any:
    """A core schema in which every dataclass refuses fields it hasn't."""
    if isinstance(schema, dict):
        closed = {key: _closed(value) for key, value in schema.items()}
        if schema.get("type") == "dataclass-args":
            closed["extra_behavior"] = "forbid"
        return closed
    if isinstance(schema, list | tuple):
        return type(schema)(_closed(each) for each in schema)
    return schema
