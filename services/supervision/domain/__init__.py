"""The workforce register (who works where, trained, competent, registered with whom), and duty."""

from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.refusals import (
    CompetenceNotInForce,
    NotRegistered,
    NotYourTeam,
    OwnEntry,
    WorkerNotRegistered,
)
from services.supervision.domain.worker import Worker

__all__ = [
    "CompetenceNotInForce",
    "Duty",
    "NotRegistered",
    "NotYourTeam",
    "OwnEntry",
    "Shifts",
    "Worker",
    "WorkerNotRegistered",
]
