"""Nobody ever opens their own record, and each look at a restricted one is told (domain, 4)."""

import itertools
from typing import Any

import pytest

from services.audit.application import Audit
from services.audit.policy import alert
from shared.contracts.audit import LedgerQueried
from shared.eventstore.database import Rows
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import Excluded, NoEngagement, NotFound
from shared.kernel.ids import new_id
from tests.support.build import SERVICE_USER
from tests.support.ledger import (
    AUDITOR,
    IG_LEAD,
    OTHER,
    AuditService,
    calling,
    denied,
    engaged,
    events,
    granted,
    read,
    registered,
    restricted,
    said,
)

pytestmark = pytest.mark.anyio
HERSELF = calling("ig-lead-2", "ig_lead")
PERSON = str(SERVICE_USER)


def events_of(app: Audit, call: Call) -> Any:
    return app.questions.events(call, service_user_id=PERSON, limit=9)


def questions_about(app: Audit, call: Call) -> list[Any]:
    """What can be asked about one person."""
    return [
        app.questions.timeline(call, SERVICE_USER, None, limit=9),
        app.people.accesses(call, SERVICE_USER, limit=9),
        app.people.access_rights(call, SERVICE_USER, None, None),
    ]


async def asked(audit: AuditService) -> list[dict[str, Any]]:
    """The questions that audit has put on record, oldest first: what they say."""
    return await audit.recorded("ledger-queried")


@pytest.mark.parametrize(
    "caller", [HERSELF, calling("auditor-1", "auditor")], ids=["ig_lead", "auditor"]
)
async def test_who_is_excluded_from_a_record_asks_audit_nothing_about_it(
    audit: AuditService, caller: Call
) -> None:
    await audit.arrive(registered(), restricted(SERVICE_USER, caller.caller.staff_id))
    await engaged(audit, identities=True)
    app = audit.application
    for question in (events_of(app, caller), *questions_about(app, caller)):
        with pytest.raises(Excluded) as refused:
            await question
        assert (refused.value.subject, refused.value.restricted) == (PERSON, True)
    assert await asked(audit) == []
    for question in (events_of(app, IG_LEAD), *questions_about(app, IG_LEAD)):
        await question


async def test_one_event_is_refused_if_anyone_it_is_about_excludes_the_caller(
    audit: AuditService,
) -> None:
    both = read(SERVICE_USER, OTHER)
    await audit.arrive(restricted(SERVICE_USER, "ig-lead-2"), both, read(OTHER))
    questions = audit.application.questions
    with pytest.raises(Excluded) as refused:
        await questions.event(HERSELF, both.id)
    assert refused.value.subject == PERSON
    assert (await questions.event(IG_LEAD, both.id))["event_id"] == str(both.id)


async def test_lists_leave_out_who_excludes_the_caller_and_pages_stay_full(
    audit: AuditService,
) -> None:
    await audit.arrive(registered(OTHER), restricted(SERVICE_USER, "ig-lead-2"))
    for _ in range(3):
        await audit.arrive(
            read(SERVICE_USER),
            read(OTHER),
            read(SERVICE_USER, OTHER),
            denied(SERVICE_USER),
            granted(SERVICE_USER),
            granted(OTHER),
        )
    app = audit.application

    async def pages(ask: Any, **filters: Any) -> Rows:
        first = await ask(**filters, limit=2)
        assert len(first.rows) == 2
        rest = await ask(**filters, limit=50, after=[first.rows[-1]["index"]])
        return [row["document"] for row in (*first.rows, *rest.rows)]

    async def hers(**filters: Any) -> Any:
        return await app.questions.events(HERSELF, service="notes", **filters)

    async def alerts(**filters: Any) -> Any:
        return await app.governance.alerts(HERSELF, **filters)

    async def accesses(**filters: Any) -> Any:
        return await app.people.accesses(HERSELF, OTHER, **filters)

    assert {each["service_user_id"] for each in await pages(hers)} == {str(OTHER)}
    assert len(await pages(hers)) == 6
    assert [each["service_user_id"] for each in await pages(alerts)] == [str(OTHER)] * 3
    shown = await pages(accesses)
    assert {each["operation"] for each in shown} == {"list_notes", "break_glass"}
    assert len(shown) == 6
    timeline = await app.questions.timeline(HERSELF, OTHER, None, limit=50)
    assert {row["document"]["service_user_id"] for row in timeline.rows} == {str(OTHER)}
    assert len(await events(audit, service="notes")) == 18


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_newest_restriction_counts_in_whatever_order_it_comes(
    audit: AuditService, order: tuple[int, int, int]
) -> None:
    """As when an event was parked, and is applied again after those that followed it."""
    history = [
        restricted(SERVICE_USER, "ig-lead-2", "auditor-1", version=2),
        restricted(SERVICE_USER, version=3),
        restricted(SERVICE_USER, "auditor-1", version=4, restricted=False),
    ]
    for number in order:
        await audit.arrive(history[number])
    await engaged(audit)
    await audit.application.questions.timeline(HERSELF, SERVICE_USER, None, limit=9)
    with pytest.raises(Excluded) as refused:
        await audit.application.questions.timeline(AUDITOR, SERVICE_USER, None, limit=9)
    assert not refused.value.restricted


