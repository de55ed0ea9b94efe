"""What is done with the record is on the record: each query is an event of its own."""

from datetime import datetime
from typing import Self

from eventsourcing.domain import event

from shared.contracts.audit import LedgerQueried
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import new_id


class Query(Aggregate):
    """One question put to the ledger, as asked and answered."""

    kind = "query"

    class Asked(LedgerQueried, Aggregate.Created):
        pass

    @classmethod
    def asked(
        cls,
        by: Actor,
        at: datetime,
        operation: str,
        service_user_id: str | None,
        filters: dict[str, str],
        returned: int,
    ) -> Self:
        query: Self = cls.begin(
            cls.Asked,
            id=new_id(),
            at=at,
            actor=by,
            operation=operation,
            service_user_id=service_user_id,
            filters=filters,
            returned=returned,
        )
        return query

    @event(Asked)
    def __init__(self, actor: Actor, service_user_id: str | None) -> None:
        self._about = service_user_id or actor.staff_id

    @property
    def subject(self) -> str:
        return self._about
