"""Builders of supervision for tests: an agreement, a session and its record."""

from datetime import date, datetime, timedelta
from typing import Any

from services.supervision.domain import Agreement, Session
from services.supervision.policy import LIMITS
from shared.contracts.supervision import SessionContent
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW

WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")
SUPERVISOR = Actor("supervisor-1", "Supervisor 1", "supervisor")
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
ONE_HOUR = timedelta(hours=1)


def agreement(by: Actor = SUPERVISOR, at: datetime = NOW, **changes: Any) -> Agreement:
    facts: dict[str, Any] = {
        "worker_id": WORKER.staff_id,
        "supervisor_id": SUPERVISOR.staff_id,
        "team_id": "north-cmht",
        "kind": "developmental",
        "interval_weeks": 6,
        "starts_on": date(2026, 11, 1),
        "limits": LIMITS,
        "policy_version": 1,
        "purpose": "To grow in the role.",
        "further_limits": None,
    }
    return Agreement.agree(by, at, new_id(), **{**facts, **changes})


def session(at: datetime = NOW, scheduled_for: datetime | None = None) -> Session:
    """One that is scheduled."""
    return Session.schedule(
        SUPERVISOR,
        at,
        new_id(),
        scheduled_for=scheduled_for or at - ONE_HOUR,
        group_session_id=None,
        **agreement().parties(),
    )


def content(**changes: Any) -> SessionContent:
    return SessionContent(**{"discussion": "Talked about working alone.", **changes})


def held(said: SessionContent | None = None, salt: str = "5a17" * 8) -> Session:
    made = session()
    made.hold(SUPERVISOR, NOW, NOW - ONE_HOUR, 60, said or content(), salt)
    return made


def replayed(made: Any) -> Any:
    """The aggregate as its events alone make it again."""
    again = None
    for each in made.pending_events:
        again = each.mutate(again)
    return again
