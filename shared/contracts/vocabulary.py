"""Words that more than one service's events use."""

from typing import Annotated, Literal

from annotated_types import MaxLen, MinLen, Predicate


def says_something(text: str) -> bool:
    """Whether a reader would see anything but white space."""
    return any(character.isprintable() and not character.isspace() for character in text)


def is_plain(text: str) -> bool:
    """Whether every database and every reader keeps it whole: none keeps a NUL character."""
    return "\0" not in text


def slug(name: str) -> str:
    """A name as machines spell it, however people did: `Blood pressure` is `blood_pressure`."""
    return "_".join(name.lower().split())


Words = Annotated[str, MinLen(1), Predicate(says_something), Predicate(is_plain)]
Slug = Annotated[str, MinLen(1), MaxLen(80)]
"""A `staff_id`, a `team_id`, or another name that people chose for a machine."""
Line = Annotated[Words, MaxLen(200)]
Paragraph = Annotated[Words, MaxLen(2_000)]
Narrative = Annotated[Words, MaxLen(20_000)]
Need = Literal[
    "budgeting", "education_training", "employment", "financial_awareness", "housing",
    "income_benefits", "internet_access", "leisure_exercise", "race_culture", "shopping",
    "social_sexual_relationships", "social_networks", "spirituality_creativity_identity",
    "transport", "lived_experience", "self_help_groups", "medicines_management", "health_checks",
    "allied_health", "primary_care", "voice_advocacy", "health_promotion",
]  # fmt: skip
"""The service user's own list: HB B2.2 and B2.3."""
