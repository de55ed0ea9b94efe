"""Questions put to the ledger."""

from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.audit import LedgerQueried
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import Conflict
from shared.kernel.ids import new_id


class NotInACheckpointYet(Conflict):
    code = "not_in_a_checkpoint_yet"
    detail = "No checkpoint that goes so far is published. Ask again in a moment."


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
        engagement_id: UUID | None = None,
        service_user_ids: tuple[UUID, ...] = (),
        *,
        restricted: bool = False,
        staff_ids: tuple[str, ...] = (),
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
            engagement_id=engagement_id,
            service_user_ids=service_user_ids,
            restricted=restricted,
            staff_ids=staff_ids,
        )
        return query

    @event(Asked)
    def __init__(self, actor: Actor, service_user_id: str | None) -> None:
        self._about = service_user_id or actor.staff_id

    @property
    def subject(self) -> str:
        return self._about
