"""Unmet needs counted by need and why, for each team by itself, small numbers left out."""

from collections import Counter
from typing import Any, Literal, get_args

from services.referrals.policy.disclosure import START, Line, hidden
from shared.contracts.referrals import UnmetReason
from shared.contracts.vocabulary import Need

Met = Literal["unmet", "met"]
Unmet = tuple[Need, UnmetReason, Met]
"""Which need, why nothing met it at first, and whether something has by now."""
NEEDS: tuple[Need, ...] = get_args(Need)
WHYS: tuple[UnmetReason, ...] = get_args(UnmetReason)
_TOTAL, _END = "total", "end"


def unmet_table(counted: Counter[Unmet]) -> dict[str, Any]:
    """One team's table: every need and why is there, so that what is left out tells nothing.

    No sum over teams is given: it would tell of one what that team's table hides.
    """
    unmet, met = _shown(counted, "unmet"), _shown(counted, "met")
    return {
        "unmet": unmet[_TOTAL],
        "met": met[_TOTAL],
        "items": [
            {"need": need, "why": why, "unmet": unmet[need, why], "met": met[need, why]}
            for need in NEEDS
            for why in WHYS
        ],
    }


def _shown(counted: Counter[Unmet], met: Met) -> dict[Any, dict[str, Any]]:
    """Every number of the table of what is met, or of what isn't, with its total."""
    cells = {(need, why): counted[need, why, met] for need in NEEDS for why in WHYS}
    lines = [Line(key, START, _END, number) for key, number in cells.items()]
    lines.append(Line(_TOTAL, _END, START, sum(cells.values()), total=True))
    away = hidden(lines)
    return {
        line.key: {"count": None, "suppressed": True}
        if line.key in away
        else {"count": line.count, "suppressed": False}
        for line in lines
    }