async def test_a_question_about_a_restricted_person_is_a_look_at_a_restricted_record(
    audit: AuditService,
) -> None:
    await audit.arrive(registered(), registered(OTHER), restricted(SERVICE_USER))
    app = audit.application
    for question in (events_of(app, IG_LEAD), *questions_about(app, IG_LEAD)):
        await question
    [event] = await events(audit, type="restriction-set")
    await app.questions.event(IG_LEAD, event["event_id"])
    named = [each["operation"] for each in await asked(audit) if each["restricted"]]
    assert named == ["events", "timeline", "accesses", "access_rights", "events", "event"]
    await app.questions.timeline(IG_LEAD, OTHER, None, limit=9)
    await app.governance.break_glass(IG_LEAD, None, None, None)
    assert [each["restricted"] for each in (await asked(audit))[-2:]] == [False, False]
    for each in await asked(audit):
        expected = "restricted_record_read" if each["restricted"] else None
        assert alert("ledger-queried", each) == expected


async def test_such_a_question_alerts_when_it_comes_back_to_the_ledger(
    audit: AuditService,
) -> None:
    about: dict[str, Any] = {
        "operation": "timeline",
        "service_user_id": PERSON,
        "filters": {},
        "returned": 1,
    }
    auditor = Actor("auditor-1", "Auditor 1", "auditor")
    for payload in (LedgerQueried(**about, restricted=True), LedgerQueried(**about)):
        await audit.arrive(said("audit", payload, SERVICE_USER, by=auditor, team=None))
    alerts = await audit.application.governance.alerts(IG_LEAD, limit=9)
    [only] = [row["document"] for row in alerts.rows]
    assert (only["kind"], only["service_user_id"]) == ("restricted_record_read", PERSON)


async def test_a_refusal_goes_into_the_record_of_whom_it_was_about(audit: AuditService) -> None:
    mine = read(SERVICE_USER)
    await audit.arrive(registered(), mine, read(SERVICE_USER, OTHER), restricted(SERVICE_USER))
    [both] = [each for each in await events(audit, type="record-read")
              if each["service_user_id"] is None]  # fmt: skip
    app = audit.application

    async def refusals() -> list[tuple[str | None, bool]]:
        found = []
        for question in (
            app.questions.event(AUDITOR, mine.id),
            app.questions.event(AUDITOR, both["event_id"]),
            *questions_about(app, AUDITOR),
        ):
            with pytest.raises(NoEngagement) as refused:
                await question
            found.append((refused.value.subject, refused.value.restricted))
        return found

    theirs = (PERSON, True)
    expected = [theirs, (None, False), theirs, theirs, theirs]
    assert await refusals() == expected, "with no engagement"
    before = await asked(audit)
    await engaged(audit, teams=("east-cmht",))
    assert await refusals() == expected, "with one that covers something else"
    assert await asked(audit) == before, "and nothing of it is on record as if it was allowed"


async def test_a_timeline_that_the_scope_does_not_reach_is_refused_at_any_time_of_it(
    audit: AuditService,
) -> None:
    await audit.arrive(registered())
    await engaged(audit, teams=("east-cmht",))
    questions = audit.application.questions
    for as_of, after in ((AUDITOR.at, None), (None, [0])):
        with pytest.raises(NoEngagement):
            await questions.timeline(AUDITOR, SERVICE_USER, as_of, limit=5, after=after)
    with pytest.raises(NotFound):
        await questions.timeline(AUDITOR, new_id(), None, limit=5)
    assert await asked(audit) == []
