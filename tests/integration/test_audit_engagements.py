"""What auditors see of the record within their engagements."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.audit.domain import NotYourEngagement
from shared.kernel.call import Call
from shared.kernel.errors import IfMatchRequired, NoEngagement
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER
from tests.support.ledger import (
    AUDITOR,
    IG_LEAD,
    OTHER,
    AuditService,
    calling,
    engaged,
    events,
    read,
    registered,
)

pytestmark = pytest.mark.anyio


async def test_an_auditor_without_an_engagement_is_refused(audit: AuditService) -> None:
    await audit.arrive(registered())
    app, one = audit.application, new_id()
    for question in (
        app.questions.events(AUDITOR, limit=2),
        app.questions.event(AUDITOR, one),
        app.questions.timeline(AUDITOR, SERVICE_USER, None, limit=2),
        app.people.accesses(AUDITOR, SERVICE_USER, limit=2),
        app.people.access_rights(AUDITOR, SERVICE_USER, None, None),
        app.governance.break_glass(AUDITOR, None, None, None),
        app.completeness.standings(AUDITOR),
    ):
        with pytest.raises(NoEngagement):
            await question
    assert await events(audit, IG_LEAD), "an IG lead needs none"


async def test_an_engagement_is_in_force_from_its_start_to_its_end(audit: AuditService) -> None:
    engagement = await engaged(audit)
    app = audit.application
    for days, allowed in ((-1, False), (0, True), (29, True), (30, False)):
        asked = app.questions.events(
            calling("auditor-1", "auditor", NOW + timedelta(days=days)), limit=2
        )
        if allowed:
            await asked
        else:
            with pytest.raises(NoEngagement):
                await asked
    with pytest.raises(IfMatchRequired):
        await app.engagements.end(IG_LEAD, engagement, "Done.")
    later = NOW + timedelta(days=2)
    ended = await app.engagements.end(
        calling("ig-lead-1", "ig_lead", later, 1), engagement, "Done."
    )
    assert ended.aggregate.until == later
    with pytest.raises(NoEngagement):
        await app.questions.events(calling("auditor-1", "auditor", later), limit=2)


async def test_auditors_see_their_own_engagements_in_force_or_not(audit: AuditService) -> None:
    engagement, app = await engaged(audit), audit.application

    async def listed(call: Call, auditor: str | None = None, active: bool | None = None) -> Any:
        found = await app.engagements.engagements(call, auditor, active, limit=5)
        return [row["id"] for row in found.rows]

    other = calling("auditor-2", "auditor")
    assert await listed(AUDITOR) == await listed(IG_LEAD, "auditor-1") == [engagement]
    assert await listed(IG_LEAD, "auditor-1", True) == [engagement]
    assert await listed(IG_LEAD, "auditor-1", False) == []
    later = calling("ig-lead-1", "ig_lead", NOW + timedelta(days=40))
    assert await listed(later, None, False) == [engagement]
    assert await listed(other) == []
    with pytest.raises(NotYourEngagement):
        await listed(other, "auditor-1")
    with pytest.raises(NotYourEngagement):
        await app.engagements.engagement(other, engagement)
    assert (await app.engagements.engagement(AUDITOR, engagement))["version"] == 1


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ({}, {SERVICE_USER, OTHER}),
        ({"teams": ("north-cmht",)}, {SERVICE_USER}),
        ({"service_user_ids": (OTHER,)}, {OTHER}),
        ({"teams": ("north-cmht",), "service_user_ids": (OTHER,)}, {SERVICE_USER, OTHER}),
        ({"teams": ("east-cmht",)}, set()),
    ],
)
async def test_a_scope_lets_through_what_it_covers(
    audit: AuditService, scope: dict[str, Any], seen: set[UUID]
) -> None:
    await audit.arrive(registered(), registered(OTHER, "south-cmht"))
    await engaged(audit, **scope)
    found = await events(audit, AUDITOR)
    assert {UUID(each["service_user_id"]) for each in found} == seen
    for person in (SERVICE_USER, OTHER):
        [event] = await events(audit, service_user_id=str(person))
        questions = audit.application.questions
        if person in seen:
            assert (await questions.event(AUDITOR, UUID(event["event_id"])))["index"] >= 0
            assert await questions.timeline(AUDITOR, person, None, limit=5)
        else:
            with pytest.raises(NoEngagement):
                await questions.event(AUDITOR, UUID(event["event_id"]))
            with pytest.raises(NoEngagement):
                await questions.timeline(AUDITOR, person, None, limit=5)
            with pytest.raises(NoEngagement):
                await audit.application.people.accesses(AUDITOR, person, limit=5)


async def test_pages_within_a_scope_are_full_and_follow_one_another(audit: AuditService) -> None:
    people = [SERVICE_USER, OTHER] * 6
    await audit.arrive(*(read(each) for each in people))
    await engaged(audit, service_user_ids=(OTHER,))
    seen: list[int] = []
    for _ in range(3):
        after = seen[-1:] or None
        found = await events(audit, AUDITOR, limit=2, after=after)
        assert [each["service_user_id"] for each in found] == [str(OTHER)] * 2
        seen += [each["index"] for each in found]
    assert seen == sorted(set(seen), reverse=True)
    assert await events(audit, AUDITOR, limit=2, after=seen[-1:]) == []


async def test_without_identities_there_are_ids_but_no_names_or_content(
    audit: AuditService,
) -> None:
    await audit.arrive(registered(), read(SERVICE_USER))

    async def looks() -> list[Any]:
        found = await audit.application.people.accesses(AUDITOR, SERVICE_USER, limit=5)
        return [row["document"] for row in found.rows]

    await engaged(audit)
    for event in await events(audit, AUDITOR):
        assert event["content"] is None
        assert event["content_state"] == "confidential"
        assert event["actor"]["staff_id"] in ("manager-1", "nurse-1")
        assert (event["actor"]["name"], event["actor"]["registration"]) == (None, None)
        assert "Nurse" not in str(event)
    [looked] = await looks()
    assert looked["actor"] == {
        "staff_id": "nurse-1", "name": None, "role": "registered_practitioner"
    }  # fmt: skip
    await engaged(audit, service_user_ids=(SERVICE_USER,), identities=True)
    for event in await events(audit, AUDITOR):
        assert event["content_state"] == "shown"
        assert event["actor"]["name"]
    [looked] = await looks()
    assert looked["actor"]["name"] == "Nurse 1"


async def test_the_question_names_the_engagement_it_was_asked_under(
    audit: AuditService,
) -> None:
    engagement = await engaged(audit)
    await events(audit, AUDITOR)
    with psycopg.connect(audit.dsn) as connection:
        asked = connection.execute(
            "SELECT convert_from(body, 'UTF8')::json -> 'data' ->> 'engagement_id' FROM events "
            "WHERE type = 'countersign.audit.ledger-queried.v1'"
        ).fetchall()
    assert asked == [(str(engagement),)]
