"""Decisions by ethnicity (PCREF): how many of each group were accepted, declined, and why."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, get_args

from services.referrals.policy.disclosure import START, Line, hidden
from shared.contracts.referrals import DeclineReason, EthnicCategory, Outcome

Ethnicity = EthnicCategory | Literal["not_recorded"]
Decided = tuple[str, Outcome, DeclineReason | None]
"""Whose ethnicity, which outcome, and for which reason where it has one."""
ETHNICITIES: tuple[str, ...] = (*get_args(EthnicCategory), "not_recorded")
REASONS: Mapping[Outcome, tuple[DeclineReason | None, ...]] = {
    outcome: get_args(DeclineReason) if outcome in ("declined", "redirected") else ()
    for outcome in get_args(Outcome)
}
_END = "end"


def decisions_table(decided: Counter[Decided]) -> dict[str, Any]:
    """The whole table, its totals included, without what would tell of anyone.

    Every group, outcome and reason is there, so that what is left out tells nothing either. A
    referral without the reason that its outcome has is counted with `other`.
    """
    lines = [*_of_groups(decided), *_of_all(decided)]
    away = hidden(lines)
    shown = {
        line.key: {"count": None, "suppressed": True}
        if line.key in away
        else {"count": line.count, "suppressed": False}
        for line in lines
    }

    def outcomes(*whose: str) -> list[dict[str, Any]]:
        return [
            {
                "outcome": outcome,
                **shown[*whose, outcome],
                "reasons": [
                    {"reason_code": reason, **shown[*whose, outcome, reason]} for reason in reasons
                ],
            }
            for outcome, reasons in REASONS.items()
        ]

    return {
        "total": shown["total",],
        "outcomes": outcomes("all"),
        "ethnicities": [
            {"ethnicity": group, **shown["of", group], "outcomes": outcomes("of", group)}
            for group in ETHNICITIES
        ],
    }


def _of_groups(decided: Counter[Decided]) -> list[Line]:
    """From the start to each group, from there to its outcomes, from there to their reasons."""
    lines = []
    for group in ETHNICITIES:
        of_group = 0
        for outcome, reasons in REASONS.items():
            counts = {r: decided[group, outcome, r] for r in reasons or (None,)}
            if reasons:
                counts["other"] += decided[group, outcome, None]
            number = sum(counts.values())
            of_group += number
            place = ("of", group, outcome)
            if not reasons:
                lines.append(Line(place, ("of", group), ("all", outcome), number))
                continue
            lines.append(Line(place, ("of", group), place, number, total=True))
            lines += [
                Line((*place, reason), place, ("all", outcome, reason), counts[reason])
                for reason in reasons
            ]
        lines.append(Line(("of", group), START, ("of", group), of_group, total=True))
    return lines


def _of_all(decided: Counter[Decided]) -> list[Line]:
    """From each reason to its outcome, from there to the end, and from the end to the start."""
    lines = []
    for outcome, reasons in REASONS.items():
        counts = Counter(dict.fromkeys(reasons, 0))
        number = 0
        for (_, of, reason), count in decided.items():
            if of == outcome:
                number += count
                counts[reason or "other"] += count
        place = ("all", outcome)
        lines.append(Line(place, place, _END, number, total=True))
        lines += [
            Line((*place, reason), (*place, reason), place, counts[reason], total=True)
            for reason in reasons
        ]
    lines.append(Line(("total",), _END, START, sum(decided.values()), total=True))
    return lines
