"""The hazard log as a page: `make docs` writes docs/assurance/hazard-log.md from its data.

Hazards are data (docs/assurance/hazards/*.toml), so that a test can see that each control names
code and tests that exist, and that none is ever taken away. What is said of risk is a proposal.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

ASSURANCE = Path(__file__).parents[1] / "docs" / "assurance"
HAZARDS, PAGE = ASSURANCE / "hazards", ASSURANCE / "hazard-log.md"

Severity = Literal["minor", "significant", "considerable", "major", "catastrophic"]
Likelihood = Literal["very_low", "low", "medium", "high", "very_high"]
Status = Literal["open", "transferred", "closed"]
"""As in DCB0129's guidance: the manufacturer has actions left; only the trust has; nobody has."""
SEVERITIES: tuple[Severity, ...] = ("minor", "significant", "considerable", "major", "catastrophic")
MATRIX: dict[Likelihood, tuple[int, ...]] = {
    "very_high": (3, 4, 4, 5, 5),
    "high": (2, 3, 3, 4, 5),
    "medium": (2, 2, 3, 3, 4),
    "low": (1, 2, 2, 3, 4),
    "very_low": (1, 1, 2, 2, 3),
}
"""Risk, 1 to 5, by likelihood and then severity: the matrix of DCB0129's and DCB0160's guidance."""
Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
INTRODUCTION = """# Hazard log

> **Draft for the trust's officers.** Nothing here is approved, and nothing claims conformity to a
> standard. The clinical safety officer decides what is a hazard, how grave it is and whether it is
> acceptable; severity, likelihood and status below are proposals of the product's team.

| Version | Date | Owner | Approved by | Decision |
| --- | --- | --- | --- | --- |
| | | | | |

Written by `make docs` from [hazards/](hazards/), which is what to change. Of each hazard: what it
would do to the service user, causes, the controls that the system has (where in the code, and the
test that shows it), what they leave open, and what the trust has to do. A hazard is closed with a
reason, never removed, and its number is never used again. How risk is scored is in the
[clinical risk management plan](clinical-risk-management-plan.md#risk-matrix).

Initial risk is without the controls listed; residual risk with them, and without what only the
trust can do. What isn't built counts for nothing.
"""


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Risk(Model):
    severity: Severity
    likelihood: Likelihood

    @property
    def score(self) -> int:
        return MATRIX[self.likelihood][SEVERITIES.index(self.severity)]

    def __str__(self) -> str:
        return f"{self.severity}, {self.likelihood.replace('_', ' ')}: **{self.score}**"


class Control(Model):
    """What the system does about it: where, and what shows it."""

    what: Said
    code: tuple[Said, ...]
    tests: tuple[Said, ...]


class Hazard(Model):
    id: Annotated[str, StringConstraints(pattern=r"^HAZ-\d{3}$")]
    title: Said
    hazard: Said
    effect: Said
    causes: tuple[Said, ...]
    control: tuple[Control, ...]
    initial: Risk
    residual: Risk
    status: Status
    owner: Said
    gaps: str
    """What the controls leave open; empty where nothing is known."""
    trust: Said
    closed: str = ""
    """Of a closed one: why, by whom and when."""


class File(Model):
    hazard: tuple[Hazard, ...]


def hazards() -> tuple[Hazard, ...]:
    """All of them, by number. Raises `ValidationError` for one that lacks a field."""
    files = (tomllib.loads(each.read_text()) for each in sorted(HAZARDS.glob("*.toml")))
    found = chain.from_iterable(File.model_validate(each).hazard for each in files)
    return tuple(sorted(found, key=lambda each: each.id))


def page(found: Sequence[Hazard]) -> str:
    parts = [INTRODUCTION, *_summary(found)]
    for each in found:
        parts += _entry(each)
    return "\n".join(parts) + "\n"


def _summary(found: Sequence[Hazard]) -> Iterator[str]:
    yield f"## All {len(found)}\n"
    yield "| | hazard | initial | residual | status | owner |"
    yield "| --- | --- | ---: | ---: | --- | --- |"
    for each in found:
        link = f"[{each.id}](#{anchor(_title(each))})"
        cells = (link, each.title, each.initial.score, each.residual.score, each.status, each.owner)
        yield f"| {' | '.join(map(str, cells))} |"


def _entry(each: Hazard) -> Iterator[str]:
    yield f"\n## {_title(each)}\n"
    yield f"{each.hazard} **Effect:** {each.effect}\n"
    yield f"- **Causes:** {'; '.join(each.causes)}."
    for control in each.control:
        where = ", ".join(f"`{path}`" for path in control.code)
        shown = ", ".join(f"`{test}`" for test in control.tests)
        yield f"- **Control:** {control.what}<br>In {where}.<br>Shown by {shown}."
    yield f"- **Left open:** {each.gaps or 'nothing known.'}"
    yield f"- **For the trust:** {each.trust}"
    yield f"- **Risk:** initial {each.initial}; residual {each.residual}."
    closed = f" {each.closed}" if each.closed else ""
    yield f"- **Status:** {each.status}.{closed} **Owner:** {each.owner}."


def _title(each: Hazard) -> str:
    return f"{each.id}: {each.title}"


def anchor(heading: str) -> str:
    """What a heading is linked by on git hosting."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(page(hazards()))
