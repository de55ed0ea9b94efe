"""Delegated tasks by name: however a note and a policy spell it, one task is one task."""

from collections.abc import Iterable

from shared.contracts.notes import Boundary, BoundaryActivity, DelegatedTask

TaskKey = tuple[Boundary, str]


def slug(task: str) -> str:
    """A task's name as sign-offs spell it: `Blood pressure` is `blood_pressure`."""
    return "_".join(task.lower().split())


def by_task(tasks: Iterable[DelegatedTask]) -> dict[TaskKey, DelegatedTask]:
    return {(each.boundary, slug(each.task)): each for each in tasks}


def activities_of(done: BoundaryActivity) -> frozenset[str]:
    """The activities a sign-off of which covers a delegated task: its name, alone or with its
    boundary (`prompt`, `medication_prompt`). None does if the note doesn't name the task."""
    if done.task is None:
        return frozenset()
    task = slug(done.task)
    return frozenset({task, f"{done.boundary}_{task}"})
