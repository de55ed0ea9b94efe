"""The history of one resource, read from its stored events."""

from collections.abc import Iterable
from typing import Any

from shared.eventstore.mapper import Body, personal
from shared.eventstore.sealing import Keys


def history(bodies: Iterable[Body], keys: Keys) -> list[dict[str, Any]]:
    """What happened to a resource, oldest first: who, when, which fields, and why where said."""
    return [_entry(body, personal(body, keys) or {}) for body in bodies]


def _entry(body: Body, words: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": body["id"],
        "type": body["type"].split(".")[2],
        "version": body["resource"]["version"],
        "time": body["time"],
        "actor": body["actor"],
        "changes": body["data"].get("changed", []),
        "reason": words.get("reason") or words.get("rationale"),
    }
