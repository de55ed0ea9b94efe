"""What can't be done now keeps nothing else that is due from being done."""

from typing import Any

import pytest

from shared.kernel.errors import Unavailable
from shared.platform.deadlines import each_due

pytestmark = pytest.mark.anyio
AT_ONCE = 3


class Due:
    """So many things that are due; some can't be done, some were done by another leader."""

    def __init__(self, many: int, stuck: set[int], lost: set[int]) -> None:
        self.left = list(range(many))
        self.stuck, self.lost = stuck, lost
        self.tried: list[int] = []

    async def page(self, passed: int) -> list[dict[str, Any]]:
        return [{"number": each} for each in self.left[passed : passed + AT_ONCE]]

    async def act(self, number: int) -> bool:
        self.tried.append(number)
        if number in self.stuck:
            raise Unavailable("The key isn't here yet.")
        if number in self.lost:
            return False
        self.left.remove(number)
        return True


async def test_the_first_page_can_all_be_stuck() -> None:
    due = Due(20, stuck={0, 1, 2, 3, 9}, lost={4})
    assert await each_due(due.page, due.act) == 14
    assert due.left == [0, 1, 2, 3, 4, 9]
    assert sorted(due.tried) == list(range(20)), "each once"


async def test_what_is_left_is_said() -> None:
    due = Due(5, stuck={0, 4}, lost=set())
    assert await each_due(due.page, due.act) == 3
    with pytest.raises(Unavailable, match="isn't here"):
        await each_due(due.page, due.act)


async def test_nothing_is_due() -> None:
    due = Due(2, stuck=set(), lost={0, 1})
    assert await each_due(due.page, due.act) == 0
