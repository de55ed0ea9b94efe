"""Reading the fields of an event: whole, or its clear part alone, as those without the key must."""

from collections.abc import Mapping
from dataclasses import field, fields, make_dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from shared.contracts.contract import Contract


class Reader:
    """Reads one event type. Raises ValidationError for fields that don't keep the contract."""

    def __init__(self, contract: Contract) -> None:
        self._payload = contract.payload
        self._hidden = dict.fromkeys(contract.personal)
        self._whole: TypeAdapter[Any] = TypeAdapter(contract.payload)
        self._clear = TypeAdapter(_clear_part(contract)) if contract.personal else self._whole

    def read(self, clear: Mapping[str, Any], personal: Mapping[str, Any] | None) -> Any:
        """The payload. With None for `personal`, each personal field of it is None."""
        if personal is not None:
            return self._whole.validate_python({**clear, **personal})
        part = self._clear.validate_python(clear)
        if not self._hidden:
            return part
        payload = object.__new__(self._payload)
        payload.__dict__.update(vars(part), **self._hidden)
        return payload


reader = cache(Reader)
"""The one reader of a contract."""


def _clear_part(contract: Contract) -> type[Any]:
    """The payload's dataclass without its personal fields."""
    hints = get_type_hints(contract.payload, include_extras=True)
    parts = [
        (each.name, hints[each.name], field(default=each.default))
        for each in fields(contract.payload)
        if each.name in contract.clear
    ]
    return make_dataclass(contract.payload.__name__, parts, kw_only=True)
