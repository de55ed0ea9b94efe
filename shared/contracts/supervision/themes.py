"""What supervision was about, so that nobody can be told from it (HB 5.22)."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, MaxLen

from shared.contracts.contract import published
from shared.contracts.vocabulary import Line


@dataclass(frozen=True, kw_only=True)
class Theme:
    """`workers_at_least` is how many workers' records named it, rounded down to a multiple of the
    fewest that may be told of."""

    theme: Line
    workers_at_least: Annotated[int, Ge(5)]


@published("supervision", "supervision-themes", "supervision-themes-released")
@dataclass(frozen=True, kw_only=True)
class SupervisionThemesReleased:
    """A team's themes of a calendar quarter (`2026-Q3`), told once, after it has ended."""

    team_id: str
    quarter: str
    themes: Annotated[tuple[Theme, ...], MaxLen(500)]
