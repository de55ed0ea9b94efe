"""What is known of the author of a version of a note when it is made."""

from dataclasses import dataclass

from services.notes.policy.plans import Plan

RECORD_KEEPING = "record_keeping"
"""The activity a sign-off of which, and the course training in which, make a record keeper."""


@dataclass(frozen=True, slots=True)
class Author:
    """`registered`: with registration in force. `related`: tied to the person. `competences`:
    activities with a current sign-off. `courses`: those with current training. `plans`: the
    person's, which may let them do a delegated task."""

    registered: bool
    related: bool
    competences: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    plans: tuple[Plan, ...] = ()
