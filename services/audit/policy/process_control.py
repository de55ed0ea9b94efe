"""Statistical process control as NHS *Making Data Count* has it: the XmR chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

FEWEST = 8
"""Points before limits say anything."""
SPREAD = 2.66
"""3 / 1.128: three standard deviations, as the mean moving range of two estimates them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The mean, and how far ordinary variation goes to either side."""

    centre: float
    lower: float
    upper: float


def limits(counts: Sequence[int]) -> Limits | None:
    """The process limits of counts in order of time; None of too few. Counts don't go below 0."""
    if len(counts) < FEWEST:
        return None
    centre = mean(counts)
    reach = SPREAD * mean(abs(after - before) for before, after in pairwise(counts))
    return Limits(centre, max(0.0, centre - reach), centre + reach)
