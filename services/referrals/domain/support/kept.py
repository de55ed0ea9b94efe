"""What all that is kept about a service user has in common."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser


class Kept(AboutServiceUser):
    """A thing of its own about one person: recorded once, and what changes it is on its stream."""

    begins: ClassVar[type[Any]]
    """The event it begins with."""
    recorded_by: Actor

    @classmethod
    def record(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        recorded: Self = cls.begin(cls.begins, id=id, at=at, actor=by, **particulars)
        return recorded
