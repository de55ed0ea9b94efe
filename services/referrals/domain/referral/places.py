"""A place on a worker's caseload: what it takes, and what it takes back when it is left."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One that is asked for. `load` is how full the caseload would be, the person included."""

    worker_id: str
    weight: int
    limit: int
    load: int

    @property
    def past_limit(self) -> bool:
        return self.load > self.limit


@dataclass(frozen=True, slots=True)
class Taken:
    """One that somebody had, with the weight that was added then, whatever policy says by now."""

    worker_id: str
    weight: int
