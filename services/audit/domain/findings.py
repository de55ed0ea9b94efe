"""Where a service and the ledger disagree."""

from datetime import datetime
from typing import Self

from eventsourcing.domain import event

from shared.contracts.audit import DisagreementFound
from shared.contracts.audit import Finding as Kind
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class Finding(Aggregate):
    """Where a service and the ledger don't say the same, put on record once, however often it is
    found. `said` is the digest (hex) of what the service says there."""

    kind = "disagreement"

    class Found(DisagreementFound, Aggregate.Created):
        pass

    @classmethod
    def found(
        cls, by: Actor, at: datetime, service: str, position: int, finding: Kind, said: str = ""
    ) -> Self:
        stream = named_id("disagreement", f"{service} {position} {finding} {said}")
        made: Self = cls.begin(
            cls.Found, id=stream, at=at, actor=by, service=service, position=position,
            finding=finding,
        )  # fmt: skip
        return made

    @event(Found)
    def __init__(self, service: str, position: int, finding: Kind) -> None:
        pass

    @property
    def subject(self) -> str:
        return str(self.id)
