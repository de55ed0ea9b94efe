"""Read models of the workforce register, duty and supervision."""

from collections.abc import Callable
from typing import Any

from services.supervision.domain import (
    Agreement,
    AlreadyAgreed,
    Duty,
    OverdueSupervision,
    Session,
    SupervisionPolicy,
    Worker,
)
from services.supervision.projection.agreements import (
    Agreements,
    agreement_document,
    agreement_rows,
)
from services.supervision.projection.compliance import Compliance, terms_of
from services.supervision.projection.duty import Rotas, duty_rows, rota
from services.supervision.projection.overdue import Overdue, overdue_rows
from services.supervision.projection.policies import POLICIES
from services.supervision.projection.rules import Rules
from services.supervision.projection.sessions import (
    Sessions,
    session_document,
    session_rows,
    without_record,
)
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
from shared.kernel.aggregate import Aggregate

__all__ = [
    "METADATA",
    "POLICIES",
    "REFUSALS",
    "WORKERS",
    "Agreements",
    "Compliance",
    "Overdue",
    "Register",
    "Rotas",
    "Rules",
    "Sessions",
    "agreement_document",
    "document",
    "has_words",
    "rota",
    "rows",
    "session_document",
    "terms_of",
    "without_record",
    "without_words",
]
REFUSALS = {"agreements_one_in_force": AlreadyAgreed}
_ROWS: dict[type[Aggregate], Callable[[Any, Seal], list[Write]]] = {
    Worker: worker_rows,
    Duty: lambda duty, _: duty_rows(duty),
    Agreement: agreement_rows,
    Session: session_rows,
    SupervisionPolicy: POLICIES.rows,
    OverdueSupervision: overdue_rows,
}


def rows(aggregate: Aggregate, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    return _ROWS[type(aggregate)](aggregate, seal)
