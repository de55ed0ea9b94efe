"""Events: a service and the ledger don't say the same."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from shared.contracts.contract import published

Finding = Literal["gap", "fork", "chain", "digest", "missing", "unpublished"]
"""`gap`: events that a service published have not arrived.
`fork`: a service published something else at a position that the ledger has.
`chain`: an event names one before it that its service does not have.
`digest`: a service holds other bytes than it published.
`missing`: a service no longer holds what it published.
`unpublished`: a service holds what it never published, though it did publish what follows."""


@published("audit", "disagreement", "disagreement-found")
@dataclass(frozen=True, kw_only=True)
class DisagreementFound:
    """A service and the ledger don't say the same at a `position` of that service's events."""

    service: str
    position: Annotated[int, Ge(0)]
    finding: Finding
