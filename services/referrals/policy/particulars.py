"""What may be said of a person: what doesn't fit together, and who may change what."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from shared.contracts.referrals import NhsNumberStatus, YoungPerson
from shared.kernel.errors import Malformed

NUMBERED: frozenset[NhsNumberStatus] = frozenset({"verified", "not_traced"})
"""NHS number status indicator codes 01 and 02: the number is present."""
NUMBERLESS: frozenset[NhsNumberStatus] = frozenset({"trace_required", "not_required", "postponed"})
"""Codes 03, 07 and 08: there is none yet. 04, 05 and 06 tell of a trace that is under way or
failed, of a number as well as for want of one."""
MOVE_AHEAD = timedelta(days=365)
"""How far ahead a planned move may be recorded."""
OVERSEEN = frozenset({"team_id", "care_coordinator_id", "nhs_number", "nhs_number_status"})
"""Whose work the person is, and which person of the national register: not each worker's to say."""
OVERSEERS = frozenset({"team_manager", "ehr_system"})


def status_of(nhs_number: str | None) -> NhsNumberStatus:
    """What is known of a number that nobody has traced, or of none."""
    return "trace_required" if nhs_number is None else "not_traced"


def may_change(role: str, changed: Collection[str], *, takes_death_back: bool) -> bool:
    """Whether a role that keeps particulars may change these."""
    return role in OVERSEERS or not (takes_death_back or OVERSEEN.intersection(changed))


def refuse_incoherent(said: Mapping[str, Any], today: date) -> None:
    """Raises `Malformed` for particulars that don't fit together.

    `said` may be some of them or all: a rule is kept as far as what it speaks of is there.
    """
    for pointer, detail in _incoherent(said, today):
        raise Malformed(detail, pointer)


def _incoherent(said: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    if {"nhs_number", "nhs_number_status"} <= said.keys():
        yield from _number(said["nhs_number"], said["nhs_number_status"])
    born = said.get("date_of_birth")
    days = (("date_of_birth", today), ("died_on", today), ("moved_away_on", today + MOVE_AHEAD))
    for name, latest in days:
        if (day := said.get(name)) is not None:
            yield from _day(name, day, born, latest)
    if young := said.get("young_person"):
        yield from _young(young, born, today)


def _number(number: str | None, status: NhsNumberStatus) -> Iterator[tuple[str, str]]:
    if number is None and status in NUMBERED:
        yield "#/nhs_number_status", "this status is of a number, and there is none"
    if number is not None and status in NUMBERLESS:
        yield "#/nhs_number_status", "this status is of someone without a number"


def _day(name: str, day: date, born: date | None, latest: date) -> Iterator[tuple[str, str]]:
    if day > latest:
        yield f"#/{name}", f"{latest.isoformat()} at the latest"
    if born is not None and day < born:
        yield f"#/{name}", "this is before the day of birth"


def _young(young: YoungPerson, born: date | None, today: date) -> Iterator[tuple[str, str]]:
    assessed = young.competence != "not_assessed"
    if assessed != (young.assessed_on is not None):
        yield (
            "#/young_person/assessed_on",
            "the day on which competence was assessed is given if it was",
        )
    if young.assessed_on is not None:
        yield from _day("young_person/assessed_on", young.assessed_on, born, today)
