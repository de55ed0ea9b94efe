"""What auditors see of people with several registrations, now and as of then."""

from uuid import UUID

import pytest

from shared.kernel.call import Call
from shared.kernel.errors import Excluded, NoEngagement
from tests.support.build import NOW, SERVICE_USER
from tests.support.ledger import (
    AUDITOR,
    IG_LEAD,
    OTHER,
    AuditService,
    engaged,
    events,
    read,
    registered,
    restricted,
    working,
)
from tests.support.merging import HOUR, merged, separated

pytestmark = pytest.mark.anyio
THIRD = UUID("01a00000-0000-7000-8000-000000000003")


async def told(audit: AuditService, person: UUID, hours: int = 0) -> set[str]:
    found = await audit.application.people.access_rights(IG_LEAD, person, None, NOW + hours * HOUR)
    return {each["staff_id"] for each in found["items"] if each["ties"]}


async def looked(audit: AuditService, person: UUID, call: Call = IG_LEAD) -> int:
    return len((await audit.application.people.accesses(call, person, limit=50)).rows)


async def test_rights_are_those_of_who_was_one_person_then(audit: AuditService) -> None:
    await audit.arrive(
        registered(),
        registered(OTHER, "south-cmht"),
        registered(THIRD, "west-cmht"),
        working("nurse-1"),
        working("nurse-9", "south-cmht"),
        working("nurse-7", "west-cmht"),
        separated(OTHER, SERVICE_USER),
        merged(OTHER, SERVICE_USER),
        merged(THIRD, OTHER, hours=-4),
    )
    alone = {SERVICE_USER: {"nurse-1"}, OTHER: {"nurse-9"}, THIRD: {"nurse-7"}}
    for person, who in alone.items():
        assert await told(audit, person, -6) == who
    for person in (SERVICE_USER, OTHER):
        assert await told(audit, person, -5) == {"nurse-1", "nurse-9"}
        assert await told(audit, person, -4) == {"nurse-1", "nurse-9", "nurse-7"}
    assert await told(audit, SERVICE_USER) == {"nurse-1"}
    assert await told(audit, THIRD) == await told(audit, OTHER) == {"nurse-9", "nurse-7"}


async def test_a_look_at_both_is_one_look_at_the_person(audit: AuditService) -> None:
    await audit.arrive(registered(), registered(OTHER))
    await audit.arrive(read(SERVICE_USER), read(OTHER), read(SERVICE_USER, OTHER))
    assert [await looked(audit, each) for each in (SERVICE_USER, OTHER)] == [2, 2]
    await audit.arrive(merged(OTHER, SERVICE_USER))
    assert [await looked(audit, each) for each in (SERVICE_USER, OTHER)] == [3, 3]
    asked = await audit.recorded("ledger-queried")
    assert set(asked[-1]["service_user_ids"]) == {str(SERVICE_USER), str(OTHER)}
    assert asked[0]["service_user_ids"] == []


async def test_who_is_excluded_from_one_is_excluded_from_both(audit: AuditService) -> None:
    await audit.arrive(
        registered(), registered(OTHER), read(OTHER),
        restricted(SERVICE_USER, "ig-lead-1", restricted=True),
    )  # fmt: skip
    assert await looked(audit, OTHER) == 1
    assert not (await audit.recorded("ledger-queried"))[-1]["restricted"]
    await audit.arrive(merged(OTHER, SERVICE_USER))
    with pytest.raises(Excluded):
        await looked(audit, OTHER)
    assert await events(audit) == []
    await audit.arrive(separated(OTHER, SERVICE_USER))
    assert await looked(audit, OTHER) == 1


async def test_an_engagement_for_one_covers_the_person(audit: AuditService) -> None:
    await audit.arrive(registered(), registered(OTHER), registered(THIRD))
    await engaged(audit, service_user_ids=(OTHER,))
    with pytest.raises(NoEngagement):
        await looked(audit, SERVICE_USER, AUDITOR)
    await audit.arrive(merged(OTHER, SERVICE_USER))
    assert await looked(audit, SERVICE_USER, AUDITOR) == 0
    found = await audit.application.questions.timeline(AUDITOR, SERVICE_USER, None, limit=9)
    assert len(found.rows) == 3
    with pytest.raises(NoEngagement):
        await looked(audit, THIRD, AUDITOR)
