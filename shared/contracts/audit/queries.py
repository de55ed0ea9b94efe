"""Events: questions put to the ledger."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from annotated_types import MaxLen

from shared.contracts.contract import published
from shared.contracts.vocabulary import Slug


@published("audit", "query", "ledger-queried")
@dataclass(frozen=True, kw_only=True)
class LedgerQueried:
    """A query: which filters, with their values (ids, codes and times), and how many were found.

    `engagement_id` is the audit under which an auditor asked; an IG lead needs none.
    `service_user_ids` are those whose events the answer showed; `restricted` if the record of any
    of them, or of whom the query was about, is. `staff_ids` are workers whose words it showed.
    """

    operation: str
    service_user_id: str | None
    filters: dict[str, str]
    returned: int
    engagement_id: UUID | None = None
    service_user_ids: Annotated[tuple[UUID, ...], MaxLen(200)] = ()
    restricted: bool = False
    staff_ids: Annotated[tuple[Slug, ...], MaxLen(200)] = ()
