"""Who could see a person's record at a moment, and why: the ledger's events folded into the
facts of `shared.kernel.relationship`, and answered by its rule, the one every service applies.

What the register doesn't hold can't be folded: for staff who aren't in it, services take teams
from their token.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.relationship import (
    NO_GRACE,
    Allocation,
    Escalated,
    Membership,
    Override,
    Person,
    Restriction,
    Shift,
    Staff,
    Tie,
    ties,
)

ENTRY_OF_A_PERSON = ("service-user-registered", "service-user-updated")
"""What says whose team and co-ordination a person is in, the newest counts."""
OF_A_PERSON = (
    *ENTRY_OF_A_PERSON, "restriction-set", "referral-allocated", "referral-transferred",
    "referral-closed", "access-override-granted", "access-override-reviewed", "concern-escalated",
    "concern-closed", "concern-moved",
)  # fmt: skip
OF_STAFF = ("worker-registered", "worker-updated", "worker-left")
OF_DUTY = "duty-assigned"
"""Types of the events that the fold reads. Nothing personal is needed of any of them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of the ledger, without what is personal in it. `type` is the bare name, `version`
    the resource's."""

    type: str
    time: datetime
    actor_id: str
    actor_name: str
    resource_id: str
    data: Mapping[str, Any]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Right:
    """How one member of staff stood to a person: their ties, or that they are excluded."""

    staff_id: str
    name: str | None
    at_work: bool
    excluded: bool
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    """Who could see a person's record. A person not yet registered could be seen by no one."""

    restricted: bool
    items: tuple[Right, ...]


