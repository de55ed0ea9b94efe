"""Which version of a team's policy holds at a moment. Nothing applies backwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from shared.kernel.days import local_day
from shared.kernel.errors import Malformed

R = TypeVar("R")
"""The rules that a service's policies say: a frozen dataclass of its contract."""


@dataclass(frozen=True)
class InForce(Generic[R]):
    """The rules of a team at a moment, under the number that decisions cite."""

    policy_version: int
    rules: R


@dataclass(frozen=True, kw_only=True)
class Version(Generic[R]):
    """One published version, and who answers for it. `approved_by` where it took a second one."""

    policy_version: int
    rules: R
    effective_from: datetime
    published_at: datetime
    proposed_by: str
    approved_by: str | None
    loosened: tuple[str, ...]
    committee_reference: str | None
    review_on: date | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Draft(Generic[R]):
    """What a manager would have; without `effective_from`, from now."""

    rules: R
    effective_from: datetime | None = None
    committee_reference: str | None = None
    review_on: date | None = None


def in_order(versions: Sequence[Version[R]]) -> list[Version[R]]:
    """By when they take effect; of those that do at once, the one published last counts."""
    return sorted(versions, key=lambda each: (each.effective_from, each.policy_version))


def version_at(versions: Sequence[Version[R]], at: datetime) -> Version[R] | None:
    """The version in force at a moment; None while it is what is shipped."""
    begun = [each for each in in_order(versions) if each.effective_from <= at]
    return begun[-1] if begun else None


def next_after(versions: Sequence[Version[R]], at: datetime) -> Version[R] | None:
    """The version that will follow what holds at a moment, if one is published."""
    return next((each for each in in_order(versions) if each.effective_from > at), None)


def in_force(versions: Sequence[Version[R]], at: datetime, shipped: InForce[R]) -> InForce[R]:
    """The rules at a moment, the shipped ones where none were published."""
    found = version_at(versions, at)
    return InForce(found.policy_version, found.rules) if found else shipped


def ends(versions: Sequence[Version[R]]) -> dict[int, datetime | None]:
    """When each version, by number, was or will be followed by another."""
    ordered = in_order(versions)
    following = [each.effective_from for each in ordered[1:]]
    numbers = [each.policy_version for each in ordered]
    return dict(zip(numbers, [*following, None], strict=True)) if ordered else {}


def refuse_review(draft: Draft[R], now: datetime) -> None:
    """What was loosened is looked at again after it has begun, not before."""
    begins = local_day(draft.effective_from or now)
    if draft.review_on is not None and draft.review_on <= begins:
        raise Malformed("review_on is after the day on which it takes effect", "#/review_on")
