"""The worker is killed while deadlines pass: each is said once, whatever was lost in between."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from deploy.local.processes import wait_until
from tests.support.client import Client
from tests.support.moving import Apart, MovableClock, moving_stack
from tests.support.stack import introduce_team

NOTES, CONCERNS, KILLS = 300, 12, 6
"""More notes than the worker takes at once, so that a kill falls between its batches."""
Moving = tuple[Client, MovableClock, Apart]


@pytest.fixture(scope="module")
def moving() -> Iterator[Moving]:
    with moving_stack(apart="notes") as (client, clock, worker):
        assert worker
        worker.start()
        introduce_team(client)
        yield client, clock, worker


def said(client: Client, type: str) -> list[dict[str, Any]]:
    path = f"/v1/audit/events?type={type}&limit=200"
    return client.every("audit", path, "auditor-1")


def more_than(client: Client, type: str, number: int) -> bool:
    return len(said(client, type)) > number


def steps(client: Client) -> Counter[tuple[str, int]]:
    """Which step of which concern's escalation was said how often."""
    return Counter(
        (item["resource"]["id"], item["content"]["step"])
        for item in said(client, "concern-escalated")
    )


def killed_meanwhile(worker: Apart, client: Client, type: str, expected: int) -> None:
    """Kill the worker whenever it has said something more, until all is said."""
    for _ in range(KILLS):
        before = len(said(client, type))
        worker.start()
        wait_until(partial(more_than, client, type, min(before, expected - 1)), 60, type)
        worker.kill()
    worker.start()
    wait_until(lambda: len(said(client, type)) >= expected, 60, type)


def test_each_deadline_is_said_once_whatever_is_killed(moving: Moving) -> None:
    client, clock, worker = moving
    people = [client.service_user(care_coordinator_id="coordinator-1") for _ in range(CONCERNS)]
    with ThreadPoolExecutor(8) as writers:
        made = writers.map(lambda number: client.note(people[number % CONCERNS]), range(NOTES))
        notes = [each.body["id"] for each in made]
    concerns = [client.concern(person, urgency="urgent").body["id"] for person in people]
    assert said(client, "countersignature-overdue") == []
    worker.kill()
    with clock.moved(days=9):
        killed_meanwhile(worker, client, "countersignature-overdue", NOTES)
        overdue = Counter(
            item["resource"]["id"] for item in said(client, "countersignature-overdue")
        )
        assert overdue == Counter(notes)
        # The clock comes to these when it has said the others.
        wait_until(partial(more_than, client, "concern-escalated", CONCERNS - 1), 60, "steps")
        assert steps(client) == Counter((each, 0) for each in concerns)
        worker.kill()
        with clock.moved(hours=2):
            killed_meanwhile(worker, client, "concern-escalated", 2 * CONCERNS)
            assert steps(client) == Counter((each, step) for each in concerns for step in (0, 1))
