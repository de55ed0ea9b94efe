"""Rules that depend on each other: what no policy may say, whatever else it says."""

from collections.abc import Iterator

from shared.contracts.notes import RecordKeepingRules
from shared.contracts.vocabulary import slug

UNREPEATED = (
    "countersign_when", "countersign_bases", "countersign_bodies", "escalate_to", "escalate_named",
)  # fmt: skip


UNDELEGATED = ("mental_health_act", "care_coordination")
"""HB 5.15 and 5.18: an STR worker contributes, or is outside the role."""


def contradictions(rules: RecordKeepingRules) -> tuple[str, ...]:
    """What doesn't fit together, each in words that name the rule."""
    return tuple(_contradictions(rules))


def _contradictions(rules: RecordKeepingRules) -> Iterator[str]:
    for name in UNREPEATED:
        if len(set(getattr(rules, name))) < len(getattr(rules, name)):
            yield f"{name} names something twice"
    if rules.acknowledge_urgent_hours > rules.acknowledge_hours:
        yield "acknowledge_urgent_hours is no longer than acknowledge_hours"
    if "named" in rules.escalate_to and not rules.escalate_named:
        yield "escalate_to has `named`, so escalate_named says who"
    tasks = [(each.boundary, slug(each.task)) for each in rules.delegated_tasks]
    if len(set(tasks)) < len(tasks):
        yield "delegated_tasks names a task twice"
    for each in rules.delegated_tasks:
        if each.boundary in UNDELEGATED:
            yield f"delegated_tasks: nothing of {each.boundary} can be delegated"
        if (each.needs == "training") != (each.course is not None):
            yield f"delegated_tasks: {each.task} names a course if it needs training, or none"
