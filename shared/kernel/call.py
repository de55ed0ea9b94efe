"""One authenticated call, as the edge hands it to a use case."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.actor import Actor, Registration
from shared.kernel.operation import Operation
from shared.kernel.relationship import Basis


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, from the token alone. `teams` may be corrected by the workforce register."""

    staff_id: str
    name: str
    roles: frozenset[str]
    teams: frozenset[str]
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Keyed hashes of an Idempotency-Key in its scope, and of the request that came with it."""

    key: bytes
    request: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """`role` is the caller's role that the operation was allowed for; `at` is the time in UTC."""

    operation: Operation
    caller: Caller
    role: str
    at: datetime
    if_match: int | None = None
    idempotency: Idempotency | None = None
    traceparent: str | None = None

    @property
    def bases(self) -> frozenset[Basis]:
        """What entitles this role to the operation; one of them is needed."""
        return self.operation.allows.get(self.role, frozenset())

    def actor(self, registration: Registration | None = None) -> Actor:
        return Actor(self.caller.staff_id, self.caller.name, self.role, registration)
