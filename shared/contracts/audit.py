"""Events of the audit service: what is done with the record is on the record."""

from dataclasses import dataclass

from shared.contracts.contract import published


@published("audit", "query", "ledger-queried")
@dataclass(frozen=True, kw_only=True)
class LedgerQueried:
    """An auditor's query: which filters, with their values (ids, codes and times)."""

    operation: str
    service_user_id: str | None
    filters: dict[str, str]
    returned: int
