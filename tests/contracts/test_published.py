"""The published language: generated documents are current, and old events can still be read."""

import json
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest

from shared.contracts.__main__ import documents, load, schema
from shared.contracts.contract import REGISTRY
from shared.contracts.system import SERVICES
from shared.eventstore.recovery import Store
from shared.platform.projecting import read

load()
GOLDEN = Path(__file__).parent / "golden"
TYPES = sorted(contract.type for contract in REGISTRY.values())
BY_TYPE = {contract.type: contract for contract in REGISTRY.values()}


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
        for aggregate in (*aggregates, Store):
            for event_class in vars(aggregate).values():
                if isinstance(event_class, type) and hasattr(event_class, "__contracts__"):
                    assert service in event_class.__contracts__, event_class


@pytest.mark.parametrize("type", TYPES)
def test_a_golden_event_of_each_type_is_read_and_keeps_its_schema(type: str) -> None:
    body = (GOLDEN / f"{type}.json").read_bytes()
    published = read(type, body)
    assert published
    assert isinstance(published.payload, BY_TYPE[type].payload)
    jsonschema.validate(json.loads(body), schema(BY_TYPE[type]))
