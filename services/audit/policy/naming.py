"""Whom a concern names: they never read it, nor the note it belongs to, nor that there is either
(domain, section 2)."""

from collections.abc import Collection, Mapping
from itertools import product
from typing import Any

NAMING = ("concern-raised", "concern-refiled", "concern-restated", "concern-linked")
"""Types of the events that say whom a concern is about, and to which note it belongs."""


def tied(body: Mapping[str, Any]) -> frozenset[str]:
    """The ids of a concern and, if it has one, its note, as such an event has them."""
    data = body["data"]
    found = (body["resource"]["id"], data.get("note_id"), data.get("concern_id"))
    return frozenset(str(each) for each in found if each is not None)


def kept_from(type: str, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an event, known by its bare type, keeps from whom: a resource's id, a staff id.

    Who was named once stays named: what they may not read is also in the earlier events.
    """
    if type not in NAMING:
        return []
    return sorted(product(tied(body), {str(each) for each in body["data"]["about_staff"]}))


def without(said: Any, ids: Collection[str]) -> Any:
    """What an event says in JSON, with null where it names one of these ids, alone or after a kind
    (`note/<id>`)."""
    if isinstance(said, Mapping):
        return {name: without(each, ids) for name, each in said.items()}
    if isinstance(said, list):
        return [without(each, ids) for each in said]
    return None if isinstance(said, str) and said.rpartition("/")[2] in ids else said
