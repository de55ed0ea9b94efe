"""What the clock does: deadlines that pass, noticed by the worker that leads.

Everything about them is in the database, so whoever leads next goes on where the last one stopped.
Each thing that comes due is the first event of a stream whose id follows from it, so it happens
once, however often it is tried (ADR 13).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from shared.eventstore.leader import stop_if_cancelled
from shared.kernel.call import Call, Caller
from shared.kernel.clock import Clock
from shared.kernel.errors import Refusal
from shared.kernel.operation import ANYONE, Operation

LOOK_EVERY = 1.0
"""Seconds between looks: how late a deadline may be noticed."""
SYSTEM = "system"
"""The role in which the clock acts. No token gives it."""
BY_THE_CLOCK = Operation("by_the_clock", ("Task", "u"), {SYSTEM: ANYONE})
_CLOCK = Caller("countersign", "Countersign", frozenset({SYSTEM}), frozenset())

Deadline = Callable[[Call], Awaitable[int]]
"""Does some of what is due at `call.at`, and says how much it did: 0 when nothing is left."""
log = logging.getLogger(__name__)


def clock_call(at: datetime) -> Call:
    """A call that nobody made: the system's own, at a moment."""
    return Call(operation=BY_THE_CLOCK, caller=_CLOCK, role=SYSTEM, at=at)


class Deadlines:
    """Looks, about every second, for what is due; not while `held` says that it is to wait."""

    def __init__(
        self,
        deadlines: Sequence[Deadline],
        clock: Clock,
        every: float = LOOK_EVERY,
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._every = every
        self._held = held
        self._deadlines = deadlines
        self._clock = clock
        self._looked_at = {_named(each): time.monotonic() for each in deadlines}

    @property
    def ages(self) -> Mapping[str, float]:
        """Seconds since all that was due was last done, or since this began.

        Named by the method that does it, so that none is ever someone's.
        """
        now = time.monotonic()
        return {name: now - at for name, at in self._looked_at.items()}

    async def run(self) -> None:
        """Until cancelled. A deadline that is refused for now is tried again at the next look."""
        while True:
            for deadline in self._deadlines:
                # A store that was set back would have done again what had been done.
                if not self._held():
                    await self._pass(deadline)
            stop_if_cancelled()
            await asyncio.sleep(self._every)

    async def _pass(self, deadline: Deadline) -> None:
        call = clock_call(self._clock.now())
        try:
            while await deadline(call):
                stop_if_cancelled()
            self._looked_at[_named(deadline)] = time.monotonic()
        except Refusal as refusal:
            log.warning("a deadline has to wait: %s", refusal.code)
        except psycopg.Error:
            raise
        except Exception as error:  # one that can't be done must not keep the others from it
            log.error("a deadline failed: %s", type(error).__name__)


async def each_due(
    page: Callable[[int], Awaitable[Sequence[dict[str, Any]]]],
    act: Callable[..., Awaitable[bool]],
) -> int:
    """Do all that is due, a page at a time, and say how much that was.

    `page` gives what is due behind the first so many, the longest due first; `act` does one, and
    says whether it was still to be done. What can't be done now doesn't keep those after it
    waiting: they are passed over, and when all were tried the first of their errors is raised.
    """
    done, passed, errors = 0, 0, list[BaseException]()
    while found := await page(passed):
        for result in await asyncio.gather(
            *(act(**each) for each in found), return_exceptions=True
        ):
            if isinstance(result, BaseException):
                errors.append(result)
            done += result is True
            passed += result is not True
        stop_if_cancelled()
    if errors and not done:
        raise next((each for each in errors if isinstance(each, psycopg.Error)), errors[0])
    return done


def _named(deadline: Deadline) -> str:
    name: str = getattr(deadline, "__qualname__", type(deadline).__name__)
    return name
