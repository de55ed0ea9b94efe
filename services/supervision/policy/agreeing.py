"""What every agreement of supervision says, and how themes are spelt."""

from collections.abc import Iterable

from shared.contracts.supervision import Limit

LIMITS: tuple[Limit, ...] = ("risk_of_harm", "safeguarding", "misconduct", "law")
"""Where confidentiality ends: nobody agrees to less (domain, section 5)."""


def phrases(themes: Iterable[str]) -> tuple[str, ...]:
    """Themes as they are kept, each once: in lower case with single spaces, so that several
    people's can be counted together."""
    return tuple(dict.fromkeys(" ".join(each.lower().split()) for each in themes))
