"""Of several engagements, which covers what."""

import itertools

from shared.kernel.engagement import Scope, Terms, covering
from shared.kernel.ids import new_id

PERSON = "01a00000-0000-7000-8000-000000000001"
TEAM = Terms(new_id(), Scope.agreed(("north-cmht",), ()), identities=False)
NAMED = Terms(new_id(), Scope.agreed((), (PERSON,)), identities=True)
ALL = Terms(new_id(), Scope.agreed((), ()), identities=False)


def test_what_none_covers_is_not_covered() -> None:
    assert covering((), "north-cmht", (PERSON,)) is None
    assert covering((TEAM, NAMED), "south-cmht", ("someone else",)) is None


def test_the_first_that_covers() -> None:
    assert covering((NAMED, TEAM, ALL), "north-cmht", ()) == TEAM
    assert covering((ALL, TEAM), "north-cmht", ()) == ALL


def test_people_are_identified_if_any_that_covers_allows_it() -> None:
    for in_force in itertools.permutations((TEAM, NAMED, ALL)):
        assert covering(in_force, "north-cmht", (PERSON,)) == NAMED
        assert covering(in_force, "north-cmht", ("someone else",)) != NAMED
