"""The base of every aggregate: who acted is on every event, and time comes in from outside."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate

from shared.kernel.actor import Actor


class Aggregate(BaseAggregate[UUID]):
    """Commands decide and then trigger; `@event` methods only apply (they run again at replay).

    `kind` names the resource in events and URLs. `subject` is whose record this is: a service
    user's id, or a `staff_id` for what is held about a worker. With `owns_key`, its first event
    brings the data key of its `data_subject` into being.
    """

    kind: ClassVar[str]
    owns_key: ClassVar[bool] = False
    destroyed = False
    """Set by the store: the key is gone, so what is personal in it is None and stays so."""

    class Event(AggregateEvent):
        actor: Actor

    class Created(Event, AggregateCreated):
        pass

    @property
    def subject(self) -> str:
        raise NotImplementedError

    @property
    def data_subject(self) -> str | None:
        """Whose key seals the personal fields: `service-user:<uuid>`, `worker:<staff_id>`, or the
        `issue:<uuid>` that is about nobody."""
        return None

    @property
    def resource_id(self) -> str:
        return str(self.id)

    @property
    def team_id(self) -> str | None:
        """The team whose work this is, where it belongs to one."""
        return None

    @classmethod
    def begin(
        cls, event_class: type[Any], *, id: UUID, at: datetime, actor: Actor, **facts: Any
    ) -> Any:
        """The first event of a new aggregate, and the aggregate it makes."""
        return cls._create(event_class, id=id, timestamp=at, actor=actor, **facts)


class AboutServiceUser(Aggregate):
    """What is about one service user, whose key seals it, and is the work of a team."""

    service_user_id: UUID
    team: str | None

    @property
    def subject(self) -> str:
        return str(self.service_user_id)

    @property
    def data_subject(self) -> str:
        return f"service-user:{self.service_user_id}"

    @property
    def team_id(self) -> str | None:
        return self.team
