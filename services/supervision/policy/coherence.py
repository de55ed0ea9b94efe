"""Rules that depend on each other: what no policy may say, whatever else it says."""

from collections.abc import Iterator

from shared.contracts.supervision import SupervisionRules


def contradictions(rules: SupervisionRules) -> tuple[str, ...]:
    """What doesn't fit together, each in words that name the rule."""
    return tuple(_contradictions(rules))


def _contradictions(rules: SupervisionRules) -> Iterator[str]:
    if len({each.kind for each in rules.kinds}) < len(rules.kinds):
        yield "kinds names a kind twice"
    if len({each.course for each in rules.pathway}) < len(rules.pathway):
        yield "pathway names a course twice"
