"""Boundary activities: what a delegated task needs, and what is put to the manager (HB 5.15)."""

from collections.abc import Iterator
from datetime import date

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


def names_authority(account: Account) -> bool:
    """Whether an account says of a delegated task what allowed it: perhaps a plan."""
    return any(each.authority is not None for each in delegated(account))


def wants_plan(rules: RecordKeepingRules, author: Author, account: Account, on: date) -> bool:
    """Whether an unregistered author names a plan that isn't known to allow what they did."""
    return not author.registered and any(
        done.authority is not None and _needs_plan(rules, done) and not _planned(author, done, on)
        for done in delegated(account)
    )


def queried(
    rules: RecordKeepingRules, author: Author, account: Account, on: date
) -> tuple[QueriedActivity, ...]:
    """What is asked of the manager about an account of a day: a staff matter, not a concern.

    Whoever did it, what is outside the role; of an unregistered author also a delegated task whose
    authority is missing or has lapsed. What is a contribution needs none.
    """
    return tuple(_queried(rules, author, account, on))


def _queried(
    rules: RecordKeepingRules, author: Author, account: Account, on: date
) -> Iterator[QueriedActivity]:
    for each in account.boundary_activities:
        if each.practice == "outside_role":
            yield QueriedActivity(boundary=each.boundary, why="outside_role")
        elif each.practice == "delegated_task" and not (
            author.registered or _authorised(rules, author, each, on)
        ):
            yield QueriedActivity(boundary=each.boundary, why="authority_missing")


def _authorised(
    rules: RecordKeepingRules, author: Author, done: BoundaryActivity, on: date
) -> bool:
    """Whether a delegated task had what the rules say it needs: current training, or a plan of the
    person that the note names, that held on the day and lists it. Nothing allows a task that the
    rules don't list."""
    found = listed(rules, done)
    if found is None:
        return False
    if found.needs == "training":
        return found.course in author.courses
    return _planned(author, done, on)


def _needs_plan(rules: RecordKeepingRules, done: BoundaryActivity) -> bool:
    found = listed(rules, done)
    return found is not None and found.needs == "plan"


def _planned(author: Author, done: BoundaryActivity, on: date) -> bool:
    return any(plan.authorises(done, on) for plan in author.plans)
