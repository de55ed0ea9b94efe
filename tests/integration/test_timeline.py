"""A timeline as of a time is what audit itself answered at that time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.audit import LedgerQueried
from shared.contracts.referrals import ServiceUserMerged, ServiceUserSeparated
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from tests.support.build import NOW
from tests.support.ledger import (
    IG_LEAD,
    MANAGER,
    AuditService,
    Said,
    denied,
    granted,
    read,
    registered,
    said,
)

pytestmark = pytest.mark.anyio
LEAD = Actor("ig-lead-2", "IG lead 2", "ig_lead")
STEP = st.tuples(
    st.sampled_from(("read", "list", "denied", "granted", "asked", "merge", "separate")),
    st.integers(0, 1),
    st.integers(-90, 90),
)


@given(steps=st.lists(STEP, min_size=1, max_size=10))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_a_timeline_as_of_a_time_is_what_was_answered_then(
    audit: AuditService, steps: list[tuple[str, int, int]]
) -> None:
    """Whenever it had happened, and whoever else was this person by then."""
    people, kept = (new_id(), new_id()), []
    await audit.arrive(*(registered(each) for each in people))
    versions = dict.fromkeys(people, 1)
    for what, which, minutes in steps:
        await audit.arrive(happened(what, people, which, minutes, versions))
        kept.append((datetime.now(UTC), [await timeline(audit, each) for each in people]))
    assert kept[-1][1] == [await timeline(audit, each) for each in people]
    for at, answers in kept:
        for person, answer in zip(people, answers, strict=True):
            assert await timeline(audit, person, at) == answer
            assert await timeline(audit, person, at, limit=3) == answer
    before = kept[0][0] - timedelta(hours=1)
    assert await timeline(audit, people[0], before) == []


async def test_who_had_looked_is_told_in_order_and_somebody_unknown_is_not(
    audit: AuditService,
) -> None:
    person = new_id()
    await audit.arrive(registered(person), read(person), denied(person), asked_of(person))
    found = await timeline(audit, person)
    assert [each["type"] for each in found] == [
        "service-user-registered", "record-read", "access-denied", "ledger-queried",
    ]  # fmt: skip
    assert [each["index"] for each in found] == sorted(each["index"] for each in found)
    with pytest.raises(NotFound):
        await timeline(audit, new_id())


def happened(
    what: str, people: tuple[UUID, UUID], which: int, minutes: int, versions: dict[UUID, int]
) -> Said:
    person, other = people[which], people[1 - which]
    at = NOW + timedelta(minutes=minutes)
    match what:
        case "read":
            return read(person, at=at)
        case "list":
            return read(person, other, at=at)
        case "denied":
            return denied(person)
        case "granted":
            return granted(person, at=at)
        case "asked":
            return asked_of(person)
    versions[person] += 1
    payload: Any = ServiceUserSeparated(from_id=other, reason="Words.")
    if what == "merge":
        payload = ServiceUserMerged(into=other, reason="Words.")
    return said(
        "referrals", payload, person, by=MANAGER, at=at, resource_id=person,
        version=versions[person],
    )  # fmt: skip


def asked_of(person: UUID) -> Said:
    payload = LedgerQueried(
        operation="timeline", service_user_id=str(person), filters={}, returned=3
    )
    return said("audit", payload, person, by=LEAD, team=None)


async def timeline(
    audit: AuditService, person: UUID, as_of: datetime | None = None, limit: int = 200
) -> list[Any]:
    """All of it, page after page."""
    found: list[Any] = []
    while True:
        after = [found[-1]["index"]] if found else None
        page = await audit.application.questions.timeline(
            IG_LEAD, person, as_of, limit=limit, after=after
        )
        found += [row["document"] for row in page.rows]
        if not page.more:
            return found
