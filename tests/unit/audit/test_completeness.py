"""When the record may be called complete."""

from dataclasses import replace

import pytest

from services.audit.domain import Query
from services.audit.policy import Standing
from shared.kernel.actor import Actor
from tests.support.build import NOW, SERVICE_USER

WHOLE = Standing("notes", 8192, 8192, 0.5, 0, 0, 0)


def test_all_that_was_said_is_held() -> None:
    assert WHOLE.complete
    assert replace(WHOLE, last_position=9000).complete, "we may hold what was recorded since"


@pytest.mark.parametrize(
    "standing",
    [
        replace(WHOLE, last_position=4096),
        replace(WHOLE, head_position=None),
        replace(WHOLE, head_age_seconds=None),
        replace(WHOLE, head_age_seconds=60.0),
        replace(WHOLE, gaps_open=1),
        replace(WHOLE, disagreements_open=1),
    ],
)
def test_what_makes_it_incomplete(standing: Standing) -> None:
    assert not standing.complete


def test_a_filled_gap_is_no_gap() -> None:
    assert replace(WHOLE, gaps_filled=3).complete
    assert replace(WHOLE, disagreements_settled=1).complete
    assert replace(WHOLE, unread=1).complete, "it is held, if not read"


def test_a_query_is_about_the_person_or_else_about_who_asked() -> None:
    auditor = Actor("auditor-1", "Auditor 1", "auditor")
    about = Query.asked(auditor, NOW, "timeline", str(SERVICE_USER), {}, 3)
    assert about.subject == str(SERVICE_USER)
    assert Query.asked(auditor, NOW, "events", None, {}, 0).subject == "auditor-1"
