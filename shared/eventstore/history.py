"""The history of one resource, read from its stored events."""

from collections.abc import Iterable
from typing import Any

from shared.contracts.contract import bare
from shared.eventstore.mapper import Body

Told = tuple[Body, dict[str, Any] | None]
"""A stored body and what is personal in it; None where that was destroyed."""


def history(told: Iterable[Told]) -> list[dict[str, Any]]:
    """What happened to a resource, oldest first: who, when, which fields, and why where said."""
    return [{**entry(body), "reason": _reason(words or {})} for body, words in told]


def entry(body: Body) -> dict[str, Any]:
    """An event without anything personal."""
    return {
        "event_id": body["id"],
        "type": bare(body["type"]),
        "version": body["resource"]["version"],
        "time": body["time"],
        "actor": body["actor"],
        "changes": body["data"].get("changed", []),
    }


def _reason(words: dict[str, Any]) -> str | None:
    return words.get("reason") or words.get("rationale")
