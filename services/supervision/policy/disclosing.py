"""On which bases whom may disclose a supervision record (domain, section 5)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from shared.contracts.supervision import DisclosureBasis
from shared.kernel.relationship import Basis

BASES: Mapping[Basis, frozenset[DisclosureBasis]] = {
    "participant": frozenset({"consent", "risk", "safeguarding", "investigation", "legal"}),
    "duty": frozenset({"risk", "safeguarding"}),
    "governance": frozenset({"risk", "safeguarding", "investigation", "legal"}),
}
"""One of the two, on any; whoever is on safeguarding duty, what can't wait; an IG lead, all that
needs nobody's consent."""


DUTY_LASTS = timedelta(hours=72)
"""How long a disclosure by whoever is on safeguarding duty lasts at most: what can't wait is done,
and then looked at within 3 working days, as broken glass is (domain, section 6)."""


def may_disclose(as_what: Basis, basis: DisclosureBasis) -> bool:
    return basis in BASES[as_what]


def latest_end(as_what: Basis, at: datetime) -> datetime | None:
    """Until when a disclosure that is made now may last; None: for good."""
    return at + DUTY_LASTS if as_what == "duty" else None


def why_known(
    reader: str,
    *,
    disclosed_by: str,
    to: str,
    participants: Collection[str],
    told: bool,
    governs: bool,
) -> Basis | None:
    """Why somebody may know of a disclosure: they made or received it, or were told of it as one
    of the two whose session it was, or are an IG lead and neither of these. None: they may not."""
    if reader == disclosed_by:
        return "author"
    if reader == to:
        return "disclosure"
    if reader in participants:
        return "participant" if told else None
    return "governance" if governs else None
