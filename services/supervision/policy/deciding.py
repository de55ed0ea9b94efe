"""What is marked of a decision about a service user; none is refused for it (section 2)."""

from datetime import date


def flags_of_decision(*, related: bool, held_on: date, died_on: date | None) -> tuple[str, ...]:
    """Whether who recorded it had no tie to the person, and whether it was made after the death,
    as far as that is known by then."""
    flags = {
        "no_relationship": not related,
        "after_death": died_on is not None and held_on > died_on,
    }
    return tuple(name for name, holds in flags.items() if holds)