@dataclass
class _Known:
    """What the facts so far say."""

    places: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Of each registration of the person: the team, and the care co-ordinator."""
    restrictions: dict[str, Restriction] = field(default_factory=dict)
    allocations: dict[str, list[Allocation]] = field(default_factory=dict)
    register: dict[str, Staff] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    rotas: dict[str, list[tuple[str, Shift]]] = field(default_factory=dict)
    overrides: dict[str, list[Override]] = field(default_factory=dict)
    reached: dict[str, list[tuple[str, int, datetime]]] = field(default_factory=dict)
    """Of whom a concern reached: which, under which of its clocks, and when."""
    ended: dict[str, list[tuple[int, datetime]]] = field(default_factory=dict)
    """Of a concern: at which versions, and when, it was closed or moved."""

    def person(self, root: str | None) -> Person | None:
        """The person, as who stands for them: the first registration, unless `root` says which."""
        root = root if root in self.places else next(iter(self.places), None)
        if root is None:
            return None
        team_id, coordinator_id = self.places[root]
        others = [place for each, place in self.places.items() if each != root]
        placed = (each for of_referral in self.allocations.values() for each in of_referral)
        return Person(
            team_id,
            coordinator_id,
            tuple(placed),
            Restriction.together(self.restrictions.values()),
            other_teams=frozenset(team for team, _ in others),
            other_coordinators=frozenset(each for _, each in others if each),
        )

    def staff(self, staff_id: str) -> Staff:
        shifts = (shift for rota in self.rotas.values() for who, shift in rota if who == staff_id)
        return replace(
            self.register.get(staff_id, Staff(staff_id)),
            shifts=tuple(shifts),
            overrides=tuple(self.overrides.get(staff_id, ())),
            escalations=tuple(
                Escalated(UUID(concern), at, self._until(concern, clock))
                for concern, clock, at in self.reached.get(staff_id, ())
            ),
        )

    def _until(self, concern_id: str, clock: int) -> datetime | None:
        """What ends a concern ends what every clock before it brought."""
        ends = (at for version, at in self.ended.get(concern_id, ()) if version > clock)
        return min(ends, default=None)

    def mentioned(self, person: Person) -> list[str]:
        """Everyone who may be tied to a person or is excluded, by id."""
        found = {*self.register, *self.overrides, *self.reached, *person.restriction.named}
        found |= person.restriction.excluded | {each.worker_id for each in person.allocations}
        found |= {who for rota in self.rotas.values() for who, _ in rota}
        return sorted(found | person.coordinators)


def rights(
    facts: Iterable[Fact],
    at: datetime,
    staff_id: str | None = None,
    grace: timedelta = NO_GRACE,
    root: str | None = None,
) -> Rights:
    """Who could see a person's record at a moment: all who could and who are excluded, or what
    there is to say of one.

    `facts` are those of the person, of the staff and of the duty of the person's team, each
    stream in its order; those after `at` are passed over. Of a person with several registrations
    they are of each, and `root` is the one that stands for them. `grace` is how long a tie to a
    caseload or a team outlives its end, as the services have it now.
    """
    known = _Known()
    for fact in facts:
        if fact.time <= at:
            _FOLD[fact.type](known, fact)
    person = known.person(root)
    if person is None:
        unknown = () if staff_id is None else (_right(known, None, staff_id, at, grace),)
        return Rights(restricted=False, items=unknown)
    if staff_id is not None:
        items = [_right(known, person, staff_id, at, grace)]
    else:
        all_of_them = (_right(known, person, each, at, grace) for each in known.mentioned(person))
        items = [each for each in all_of_them if each.ties or each.excluded]
    return Rights(person.restriction.restricted, tuple(items))


def _right(
    known: _Known, person: Person | None, staff_id: str, at: datetime, grace: timedelta
) -> Right:
    staff = known.staff(staff_id)
    return Right(
        staff_id=staff_id,
        name=known.names.get(staff_id),
        at_work=staff.at_work,
        excluded=person is not None and staff_id in person.restriction.excluded,
        ties=ties(person, staff, at, grace) if person else (),
    )


def _registered(known: _Known, fact: Fact) -> None:
    known.places[fact.resource_id] = (fact.data["team_id"], fact.data.get("care_coordinator_id"))


def _restriction_set(known: _Known, fact: Fact) -> None:
    known.restrictions[fact.resource_id] = Restriction(
        restricted=fact.data["restricted"],
        named=frozenset(fact.data["named_staff"]),
        excluded=frozenset(fact.data["excluded_staff"]),
    )


def _allocated(known: _Known, fact: Fact) -> None:
    known.allocations.setdefault(fact.resource_id, []).append(Allocation(fact.data["worker_id"]))


def _closed(known: _Known, fact: Fact) -> None:
    known.allocations[fact.resource_id] = [
        each if each.ended_at else replace(each, ended_at=fact.time)
        for each in known.allocations.get(fact.resource_id, ())
    ]


def _transferred(known: _Known, fact: Fact) -> None:
    _closed(known, fact)
    _allocated(known, fact)


def _worker(known: _Known, fact: Fact) -> None:
    staff_id, details = fact.resource_id, fact.data["details"]
    before = known.register.get(staff_id, Staff(staff_id)).memberships
    still = {each.team_id for each in before if each.ended_at is None}
    known.names[staff_id] = details["name"]
    known.register[staff_id] = Staff(
        staff_id,
        at_work=details["status"] != "left",
        memberships=(
            *(
                each if each.ended_at or each.team_id in details["teams"]
                else replace(each, ended_at=fact.time)
                for each in before
            ),
            *(Membership(team) for team in details["teams"] if team not in still),
        ),
    )  # fmt: skip


def _duty_assigned(known: _Known, fact: Fact) -> None:
    team = fact.data["team_id"]
    known.rotas[team] = [
        (shift["staff_id"], Shift(team, _moment(shift["starts_at"]), _moment(shift["ends_at"])))
        for shift in fact.data["shifts"]
    ]


def _override_granted(known: _Known, fact: Fact) -> None:
    granted = Override(UUID(fact.resource_id), fact.time, _moment(fact.data["until"]))
    known.overrides.setdefault(fact.actor_id, []).append(granted)
    known.names.setdefault(fact.actor_id, fact.actor_name)


def _override_reviewed(known: _Known, fact: Fact) -> None:
    """What was not justified was over with that."""
    if fact.data["outcome"] != "not_justified":
        return
    for staff_id, granted in known.overrides.items():
        known.overrides[staff_id] = [
            replace(each, until=min(each.until, fact.time))
            if str(each.id) == fact.resource_id
            else each
            for each in granted
        ]


def _concern_escalated(known: _Known, fact: Fact) -> None:
    reached = (fact.data["concern_id"], fact.data["clock"], fact.time)
    for staff_id in fact.data["reached"]:
        known.reached.setdefault(staff_id, []).append(reached)


def _concern_over(known: _Known, fact: Fact) -> None:
    known.ended.setdefault(fact.resource_id, []).append((fact.version, fact.time))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


_FOLD: Mapping[str, Callable[[_Known, Fact], None]] = {
    "service-user-registered": _registered,
    "service-user-updated": _registered,
    "restriction-set": _restriction_set,
    "referral-allocated": _allocated,
    "referral-transferred": _transferred,
    "referral-closed": _closed,
    "worker-registered": _worker,
    "worker-updated": _worker,
    "worker-left": _worker,
    OF_DUTY: _duty_assigned,
    "access-override-granted": _override_granted,
    "access-override-reviewed": _override_reviewed,
    "concern-escalated": _concern_escalated,
    "concern-closed": _concern_over,
    "concern-moved": _concern_over,
}
