"""The report: what counts, how it ends, and that nothing secret is in it."""

import json

import pytest

from countersign.doctor.command import code
from countersign.doctor.finding import (
    Finding,
    Placed,
    advised,
    careful,
    demanded,
    fine,
    unseen,
    wrong,
)
from countersign.doctor.printing import printed

WORDS = ("something", "it matters", "do this")


def found(*findings: Finding) -> list[Placed]:
    return [Placed("notes", "settings", each) for each in findings]


@pytest.mark.parametrize(
    ("findings", "here", "in_production"),
    [
        ([fine("all")], 0, 0),
        ([careful(*WORDS), advised(*WORDS)], 0, 0),
        ([unseen(*WORDS)], 2, 2),
        ([unseen(*WORDS), wrong(*WORDS)], 1, 1),
        ([demanded(*WORDS)], 0, 1),
    ],
)
def test_the_exit_code(findings: list[Finding], here: int, in_production: int) -> None:
    assert code(found(*findings), production=False) == here
    assert code(found(*findings), production=True) == in_production


@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_secret_is_said(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    findings = found(wrong("no password=hush-hush-1 there", "why hush-hush-1", "do"))
    printed(["notes"], findings, {"hush-hush-1"}, production=False, as_json=as_json)
    said = capsys.readouterr().out
    assert "hush-hush" not in said
    assert "no password=[secret] there" in said


def test_what_only_production_demands_is_counted_elsewhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = found(demanded(*WORDS), fine("the rest"))
    printed(["notes"], findings, set(), production=False, as_json=False)
    said = capsys.readouterr().out
    assert "something" not in said
    assert "In production 1 more would be said" in said
    printed(["notes"], findings, set(), production=True, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert [each["level"] for each in document["findings"]] == ["wrong", "fine"]
    assert document["findings"][0]["do"] == "do this"
    assert document["not_looked_at"]
