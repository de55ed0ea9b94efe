"""The published language: generated documents are current, and old events can still be read.

What is in `golden` was published once and is never written again: a change that can't read it is
not compatible. Its keys are in `golden/keys.json` and protect nothing.
"""

import base64
import json
from importlib import import_module
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from shared.contracts.__main__ import documents, load, schema
from shared.contracts.contract import REGISTRY
from shared.contracts.reading import reader
from shared.contracts.system import SERVICES
from shared.eventstore.mapper import event_classes, keys_of, personal
from shared.eventstore.recovery import Store
from shared.eventstore.rotation import KeyStore
from shared.eventstore.sealing import CannotOpen, DataKey
from shared.platform.projecting import read

load()
GOLDEN = Path(__file__).parent / "golden"
KEYS = {
    UUID(name): DataKey(UUID(name), "golden", AESGCM(base64.b64decode(key)))
    for name, key in json.loads((GOLDEN / "keys.json").read_text()).items()
}
TYPES = sorted(contract.type for contract in REGISTRY.values())
BY_TYPE = {contract.type: contract for contract in REGISTRY.values()}
SEALED = [each for each in TYPES if BY_TYPE[each].personal]


def test_generated_documents_are_current() -> None:
    for path, text in documents().items():
        assert path.read_text() == text, f"{path.name} is out of date: run make contracts"


def test_no_schema_is_left_of_a_type_that_is_gone() -> None:
    generated = {path.name for path in documents()}
    for path in Path(documents().__iter__().__next__()).parent.glob("*.json"):
        assert path.name in generated


def test_every_event_of_every_aggregate_is_published() -> None:
    for service in SERVICES:
        aggregates = import_module(f"services.{service}.main").SERVICE.aggregates
        for aggregate in (*aggregates, Store, KeyStore):
            for event_class in event_classes(aggregate):
                assert service in event_class.__contracts__, event_class


@pytest.mark.parametrize("type", TYPES)
def test_a_golden_event_of_each_type_is_read_and_keeps_its_schema(type: str) -> None:
    contract, body = BY_TYPE[type], json.loads((GOLDEN / f"{type}.json").read_bytes())
    jsonschema.validate(body, schema(contract))
    words = personal(body, KEYS)
    assert words is not None
    assert words.keys() <= contract.personal, "what was added since is optional"
    assert isinstance(reader(contract).read(body["data"], words), contract.payload)


@pytest.mark.parametrize("type", TYPES)
def test_those_without_the_key_read_the_clear_part(type: str) -> None:
    published = read(type, (GOLDEN / f"{type}.json").read_bytes())
    assert published
    assert isinstance(published.payload, BY_TYPE[type].payload)
    for name in BY_TYPE[type].personal:
        assert getattr(published.payload, name) is None


@pytest.mark.parametrize(
    ("type", "field"),
    [
        ("countersign.audit.engagement-agreed.v1", "purpose"),
        ("countersign.audit.engagement-ended.v1", "reason"),
    ],
)
def test_what_people_write_has_an_end(type: str, field: str) -> None:
    body = json.loads((GOLDEN / f"{type}.json").read_bytes())
    for words in ("", " ", "x" * 2_001):
        with pytest.raises(ValidationError):
            reader(BY_TYPE[type]).read({**body["data"], field: words}, {})


@pytest.mark.parametrize("type", SEALED)
def test_what_was_sealed_is_as_the_schema_says(type: str) -> None:
    body, described = json.loads((GOLDEN / f"{type}.json").read_bytes()), schema(BY_TYPE[type])
    assert "personal" not in body
    jsonschema.validate(
        personal(body, KEYS), {"$ref": "#/$defs/Personal", "$defs": described["$defs"]}
    )


@pytest.mark.parametrize("type", SEALED)
def test_what_was_sealed_opens_in_its_place_only(type: str) -> None:
    body = json.loads((GOLDEN / f"{type}.json").read_bytes())
    assert keys_of([body]) <= KEYS.keys()
    elsewhere = {**body, "resource": {**body["resource"], "version": 99}}
    with pytest.raises(CannotOpen):
        personal(elsewhere, KEYS)
