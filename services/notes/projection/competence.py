"""What staff are trained in and signed off for, as the supervision service says.

Each row as of the version of the worker's stream that it was learnt from, so that an event applied
late takes nothing back.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import text

from services.notes.projection.tables import COMPETENCES, COURSES
from shared.contracts.supervision import (
    CompetenceRevoked,
    CompetenceSignedOff,
    TrainingRecorded,
    TrainingWithdrawn,
)
from shared.eventstore.sql import Prepared, RowsInto, Write

_SIGNED_OFF = RowsInto(COMPETENCES, newest_by="version")
_REVOKED = Prepared(
    text("""
INSERT INTO competences (staff_id, activity, assessed_on, review_due, revoked, version)
VALUES (:staff_id, :activity, :on, :on, true, :version)
ON CONFLICT (staff_id, activity) DO UPDATE SET revoked = true, version = excluded.version
WHERE competences.version <= excluded.version
"""),
    name="competences_revoked",
)
"""A revocation that comes before its sign-off leaves a row too, or the sign-off would count."""
_COURSES = RowsInto(COURSES)
"""Kept as it was said: what counts is asked for (`standing.py`), so that it is the same in whatever
order it was told."""


def of_competence(payload: Any, staff_id: str, on: date, version: int) -> Iterable[Write]:
    """What an event about a worker says of it; nothing for one that says nothing of it."""
    match payload:
        case CompetenceSignedOff() as found:
            yield _SIGNED_OFF.row(
                staff_id=staff_id,
                activity=found.activity,
                assessed_on=found.assessed_on,
                review_due=found.review_due,
                revoked=False,
                version=version,
            )
        case CompetenceRevoked(activity=activity):
            yield _REVOKED.write(staff_id=staff_id, activity=activity, on=on, version=version)
        case TrainingRecorded() as trained:
            yield _COURSES.row(
                staff_id=staff_id,
                course=trained.course,
                version=version,
                completed_on=trained.completed_on,
                expires_on=trained.expires_on,
                withdrawal=False,
            )
        case TrainingWithdrawn() as withdrawn:
            yield _COURSES.row(
                staff_id=staff_id,
                course=withdrawn.course,
                version=version,
                completed_on=withdrawn.now_completed_on,
                expires_on=withdrawn.now_expires_on,
                withdrawal=True,
            )
