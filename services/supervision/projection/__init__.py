"""Read models of the workforce register and of duty."""

from services.supervision.domain import Duty, Worker
from services.supervision.projection.duty import Rotas, duty_rows, rota
from services.supervision.projection.tables import METADATA, WORKERS
from services.supervision.projection.workers import (
    Register,
    document,
    has_words,
    without_words,
    worker_rows,
)
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write

__all__ = [
    "METADATA",
    "WORKERS",
    "Register",
    "Rotas",
    "document",
    "has_words",
    "rota",
    "rows",
    "without_words",
]


def rows(aggregate: Worker | Duty, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, Duty):
        return duty_rows(aggregate)
    return worker_rows(aggregate, seal)
