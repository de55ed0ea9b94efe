"""What becomes of an export, step by step; and how its fetching is told of many people."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.audit.domain import Download, Export, ExportOver, State
from shared.contracts.audit import ExportRequested, ExportStated
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

BY = Actor("ig-lead-1", "IG lead 1", "ig_lead")
CLOCK = Actor("countersign", "Countersign", "system")


def requested(person: UUID | None = SERVICE_USER) -> Export:
    asked = ExportRequested(
        kind="person" if person else "period", purpose="audit", service_user_id=person,
        service_user_ids=(), note_id=None, since=None, until=None, engagement_id=None,
    )  # fmt: skip
    return Export.request(BY, NOW, new_id(), asked)


def statement(export: Export) -> ExportStated:
    return ExportStated(
        export_id=export.id, kind=export.of, purpose="audit", requested_by=BY.staff_id,
        service_user_id=export.service_user_id, note_id=None, since=None, until=None, people=(),
        resources=(), first_index=None, last_index=None, trees=(), entries=0, unread=0,
        entries_sha256="ab" * 32, files=(), engagement_ids=(),
    )  # fmt: skip


def steps(export: Export) -> dict[str, Any]:
    until = NOW + timedelta(hours=24)
    return {
        "stated": lambda: export.state_complete(CLOCK, NOW, statement(export)),
        "completed": lambda: export.complete(CLOCK, NOW, "ab" * 32, 9, until),
        "failed": lambda: export.fail(CLOCK, NOW, "not_made"),
        "over": lambda: export.end(CLOCK, NOW, "time_over"),
        "cancelled": lambda: export.end(BY, NOW, "cancelled"),
    }


@pytest.mark.parametrize(
    ("taken", "state", "refused"),
    [
        ((), State.QUEUED, {"completed"}),
        (("stated",), State.RUNNING, {"stated"}),
        (("stated", "completed"), State.READY, {"stated", "completed", "failed"}),
        (("failed",), State.FAILED, {"stated", "completed", "failed", "over", "cancelled"}),
        (("cancelled",), State.CANCELLED, {"stated", "completed", "failed", "over", "cancelled"}),
        (("stated", "completed", "over"), State.EXPIRED,
         {"stated", "completed", "failed", "over", "cancelled"}),
    ],
)  # fmt: skip
def test_each_step_is_taken_once_and_in_order(
    taken: tuple[str, ...], state: State, refused: set[str]
) -> None:
    def brought() -> Export:
        export = requested()
        for step in taken:
            steps(export)[step]()
        return export

    assert brought().state == state
    assert brought().version == 1 + len(taken)
    for step in steps(requested()):
        export = brought()
        if step in refused:
            with pytest.raises(ExportOver):
                steps(export)[step]()
        else:
            steps(export)[step]()


def test_it_is_about_the_person_or_else_about_who_asked() -> None:
    assert requested().subject == str(SERVICE_USER)
    assert requested(None).subject == "ig-lead-1"


@pytest.mark.parametrize(
    ("people", "parts"), [(0, [0]), (1, [1]), (200, [200]), (401, [200, 200, 1])]
)
def test_a_fetching_that_shows_many_people_is_told_of_each(people: int, parts: list[int]) -> None:
    whom = tuple(new_id() for _ in range(people))
    export = new_id()
    found = Download.of(
        export, BY, datetime.now(NOW.tzinfo), whom, kind="period", service_user_id=None,
        note_id=None, returned=9, engagement_id=None, restricted=False,
    )  # fmt: skip
    told = [vars(next(iter(each.pending_events)))["service_user_ids"] for each in found]
    assert [len(each) for each in told] == parts
    assert tuple(one for each in told for one in each) == whom
    assert {each.resource_id for each in found} == {str(export)}
    assert {each.subject for each in found} == {"ig-lead-1"}
