"""Whose line manager is whom, as the workforce register has it."""

from collections.abc import Iterable

from services.notes.projection.tables import MANAGED
from shared.contracts.supervision import WorkerLeft, WorkerRegistered, WorkerUpdated
from shared.eventstore.sql import RowsInto, Write
from shared.platform.projecting import Published

_MANAGED = RowsInto(MANAGED, newest_by="version")


def managed(event: Published) -> Iterable[Write]:
    match event.payload:
        case (
            WorkerRegistered(details=details)
            | WorkerUpdated(details=details)
            | WorkerLeft(details=details)
        ):
            yield _MANAGED.row(
                staff_id=event.resource_id,
                line_manager_id=details.line_manager_id,
                version=event.version,
            )
