"""Boundary activities: what a delegated task needs, and what is put to the manager (HB 5.15)."""

from collections.abc import Iterator

from services.notes.policy.author import Author
from services.notes.policy.tasks import activities_of, listed
from shared.contracts.notes import (
    Account,
    BoundaryActivity,
    QueriedActivity,
    RecordKeepingRules,
)


def delegated(account: Account) -> Iterator[BoundaryActivity]:
    return (each for each in account.boundary_activities if each.practice == "delegated_task")


def unsigned(
    rules: RecordKeepingRules, author: Author, account: Account
) -> tuple[BoundaryActivity, ...]:
    """The delegated tasks in an account that its author has no current sign-off for."""
    return tuple(
        each for each in delegated(account) if not activities_of(rules, each) & author.competences
    )


def queried(
    rules: RecordKeepingRules, author: Author, account: Account
) -> tuple[QueriedActivity, ...]:
    """What is asked of the manager about an account: a staff matter, not a concern.

    Whoever did it, what is outside the role; of an unregistered author also a delegated task whose
    authority is missing or has lapsed. What is a contribution needs none.
    """
    return tuple(_queried(rules, author, account))


def _queried(
    rules: RecordKeepingRules, author: Author, account: Account
) -> Iterator[QueriedActivity]:
    for each in account.boundary_activities:
        if each.practice == "outside_role":
            yield QueriedActivity(boundary=each.boundary, why="outside_role")
        elif each.practice == "delegated_task" and not (
            author.registered or _authorised(rules, author, each)
        ):
            yield QueriedActivity(boundary=each.boundary, why="authority_missing")


def _authorised(rules: RecordKeepingRules, author: Author, done: BoundaryActivity) -> bool:
    """Whether a delegated task had what the rules say it needs: current training, or a plan that
    the note names. Nothing allows a task that the rules don't list."""
    found = listed(rules, done)
    if found is None:
        return False
    if found.needs == "training":
        return found.course in author.courses
    return done.authority is not None
