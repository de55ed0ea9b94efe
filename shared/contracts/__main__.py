"""Writes the JSON Schema of every event type, the AsyncAPI document and the page of events:
`make contracts`."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.contracts.contract import REGISTRY, Contract
from shared.contracts.system import SERVICES
from shared.kernel.actor import Actor

SCHEMAS = Path(__file__).parent / "schemas"
PAGE = Path(__file__).parents[2] / "docs" / "events.md"
INTRODUCTION = """# What happens

Written by `make contracts` from `shared/contracts`, where every event type is declared. Its public
name is `countersign.<service>.<event>.v1`; JSON Schemas and `asyncapi.json` are beside the
declarations. Fields in *italics* are sealed under the key of whom they are about. All of it goes to
audit's ledger; who else uses what is in [architecture.md](architecture.md#events).
"""
SEALED = {
    "type": "object",
    "description": "The personal fields, sealed with AES-256-GCM under the data subject's key.",
    "properties": {
        "key": {"type": "string", "format": "uuid", "description": "The id of that key."},
        "value": {
            "type": "string",
            "contentEncoding": "base64",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/$defs/Personal"},
            "description": (
                "12 bytes of nonce, then ciphertext and tag. Additional data, in UTF-8: "
                "`event <resource.stream> <resource.version> <type>`. "
                "Opened, it is the JSON that $defs/Personal describes; once the key is "
                "destroyed, nobody can open it."
            ),
        },
    },
    "required": ["key", "value"],
}
ENVELOPE = ("id", "type", "time", "actor", "subject", "team", "resource", "data")


def load() -> None:
    """Import every producer's module, so that the registry is whole."""
    for module in ("access", *SERVICES):
        import_module(f"shared.contracts.{module}")


def schema(contract: Contract) -> dict[str, Any]:
    """The JSON Schema of the body of an event: what is stored and published, byte for byte."""
    payload = TypeAdapter(contract.payload).json_schema(ref_template="#/$defs/{model}")
    actor = TypeAdapter(Actor).json_schema(ref_template="#/$defs/{model}")
    definitions = {**payload.pop("$defs", {}), **actor.pop("$defs", {}), "Actor": actor}
    properties: dict[str, Any] = {
        "id": {"type": "string", "format": "uuid"},
        "type": {"const": contract.type},
        "time": {"type": "string", "format": "date-time"},
        "actor": {"$ref": "#/$defs/Actor"},
        "subject": {"type": "string"},
        "team": {"type": ["string", "null"]},
        "resource": {
            "type": "object",
            "properties": {
                "kind": {"const": contract.kind},
                "id": {"type": "string"},
                "stream": {"type": "string", "format": "uuid"},
                "version": {"type": "integer", "minimum": 1},
            },
            "required": ["kind", "id", "stream", "version"],
        },
        "data": _part(payload, contract.clear),
    }
    if contract.personal:
        definitions["Personal"] = _part(payload, contract.personal)
        properties["sealed"] = SEALED
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:countersign:schema:{contract.type}",
        "title": contract.type,
        "description": payload.get("description", ""),
        "type": "object",
        "properties": properties,
        "required": [*ENVELOPE, *(["sealed"] if contract.personal else [])],
        "$defs": definitions,
    }


def _part(payload: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: payload["properties"][name] for name in sorted(names)},
        "required": sorted(names & set(payload.get("required", ()))),
    }


def asyncapi() -> dict[str, Any]:
    """The streams and their messages, as AsyncAPI 3."""
    channels = {
        service: {
            "address": f"care.{{ods_code}}.{service}.>",
            "description": f"JetStream stream CARE_{service.upper()}; one message an event.",
            "parameters": {"ods_code": {"description": "The trust's ODS code"}},
            "messages": {
                contract.type: {"$ref": f"#/components/messages/{contract.type}"}
                for contract in sorted(REGISTRY.values(), key=lambda each: each.type)
                if contract.service == service
            },
        }
        for service in SERVICES
    }
    messages = {
        contract.type: {
            "name": contract.type,
            "contentType": "application/json",
            "bindings": {"nats": {"bindingVersion": "0.1.0"}},
            "payload": {"$ref": f"schemas/{contract.type}.json"},
        }
        for contract in sorted(REGISTRY.values(), key=lambda each: each.type)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Countersign events",
            "version": "1",
            "description": "CloudEvents 1.0, NATS binding, binary mode: `ce-*` headers.",
        },
        "channels": channels,
        "operations": {
            f"follow-{service}": {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{service}"},
            }
            for service in SERVICES
        },
        "components": {"messages": messages},
    }


def page() -> str:
    """Every event type by service, what it tells, and its fields."""
    parts = [INTRODUCTION]
    for service in SERVICES:
        parts.append(f"\n## {service}\n\n| event | of a | what it tells | fields |")
        parts.append("| --- | --- | --- | --- |")
        contracts = [each for each in REGISTRY.values() if each.service == service]
        for each in sorted(contracts, key=lambda each: (each.kind, each.name)):
            told = [*sorted(each.clear), *(f"*{name}*" for name in sorted(each.personal))]
            parts.append(f"| `{each.name}` | {each.kind} | {_told(each)} | {', '.join(told)} |")
    return "\n".join(parts) + "\n"


def _told(contract: Contract) -> str:
    """The first paragraph of what the declaration says of itself, if anything."""
    said = contract.payload.__doc__ or ""
    if said.startswith(f"{contract.payload.__name__}("):  # what dataclasses say for themselves
        return ""
    return " ".join(said.split("\n\n")[0].split())


def documents() -> dict[Path, str]:
    """Every generated file and what it must say."""
    load()
    found: dict[Path, Any] = {
        SCHEMAS / f"{contract.type}.json": schema(contract) for contract in REGISTRY.values()
    }
    found[SCHEMAS.parent / "asyncapi.json"] = asyncapi()
    written = {path: json.dumps(value, indent=2) + "\n" for path, value in found.items()}
    return {**written, PAGE: page()}


if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    for path, text in documents().items():
        path.write_text(text)
