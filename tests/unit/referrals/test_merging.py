"""Two registrations of one person, and a merge that was wrong."""

from datetime import date
from typing import Any

import pytest

from services.referrals.domain import (
    AlreadyMerged,
    Merged,
    NhsNumbersDiffer,
    NothingChanged,
    NotMerged,
    ServiceUser,
)
from shared.contracts.referrals import PersonName
from shared.kernel.actor import Actor
from shared.kernel.errors import NoRelationship
from shared.kernel.ids import new_id
from shared.kernel.relationship import Restriction
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
IG_LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")


def registered(nhs_number: str | None = None) -> ServiceUser:
    return ServiceUser.register(
        MANAGER,
        NOW,
        new_id(),
        nhs_number=nhs_number,
        local_ids=(),
        name=PersonName(given=("Service User",), family="One"),
        date_of_birth=date(1985, 4, 12),
        team_id="north-cmht",
        care_coordinator_id=None,
    )


def merged(duplicate: ServiceUser, survivor: ServiceUser, *, superseded: bool = False) -> None:
    duplicate.merge(MANAGER, NOW, survivor, "Twice.", nhs_number_superseded=superseded)


def last(person: ServiceUser) -> Any:
    return person.pending_events[-1]


def links(person: ServiceUser) -> tuple[Any, ...]:
    """What it was merged into, and what was merged into it."""
    return (person.merged_into, *person.duplicates)


def test_each_knows_of_the_other() -> None:
    duplicate, survivor = registered(), registered()
    merged(duplicate, survivor)
    assert links(duplicate) == (survivor.id,)
    assert links(survivor) == (None, duplicate.id)
    with pytest.raises(Merged) as refused:
        duplicate.refuse_merged()
    assert refused.value.members == {"into": str(survivor.id)}
    survivor.refuse_merged()


def test_what_was_merged_before_comes_along_and_goes_again() -> None:
    first, second, third = registered(), registered(), registered()
    merged(first, second)
    merged(second, third)
    assert links(third) == (None, second.id, first.id)
    second.separate(MANAGER, NOW, [third], "Twins.")
    assert links(third) == (None,)
    assert links(second) == (None, first.id)
    assert links(first) == (second.id,)
    merged(second, third)
    first.separate(MANAGER, NOW, [second, third], "Triplets.")
    assert links(second) == (third.id,)
    assert links(third) == (None, second.id)
    first.refuse_merged()


def test_nobody_is_merged_twice_or_into_themselves_or_separated_from_no_one() -> None:
    duplicate, survivor = registered(), registered()
    with pytest.raises(AlreadyMerged):
        merged(duplicate, duplicate)
    merged(duplicate, survivor)
    with pytest.raises(AlreadyMerged):
        merged(duplicate, registered())
    with pytest.raises(NotMerged):
        survivor.separate(MANAGER, NOW, [], "Wrong.")


@pytest.mark.parametrize(
    ("numbers", "differ"),
    [
        ((None, None), False),
        (("9990000018", None), False),
        ((None, "9990000018"), False),
        (("9990000018", "9990000026"), True),
    ],
)
def test_two_numbers_are_two_people_unless_one_was_superseded(
    numbers: tuple[str | None, str | None], differ: bool
) -> None:
    duplicate, survivor = map(registered, numbers)
    if differ:
        with pytest.raises(NhsNumbersDiffer):
            merged(duplicate, survivor)
        assert len(duplicate.pending_events) == len(survivor.pending_events) == 1
    merged(duplicate, survivor, superseded=True)
    assert last(duplicate).nhs_number_superseded is differ


def test_a_restriction_is_set_for_all_registrations() -> None:
    person, other = registered(), registered()
    hidden = Restriction(True, frozenset({"nurse-1"}))
    other.restrict(IG_LEAD, NOW, hidden, "Asked for.")
    person.restrict(IG_LEAD, NOW, hidden, "Asked for.", [other])
    assert person.restriction == other.restriction == hidden
    with pytest.raises(NothingChanged):
        person.restrict(IG_LEAD, NOW, hidden, "Again.", [other])
    person.restrict(IG_LEAD, NOW, Restriction(), "Over.", [other])
    assert person.restriction == other.restriction == Restriction()


def test_who_is_kept_from_one_registration_does_not_decide_on_the_other() -> None:
    person, other = registered(), registered()
    other.restrict(IG_LEAD, NOW, Restriction(excluded=frozenset({"ig-lead-1"})), "My sister.")
    with pytest.raises(NoRelationship):
        person.may_restrict(IG_LEAD, (), [other])
