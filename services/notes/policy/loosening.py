"""Which rules of one policy are looser than those of another (domain, section 3).

One function says both what takes a second approver, compared with what was in force, and what no
team may set, compared with the trust's floor.
"""

from collections.abc import Iterator

from services.notes.policy.tasks import by_task
from shared.contracts.notes import DelegatedTask, RecordKeepingRules, Trigger

LONGER_IS_LOOSER = (
    "late_after_hours", "countersign_working_days", "countersign_after_concern_hours",
    "acknowledge_hours", "acknowledge_urgent_hours", "escalate_every_minutes",
)  # fmt: skip
MORE_IS_LOOSER = ("countersign_bases", "countersign_bodies")
OF_UNREGISTERED = frozenset[Trigger](
    {
        "author_not_registered", "no_competence_sign_off", "task_not_signed_off",
        "no_record_keeping_training", "concern_raised",
    }
)  # fmt: skip
"""Triggers that ask for notes of unregistered authors; the first asks for every one of them."""


def loosened(before: RecordKeepingRules, after: RecordKeepingRules) -> tuple[str, ...]:
    """The names of the rules that are looser, in the order of the rules.

    Whom `escalate_named` names isn't graded: that a policy escalates to named staff at all is.
    """
    looser = set(_looser(before, after))
    return tuple(name for name in vars(after) if name in looser)


def asked_by(triggers: tuple[Trigger, ...]) -> frozenset[Trigger]:
    """Some triggers with those that they imply."""
    if "always" in triggers:
        return OF_UNREGISTERED | {"always"}
    return OF_UNREGISTERED if "author_not_registered" in triggers else frozenset(triggers)


def _looser(before: RecordKeepingRules, after: RecordKeepingRules) -> Iterator[str]:
    for name in LONGER_IS_LOOSER:
        if getattr(after, name) > getattr(before, name):
            yield name
    for name in MORE_IS_LOOSER:
        if not set(getattr(after, name)) <= set(getattr(before, name)):
            yield name
    if not asked_by(before.countersign_when) <= asked_by(after.countersign_when):
        yield "countersign_when"
    if not set(before.escalate_to) <= set(after.escalate_to):
        yield "escalate_to"
    needed, needs = by_task(before.delegated_tasks), by_task(after.delegated_tasks)
    if any(not _as_strict(each, needs.get(key)) for key, each in needed.items()):
        yield "delegated_tasks"


def _as_strict(before: DelegatedTask, after: DelegatedTask | None) -> bool:
    """Whether a task still needs what it needed: training, in the same course, is the most."""
    if after is None:
        return False
    return before.needs == "plan" or before.course == after.course
