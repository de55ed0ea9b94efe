"""The history of one resource, read from its stored events."""

from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json


def history(bodies: Iterable[bytes]) -> list[dict[str, Any]]:
    """What happened to a resource, oldest first: who, when, which fields, and why where said."""
    return [_entry(from_json(body)) for body in bodies]


def _entry(body: dict[str, Any]) -> dict[str, Any]:
    personal = body.get("personal", {})
    return {
        "event_id": body["id"],
        "type": body["type"].split(".")[2],
        "version": body["resource"]["version"],
        "time": body["time"],
        "actor": body["actor"],
        "changes": body["data"].get("changed", []),
        "reason": personal.get("reason") or personal.get("rationale"),
    }
