"""A deadline that can't be done keeps no other from being done."""

import asyncio

import psycopg
import pytest

from shared.kernel.call import Call
from shared.kernel.clock import SystemClock
from shared.kernel.errors import Unavailable
from shared.platform.deadlines import Deadlines
from tests.support.wait import until

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("error", [Unavailable(), ValueError("of a sealed document")])
async def test_one_that_fails_is_passed_over(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    done = 0

    async def fails(call: Call) -> int:
        raise error

    async def does(call: Call) -> int:
        nonlocal done
        done += 1
        return 0

    deadlines = Deadlines((fails, does), SystemClock())
    running = asyncio.create_task(deadlines.run())
    await until(lambda: done == 1)
    assert not running.done()
    running.cancel()
    failing, doing = deadlines.ages.values()
    assert failing > doing, "only what was completed has been looked for"
    assert [name.rpartition(".")[2] for name in deadlines.ages] == ["fails", "does"]
    assert "sealed document" not in caplog.text, "an error's words may be a person's"


async def test_without_its_database_it_ends_and_the_worker_begins_again() -> None:
    async def fails(call: Call) -> int:
        raise psycopg.OperationalError()

    with pytest.raises(psycopg.OperationalError):
        await Deadlines((fails,), SystemClock()).run()


async def test_nothing_is_done_while_the_store_may_be_behind() -> None:
    done, held = 0, True

    async def does(call: Call) -> int:
        nonlocal done
        done += 1
        return 0

    async def looked() -> bool:
        return looks > 1

    looks = 0

    def is_held() -> bool:
        nonlocal looks
        looks += 1
        return held

    running = asyncio.create_task(Deadlines((does,), SystemClock(), every=0.01, held=is_held).run())
    await until(looked)
    assert done == 0
    held = False
    await until(lambda: done > 0)
    running.cancel()
