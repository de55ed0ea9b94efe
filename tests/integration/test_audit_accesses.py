"""Whom events are about, who looked at a record, who could have, and what is alerted to."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from prometheus_client import REGISTRY

from services.audit.projection.people import FACTS_OF_ALL, FACTS_OF_ONE
from shared.contracts.access import AccessOverrideReviewed
from shared.contracts.audit import LedgerQueried
from shared.contracts.referrals import (
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
    RestrictionSet,
)
from shared.contracts.supervision import DutyAssigned, DutyShift
from shared.eventstore.database import Rows
from shared.eventstore.sql import Prepared
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import NoEngagement, NotFound
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, SERVICE_USER
from tests.support.ledger import (
    AUDITOR,
    GRACE,
    IG_LEAD,
    MANAGER,
    OTHER,
    AuditService,
    denied,
    engaged,
    events,
    granted,
    read,
    registered,
    said,
    working,
)

pytestmark = pytest.mark.anyio


async def accesses(audit: AuditService, call: Call = IG_LEAD, **filters: Any) -> Rows:
    found = await audit.application.people.accesses(call, SERVICE_USER, **{"limit": 50, **filters})
    return [row["document"] for row in found.rows]


async def rights(audit: AuditService, call: Call = IG_LEAD, **asked: Any) -> dict[str, list[str]]:
    asked = {"staff_id": None, "as_of": NOW, **asked}
    found = await audit.application.people.access_rights(call, SERVICE_USER, **asked)
    return {each["staff_id"]: [tie.basis for tie in each["ties"]] for each in found["items"]}


async def test_a_list_that_was_read_is_in_the_record_of_everyone_on_it(
    audit: AuditService,
) -> None:
    await audit.arrive(read(SERVICE_USER, OTHER), read(OTHER), read())
    [shared] = await events(audit, service_user_id=str(SERVICE_USER))
    assert shared["service_user_id"] is None
    alone, both = await events(audit, service_user_id=str(OTHER))
    assert both == shared
    assert alone["service_user_id"] == str(OTHER)
    found = await audit.application.questions.timeline(IG_LEAD, OTHER, None, limit=5)
    assert [row["document"] for row in found.rows] == [both, alone]


async def test_denials_are_an_outcome(audit: AuditService) -> None:
    await audit.arrive(read(SERVICE_USER), denied(SERVICE_USER))
    [refused] = await events(audit, outcome="denied")
    assert (refused["type"], refused["service_user_id"]) == ("access-denied", str(SERVICE_USER))
    [shown] = await events(audit, outcome="success")
    assert shown["type"] == "record-read"


async def test_who_looked_why_and_who_was_refused(audit: AuditService) -> None:
    broken = granted(SERVICE_USER)
    override_id = UUID(broken.resource_id)
    asked = LedgerQueried(
        operation="timeline",
        service_user_id=str(SERVICE_USER),
        filters={},
        returned=7,
        engagement_id=new_id(),
    )
    auditor = Actor("auditor-1", "Auditor 1", "auditor")
    await audit.arrive(
        registered(),
        read(SERVICE_USER, OTHER),
        denied(SERVICE_USER),
        broken,
        read(SERVICE_USER, basis="override", purpose="break_glass", override_id=override_id,
             operation="read_note", resource="note/1", returned=1),
        read(OTHER),
        said("audit", asked, SERVICE_USER, by=auditor, team=None),
    )  # fmt: skip
    found = await accesses(audit)
    brief = [(each["operation"], each["outcome"], each["basis"], each["purpose"]) for each in found]
    assert brief == [
        ("timeline", "allowed", "engagement", "audit"),
        ("read_note", "allowed", "override", "break_glass"),
        ("break_glass", "allowed", "override", "break_glass"),
        ("read_note", "denied", None, None),
        ("list_notes", "allowed", "team", "direct_care"),
    ]
    assert [each["break_glass"] for each in found] == [False, True, True, False, False]
    assert found[0]["engagement_id"] == str(asked.engagement_id)
    assert (found[1]["override_id"], found[1]["resource"]) == (str(override_id), "note/1")
    assert found[2]["override_id"] == str(override_id)
    assert found[3]["code"] == "no_relationship"
    assert [each["returned"] for each in found] == [7, 1, None, None, 3]

    async def indexes(**filters: Any) -> list[int]:
        return [each["index"] for each in await accesses(audit, **filters)]

    by_place = [each["index"] for each in found]
    assert await indexes(outcome="denied") == by_place[3:4]
    assert await indexes(basis="override") == by_place[1:3]
    assert await indexes(actor_id="auditor-1") == by_place[:1]
    assert await indexes(until=NOW) == []
    assert await indexes(since=NOW) == by_place
    assert await indexes(limit=2, after=by_place[1:2]) == by_place[2:4]


async def test_accesses_to_somebody_unknown(audit: AuditService) -> None:
    with pytest.raises(NotFound):
        await accesses(audit)


async def test_who_could_see_a_record_then(audit: AuditService) -> None:
    referral, hours = new_id(), timedelta(hours=1)
    allocated = ReferralAllocated(service_user_id=SERVICE_USER, worker_id="str-worker-9")
    transferred = ReferralTransferred(
        service_user_id=SERVICE_USER,
        from_worker_id="str-worker-9",
        worker_id="str-worker-1",
        handover="Words.",
    )
    restriction = RestrictionSet(
        restricted=True, named_staff=("nurse-1",), excluded_staff=("ot-1",), reason="Words."
    )
    rota = DutyAssigned(
        team_id="north-cmht",
        shifts=(DutyShift(staff_id="ot-9", starts_at=NOW - 40 * hours, ends_at=NOW),),
    )
    of_referral: dict[str, Any] = {"by": MANAGER, "resource_id": referral}
    await audit.arrive(
        registered(),
        registered(OTHER, "south-cmht"),
        working("nurse-1"),
        working("str-worker-9", "south-cmht"),
        said("supervision", rota, "north-cmht", at=NOW - 50 * hours, resource_id="north-cmht"),
        said("referrals", allocated, SERVICE_USER, at=NOW - 30 * hours, **of_referral),
        said("referrals", transferred, SERVICE_USER, at=NOW - 20 * hours, **of_referral),
        said("referrals", restriction, SERVICE_USER, by=MANAGER, at=NOW - 10 * hours,
             resource_id=SERVICE_USER),
        granted(SERVICE_USER, Actor("nurse-9", "Nurse 9", "registered_practitioner"),
                NOW - 5 * hours),
        granted(OTHER, NURSE),
    )  # fmt: skip
    before = {"nurse-1": ["team"], "ot-9": ["duty"]}
    assert await rights(audit, as_of=NOW - 25 * hours) == {**before, "str-worker-9": ["caseload"]}
    assert await rights(audit, as_of=NOW - 15 * hours) == {**before, "str-worker-1": ["caseload"]}
    assert await rights(audit) == {"nurse-1": ["named"], "nurse-9": ["override"], "ot-1": []}
    assert await rights(audit, staff_id="str-worker-1") == {"str-worker-1": []}
    assert await rights(audit, staff_id="nurse-1") == {"nurse-1": ["named"]}
    await engaged(audit, teams=("north-cmht",))
    people = audit.application.people
    found = await people.access_rights(AUDITOR, SERVICE_USER, None, NOW)
    assert found["restricted"]
    assert {each["name"] for each in found["items"]} == {None}
    with pytest.raises(NoEngagement):
        await people.access_rights(AUDITOR, OTHER, None, NOW)
    with pytest.raises(NotFound):
        await people.access_rights(AUDITOR, new_id(), None, NOW)


async def test_rights_outlive_their_end_by_the_grace_of_the_services(audit: AuditService) -> None:
    referral = new_id()
    at = NOW - timedelta(hours=9)
    allocated = ReferralAllocated(service_user_id=SERVICE_USER, worker_id="str-worker-1")
    closed = ReferralClosed(
        service_user_id=SERVICE_USER, worker_id="str-worker-1", outcome="moved", summary="Words."
    )
    await audit.arrive(
        registered(),
        said("referrals", allocated, SERVICE_USER, at=at - GRACE, resource_id=referral),
        said("referrals", closed, SERVICE_USER, at=at, resource_id=referral, version=2),
    )
    last = at + GRACE - timedelta.resolution
    assert await rights(audit, as_of=last) == {"str-worker-1": ["caseload"]}
    assert await rights(audit, as_of=at + GRACE) == {}


@pytest.mark.parametrize("query", [FACTS_OF_ALL, FACTS_OF_ONE])
async def test_what_ties_staff_is_found_by_index_whatever_is_asked(
    audit: AuditService, query: Prepared
) -> None:
    """Under a generic plan, which knows no values."""
    names = dict.fromkeys(re.findall(r"%\((\w+)\)s", query.sql))
    places = {name: f"(${number})" for number, name in enumerate(names, start=1)}
    with psycopg.connect(audit.dsn) as connection:
        connection.execute("SET enable_seqscan = off")
        explain = f"EXPLAIN (GENERIC_PLAN) {query.sql % places}"
        plan = [row[0] for row in connection.execute(explain.encode())]
    sought = [line.replace("::text", "") for line in plan if "Index Cond" in line]
    asked = [f"ANY {places['subjects']}"]
    asked += [places["staff_id"]] if "staff_id" in places else []
    for place in asked:
        assert any(f"subject = {place}" in line for line in sought), plan


async def test_alerts_for_the_ig_lead(audit: AuditService) -> None:
    kinds = ("restricted_record_read", "restricted_record_denied", "glass_broken",
             "glass_broken_for_restricted")  # fmt: skip

    def counted() -> list[float]:
        name = "countersign_audit_alerts_total"
        return [REGISTRY.get_sample_value(name, {"kind": kind}) or 0.0 for kind in kinds]

    before = counted()
    await audit.arrive(
        read(SERVICE_USER),
        read(SERVICE_USER, restricted=True),
        denied(SERVICE_USER, restricted=True),
        granted(SERVICE_USER),
        granted(SERVICE_USER, restricted=True),
    )
    governance = audit.application.governance
    alerts = await governance.alerts(IG_LEAD, limit=9)
    found = [row["document"] for row in alerts.rows]
    assert [each["kind"] for each in found] == list(kinds[::-1])
    assert {each["service_user_id"] for each in found} == {str(SERVICE_USER)}
    assert {each["actor"]["name"] for each in found} == {"Nurse 1"}
    assert [each["override_id"] is None for each in found] == [False, False, True, True]
    one = await governance.alerts(IG_LEAD, kind="glass_broken", since=NOW, limit=9)
    assert [row["document"] for row in one.rows] == [found[1]]
    assert (await governance.alerts(IG_LEAD, until=NOW, limit=9)).rows == []
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1.0] * 4


async def test_broken_glass_by_week(audit: AuditService) -> None:
    monday = datetime(2026, 9, 14, tzinfo=UTC)
    north = [granted(SERVICE_USER, at=monday + number * timedelta(weeks=1)) for number in range(8)]
    renewed = granted(SERVICE_USER, at=monday + timedelta(hours=7), renewal=1)
    south = granted(OTHER, at=monday, team="south-cmht")
    judged = AccessOverrideReviewed(outcome="not_justified", reason="Words.")
    override_id = UUID(north[0].resource_id)
    await audit.arrive(
        *north,
        renewed,
        south,
        said("notes", judged, SERVICE_USER, at=monday + timedelta(days=8), team=None,
             resource_id=override_id),
        read(SERVICE_USER, OTHER, at=monday + timedelta(hours=1), override_id=override_id),
        read(SERVICE_USER, at=monday + timedelta(hours=2)),
    )  # fmt: skip
    governance = audit.application.governance

    async def weeks(call: Call = IG_LEAD, team: str | None = None) -> Any:
        return await governance.break_glass(call, team, monday, monday + timedelta(weeks=8))

    found = await weeks()
    first, second = found.weeks[:2]
    assert (first.granted, first.renewals, first.reads, first.reviewed) == (3, 1, 1, 0)
    assert (second.granted, second.reviewed, second.not_justified) == (1, 1, 1)
    assert len(found.weeks) == 8
    assert found.limits
    assert found.limits.centre == 10 / 8
    of_south = await weeks(team="south-cmht")
    assert [week.granted for week in of_south.weeks] == [1] + [0] * 7
    assert {(week.reviewed, week.reads) for week in of_south.weeks} == {(0, 0)}
    await engaged(audit, teams=("south-cmht",))
    assert await weeks(AUDITOR) == of_south
