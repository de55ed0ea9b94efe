"""The assurance drafts: no hazard is lost, each control can be looked up, every page is a draft."""

from pathlib import Path

import pytest

from countersign.hazards import (
    ASSURANCE,
    MATRIX,
    PAGE,
    SEVERITIES,
    Hazard,
    Risk,
    hazards,
    page,
)
from tests.support.documentation import is_a_path, is_a_test

NUMBERED = tuple(f"HAZ-{number:03}" for number in range(1, 50))
"""Every hazard there ever was. One is added here and there; none is taken away, at most closed."""
DRAFT = "> **Draft for the trust's officers.**"
TO_FILL_IN = (
    "| Version | Date | Owner | Approved by | Decision |\n| --- | --- | --- | --- | --- |\n| | "
)
EACH = pytest.mark.parametrize("hazard", hazards(), ids=lambda hazard: hazard.id)


def test_no_hazard_is_lost_or_numbered_twice() -> None:
    assert tuple(each.id for each in hazards()) == NUMBERED


@EACH
def test_each_control_is_where_it_says_and_has_a_test_that_shows_it(hazard: Hazard) -> None:
    assert hazard.control, "a hazard without any control belongs to whoever can build one"
    for control in hazard.control:
        assert control.code, control.what
        assert control.tests, control.what
        assert [each for each in control.code if not is_a_path(each)] == []
        assert [each for each in control.tests if not is_a_test(each)] == []


@EACH
def test_controls_add_no_risk_and_what_is_grave_is_not_closed(hazard: Hazard) -> None:
    assert hazard.residual.score <= hazard.initial.score
    assert SEVERITIES.index(hazard.residual.severity) <= SEVERITIES.index(hazard.initial.severity)
    if hazard.residual.score >= 3:
        assert hazard.status != "closed"
        assert hazard.gaps, "what keeps it from being lower"
    assert (hazard.status == "closed") == bool(hazard.closed), "closed with why, by whom and when"


@pytest.mark.parametrize(
    ("likelihood", "scores"),
    [
        ("very_high", [3, 4, 4, 5, 5]),
        ("high", [2, 3, 3, 4, 5]),
        ("medium", [2, 2, 3, 3, 4]),
        ("low", [1, 2, 2, 3, 4]),
        ("very_low", [1, 1, 2, 2, 3]),
    ],
)
def test_risk_is_looked_up_in_the_matrix_and_the_plan_shows_it(
    likelihood: str, scores: list[int]
) -> None:
    of = {"likelihood": likelihood}
    found = [Risk.model_validate({**of, "severity": each}) for each in SEVERITIES]
    assert [each.score for each in found] == scores
    row = f"| {likelihood.replace('_', ' ')} | {' | '.join(map(str, scores))} |"
    assert row in (ASSURANCE / "clinical-risk-management-plan.md").read_text()
    assert len(MATRIX) == 5


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(hazards()), f"{PAGE.name} is out of date: run make docs"


@pytest.mark.parametrize("draft", sorted(ASSURANCE.glob("*.md")), ids=lambda each: each.name)
def test_every_page_is_a_draft_that_the_trust_has_yet_to_decide_on(draft: Path) -> None:
    text = draft.read_text()
    assert DRAFT in text
    if draft.name != "README.md":
        assert TO_FILL_IN in text
        assert f"({draft.name})" in (ASSURANCE / "README.md").read_text(), "the index has it"
