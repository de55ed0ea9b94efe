"""Delegated tasks by name: however a note and a policy spell it, one task is one task."""

from collections.abc import Iterable

from shared.contracts.notes import Boundary, BoundaryActivity, DelegatedTask, RecordKeepingRules
from shared.contracts.vocabulary import slug

TaskKey = tuple[Boundary, str]


def by_task(tasks: Iterable[DelegatedTask]) -> dict[TaskKey, DelegatedTask]:
    return {(each.boundary, slug(each.task)): each for each in tasks}


def listed(rules: RecordKeepingRules, done: BoundaryActivity) -> DelegatedTask | None:
    """What the rules say of a delegated task; None of one that they don't know: only what local
    policy names can be delegated, the rest is outside the role (HB 5.15)."""
    if done.task is None:
        return None
    return by_task(rules.delegated_tasks).get((done.boundary, slug(done.task)))


def activities_of(rules: RecordKeepingRules, done: BoundaryActivity) -> frozenset[str]:
    """The activities a sign-off of which covers a delegated task that the rules list: its name,
    alone or with its boundary (`prompt`, `medication_prompt`)."""
    if done.task is None or listed(rules, done) is None:
        return frozenset()
    task = slug(done.task)
    return frozenset({task, f"{done.boundary}_{task}"})
