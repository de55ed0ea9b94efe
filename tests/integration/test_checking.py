"""What services hold is compared with the ledger; where they differ is found, told and kept."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic_core import from_json

from services.audit.application.findings import Findings
from services.audit.projection import Compared, rows
from shared.contracts.system import StoreRestored
from shared.eventstore.cloudevents import Message
from shared.kernel.ids import new_id
from shared.platform.deadlines import clock_call
from tests.support.build import NOW
from tests.support.comparing import EVERY, Ledgered, answering, ledgered
from tests.support.engines import Engines
from tests.support.keeping import commands
from tests.support.ledger import MANAGER, said

pytestmark = pytest.mark.anyio
CHANGED = "UPDATE events SET body = %s WHERE position = %s"
REMOVED = "DELETE FROM events WHERE position = %s"
SLIPPED_IN = """
INSERT INTO events (position, event_id, stream_id, version, type, body)
SELECT position + 1, gen_random_uuid(), gen_random_uuid(), 1, type, body
FROM events WHERE position = %s
"""
SOON = NOW + timedelta(seconds=10)


async def _followed(each: Ledgered, count: int = 6) -> list[int]:
    positions = await each.record(count)
    await each.follow()
    return positions


async def test_nothing_differs(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        await each.check()
        check = await Compared(each.database).check("referrals")
        assert check is not None
        assert check.checked_to == positions[-1]
        assert check.goes_on, "it has not seen yet that nothing follows"
        await each.check()
        assert not (await Compared(each.database).checks())["referrals"].goes_on
        assert each.found() == []


async def test_bytes_that_were_changed(engines: Engines, monkeypatch: Any) -> None:
    monkeypatch.setattr("services.audit.application.checking.AT_ONCE", 2)
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        [(body,)] = each.rows("SELECT body FROM ledger WHERE index = 3")
        each.as_superuser(CHANGED, body.replace(b"north", b"south"), positions[3])
        for _ in range(3):
            await each.check()
        assert each.found() == [("digest", positions[3], True)]
        assert each.rows("SELECT body FROM disagreements") == [(body.replace(b"north", b"south"),)]
        assert each.positions() == positions, "the ledger keeps what was published"

        await each.check_again(NOW)
        assert each.found() == [("digest", positions[3], True)]
        each.as_superuser(CHANGED, body, positions[3])
        await each.check_again(NOW)
        assert each.found() == [("digest", positions[3], True)], "every ten seconds"
        await each.check_again(SOON)
        assert each.found() == [("digest", positions[3], False)], "it stays on record"


async def test_changed_after_it_was_compared(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        await each.check()
        await each.check()
        each.as_superuser(REMOVED, positions[0])
        await each.check(NOW + EVERY / 2)
        assert each.found() == []
        await each.check(NOW + EVERY)
        assert each.found() == [("missing", positions[0], True)]


async def test_what_is_no_longer_there(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        each.as_superuser(REMOVED, positions[1])
        each.as_superuser(REMOVED, positions[5])
        await each.check()
        assert each.found() == [("missing", positions[1], True), ("missing", positions[5], True)]
        assert (await each.disagreements.how_many()) == {"referrals": (2, 0)}
        page = await each.disagreements.page(limit=1, order="asc", open=True)
        [row] = page.rows
        assert page.more
        assert row["document"]["held_digest"]
        assert row["document"]["said_digest"] is None


async def test_what_its_service_says_it_lost_is_not_missing(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        each.as_superuser(REMOVED, positions[4])
        each.as_superuser(REMOVED, positions[5])
        await each.check()
        assert [found[0] for found in each.found()] == ["missing", "missing"]
        facts = {"base": 0, "repositioned": 0}
        payload = StoreRestored(tail_position=positions[5], common_position=positions[3], **facts)
        event = said("referrals", payload, str(new_id()), by=MANAGER, team=None)
        await _publish(each, event, positions[5])
        await each.check_again()
        assert [found[2] for found in each.found()] == [False, False]


async def _publish(each: Ledgered, event: Any, previous: int) -> None:
    """An event of the producer's own, as the ledger has it."""
    body = event.body(None)
    type_ = from_json(body)["type"]
    message = Message(0, previous + 1, previous, str(event.id), type_, body, None)
    await each.late.append("referrals", [message])  # type: ignore[list-item]


async def test_what_was_slipped_in(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        each.as_superuser(SLIPPED_IN, positions[2])
        await each.check()
        assert each.found() == [("unpublished", positions[2] + 1, True)]
        assert each.positions() == [*positions, positions[2] + 1], "never skipped"
        previous = each.rows("SELECT previous FROM ledger ORDER BY index DESC LIMIT 1")
        assert previous == [(positions[2],)], "as its service says now: two follow the same"


async def test_an_open_gap_is_no_disagreement(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(6)
        await each.lose(positions[2])
        await each.follow()
        await each.check()
        assert each.found() == []
        assert await each.fill() == 1
        await each.check(NOW + EVERY)
        assert each.found() == []


async def test_a_fork_is_settled_by_the_services_own_store(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await _followed(each)
        forged = Message(9, positions[2], positions[1], str(new_id()), "a.b.c", b"{}", None)
        await each.late.append("referrals", [forged])  # type: ignore[list-item]
        assert each.found() == [("fork", positions[2], True)]
        await each.check()
        assert each.found() == [("fork", positions[2], False)]
        await each.late.append("referrals", [forged])  # type: ignore[list-item]
        assert each.found() == [("fork", positions[2], True)], "it came again"


async def test_nobody_answers(engines: Engines) -> None:
    async with ledgered(engines) as each:
        await _followed(each)
        await each.check()
        check = await Compared(each.database).check("referrals")
        assert check is None, "the round waits"


async def test_each_finding_is_on_record_once(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(6)
        await each.lose(positions[2])
        await each.follow()
        each.as_superuser(REMOVED, positions[4])
        await each.check()
        async with each.audit.opened() as opened:
            findings = Findings(each.database, commands(opened, rows))
            assert await findings.announce(clock_call(NOW)) == 2
            assert findings.checks() == {"record": "gaps: 1, disagreements: 1"}
            assert await findings.announce(clock_call(NOW)) == 0
            again = Findings(each.database, commands(opened, rows))
            each.as_owner("UPDATE disagreements SET announced_at = NULL")
            assert await again.announce(clock_call(NOW)) == 1, "a leader that died in between"
        told = each.rows("SELECT convert_from(body, 'UTF8')::json -> 'data' FROM events")
        assert sorted(each[0]["finding"] for each in told) == ["gap", "missing"]
