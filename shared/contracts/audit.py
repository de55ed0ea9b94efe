"""Events of the audit service: what is done with the record is on the record."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, MaxLen

from shared.contracts.contract import published

Finding = Literal["gap", "fork", "chain", "digest", "missing", "unpublished"]
"""`gap`: events that a service published have not arrived.
`fork`: a service published something else at a position that the ledger has.
`chain`: an event names one before it that its service does not have.
`digest`: a service holds other bytes than it published.
`missing`: a service no longer holds what it published.
`unpublished`: a service holds what it never published, though it did publish what follows."""


@published("audit", "query", "ledger-queried")
@dataclass(frozen=True, kw_only=True)
class LedgerQueried:
    """A query: which filters, with their values (ids, codes and times), and how many were found.

    `engagement_id` is the audit under which an auditor asked; an IG lead needs none.
    `service_user_ids` are those whose events the answer showed; `restricted` if the record of any
    of them, or of whom the query was about, is.
    """

    operation: str
    service_user_id: str | None
    filters: dict[str, str]
    returned: int
    engagement_id: UUID | None = None
    service_user_ids: Annotated[tuple[UUID, ...], MaxLen(200)] = ()
    restricted: bool = False


@published("audit", "disagreement", "disagreement-found")
@dataclass(frozen=True, kw_only=True)
class DisagreementFound:
    """A service and the ledger don't say the same at a `position` of that service's events."""

    service: str
    position: Annotated[int, Ge(0)]
    finding: Finding
