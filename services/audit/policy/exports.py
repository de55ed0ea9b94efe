"""What of an event leaves in an export: what whoever asked may see, and of a person's record
nothing of anybody else's.

Its leaf leaves in any case: it says that the event exists and what its digest is, and names nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from services.audit.policy.confidential import KEPT_FROM_PARTIES, is_confidential
from services.audit.policy.engagements import Sight
from services.audit.policy.naming import without
from services.audit.policy.subjects import ABOUT_ONE, subjects_of, team_of
from shared.contracts.contract import bare

Body = Mapping[str, Any]
Withheld = Literal[
    "restricted", "scope", "wrong_person", "identities", "confidential", "third_party",
    "unreadable",
]  # fmt: skip
"""Why an event's bytes aren't in an export."""
WITHHELD: tuple[Withheld, ...] = get_args(Withheld)
UNTOLD = frozenset({"restricted", "scope", "unreadable"})
"""Of these not even who did it and when."""
IN_CONFIDENCE = ("in_confidence",)
"""What somebody told in confidence (a carer) is read here, and never handed on."""
_ONE_PERSON = ("service_user_id", "into", "from_id", "duplicate_id", "belongs_to")
_PEOPLE = ("service_user_ids", "along")
OTHERS = "other_service_users"
"""What stands in their place: how many they are."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever asked for an export: what they may see, and whose record it is of.

    `same` are the registrations of that person; empty of a period, which is of everybody.
    `misfiled` are notes and what belongs to them that were filed under this person and aren't
    theirs.
    """

    staff_id: str
    seen: Sight
    same: frozenset[str] = frozenset()
    misfiled: frozenset[str] = frozenset()


def withheld(body: Body, reader: Reader) -> Withheld | None:
    """Why an event's bytes stay here; None if they may leave."""
    people, seen = subjects_of(body), reader.seen
    if (
        seen.excluded_from.intersection(people)
        or _told_elsewhere(body, people, reader)
        or _is_kept(body, seen.kept_from)
    ):
        return "restricted"
    under = seen.under(team_of(body), people)
    if under is None:
        return "scope"
    if body["resource"]["id"] in reader.misfiled:
        return "wrong_person"
    if not under.identities:
        return "identities"
    if is_confidential(body):
        return "confidential"
    return "third_party" if _names_others(body, reader.same) else None


def misfiled(body: Body) -> str | None:
    """What an event says was in the wrong record: a note, a concern, a decision."""
    name, data = bare(body["type"]), body["data"]
    wrong = name == "concern-moved" or (
        name in ("note-retracted", "case-decision-retracted") and data.get("kind") == "wrong_person"
    )
    return str(body["resource"]["id"]) if wrong else None


def tombstone(body: Body) -> dict[str, Any] | None:
    """All that a wrong person's export says of a note: that it was retracted."""
    return {"kind": body["data"]["kind"]} if bare(body["type"]) == "note-retracted" else None


def for_export(
    content: Mapping[str, Any], same: frozenset[str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Content without what was told in confidence and, in an export about somebody, without the ids
    of other service users, who are counted; and the names of the fields that lost something."""
    said, lost = dict(content), []
    for name in IN_CONFIDENCE:
        if said.get(name) is not None:
            said[name] = None
            lost.append(name)
    if not same:
        return said, tuple(lost)
    others = _others(said, same)
    for name in others:
        value = said[name]
        if name in _PEOPLE:
            said[name] = [each for each in value if str(each) in same]
        elif name == "people":
            said[name] = [each for each in value if each["id"] in same]
        elif name == "filters":
            said[name] = {key: each for key, each in value.items() if key != "service_user_id"}
        else:
            said[name] = None
    if others:
        said[OTHERS] = len(set().union(*others.values()))
    return said, (*lost, *others)


def _told_elsewhere(body: Body, people: tuple[str, ...], reader: Reader) -> bool:
    """Whether this is what `scope.NOT_OF_ONESELF` leaves out."""
    return (
        body["resource"]["kind"] in KEPT_FROM_PARTIES
        and body["actor"]["staff_id"] != reader.staff_id
        and reader.staff_id in people
    )


def _is_kept(body: Body, kept_from: frozenset[str]) -> bool:
    """Whether it is of what is kept from the reader, or names that: which is in its bytes too."""
    if not kept_from:
        return False
    return body["resource"]["id"] in kept_from or without(body["data"], kept_from) != body["data"]


def _names_others(body: Body, same: frozenset[str]) -> bool:
    if not same:
        return False
    of_another = body["resource"]["kind"] in ABOUT_ONE and str(body["subject"]) not in same
    return of_another or bool(_others(body["data"], same))


def _others(data: Mapping[str, Any], same: frozenset[str]) -> dict[str, set[str]]:
    """The fields that name service users besides, and whom."""
    named = {name: {data[name]} for name in _ONE_PERSON if data.get(name)}
    named |= {name: set(data[name]) for name in _PEOPLE if data.get(name)}
    if stated := data.get("people"):
        named["people"] = {each["id"] for each in stated}
    asked = data.get("filters")
    if isinstance(asked, Mapping) and asked.get("service_user_id"):
        named["filters"] = {asked["service_user_id"]}
    others = {name: {str(each) for each in whom} - same for name, whom in named.items()}
    return {name: {each for each in whom if _is_id(each)} for name, whom in others.items() if whom}


def _is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False
