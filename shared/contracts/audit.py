"""Events of the audit service: what is done with the record is on the record."""

from dataclasses import dataclass

from shared.contracts.contract import published


@published("audit", "query", "ledger-queried")
@dataclass(frozen=True, kw_only=True)
class LedgerQueried:
    """An auditor's query. `filters` names which were used, never their values."""

    operation: str
    service_user_id: str | None
    filters: tuple[str, ...]
    returned: int
