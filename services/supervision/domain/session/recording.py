"""What the record of a session says, how it is put right, and what becomes of its actions."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.refusals import NotHeldYet, NothingChanged
from services.supervision.domain.session.content import Record, changed, same_actions
from services.supervision.domain.session.state import SessionState, Status
from shared.contracts.supervision import (
    ActionStatus,
    SessionContent,
    SupervisionActionUpdated,
    SupervisionAmended,
    SupervisionHeld,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate

_SAID = frozenset(field.name for field in fields(SessionContent))


class Recording(SessionState):
    class Held(SupervisionHeld, Aggregate.Event):
        pass

    class Amended(SupervisionAmended, Aggregate.Event):
        pass

    class ActionUpdated(SupervisionActionUpdated, Aggregate.Event):
        pass

    def hold(
        self,
        by: Actor,
        at: datetime,
        held_at: datetime,
        duration_minutes: int,
        content: SessionContent,
        salt: str,
    ) -> None:
        """Record that it was held, and what was said. Raises `AlreadyHeld`."""
        self.refuse_settled()
        record = Record(held_at=held_at, duration_minutes=duration_minutes, content=content)
        self._held(actor=by, timestamp=at, digest=record.digest(salt), salt=salt, **vars(record))

    def amend(
        self, by: Actor, at: datetime, reason: str, changes: Mapping[str, Any], salt: str
    ) -> None:
        """The record says something else; both are to sign that too. Raises `NotHeldYet`,
        `NothingChanged`."""
        before = self._record()
        content = replace(
            before.content, **{name: changes[name] for name in _SAID & changes.keys()}
        )
        after = Record(
            held_at=changes.get("held_at", before.held_at),
            duration_minutes=changes.get("duration_minutes", before.duration_minutes),
            content=replace(content, actions=same_actions(before.content.actions, content.actions)),
        )
        if not changed(before, after):
            raise NothingChanged()
        self._amended(
            actor=by,
            timestamp=at,
            reason=reason,
            digest=after.digest(salt),
            salt=salt,
            **vars(after),
        )

    def update_action(
        self, by: Actor, at: datetime, action_id: UUID, status: ActionStatus, outcome: str | None
    ) -> None:
        """What became of one. Raises `NothingChanged`."""
        now = self.action_states.get(action_id, {"status": "open", "outcome": None})
        if (status, outcome) == (now["status"], now["outcome"]):
            raise NothingChanged()
        self._action_updated(
            actor=by, timestamp=at, action_id=action_id, status=status, outcome=outcome
        )

    def _record(self) -> Record:
        if self.held_at is None or self.duration_minutes is None or self.content is None:
            raise NotHeldYet()
        return Record(
            held_at=self.held_at, duration_minutes=self.duration_minutes, content=self.content
        )

    @event(Held)
    def _held(
        self,
        actor: Actor,
        timestamp: datetime,
        held_at: datetime,
        duration_minutes: int,
        digest: str,
        content: SessionContent,
        salt: str,
    ) -> None:
        self.status = Status.HELD
        self.recorded_by, self.recorded_at = actor, timestamp
        self.held_at, self.duration_minutes = held_at, duration_minutes
        self.content, self.digest = content, digest

    @event(Amended)
    def _amended(
        self,
        actor: Actor,
        timestamp: datetime,
        held_at: datetime,
        duration_minutes: int,
        digest: str,
        content: SessionContent,
        salt: str,
        reason: str,
    ) -> None:
        after = Record(held_at=held_at, duration_minutes=duration_minutes, content=content)
        before = self._record() if content and self.content else None
        # What is personal is None once it was destroyed.
        self.amendments.append(
            {
                "at": timestamp,
                "by": actor,
                "reason": reason,
                "changed": changed(before, after) if before else (),
                "replaced_digest": self.digest,
                "replaced": before and _said(before),
            }
        )
        self.status = Status.HELD
        self.held_at, self.duration_minutes = held_at, duration_minutes
        self.content, self.digest = content, digest

    @event(ActionUpdated)
    def _action_updated(
        self,
        actor: Actor,
        timestamp: datetime,
        action_id: UUID,
        status: ActionStatus,
        outcome: str | None,
    ) -> None:
        self.action_states[action_id] = {
            "status": status,
            "outcome": outcome,
            "by": actor,
            "at": timestamp,
        }


def _said(record: Record) -> dict[str, Any]:
    """What a record said, flat as a session shows it."""
    content = vars(record.content)
    return {**content, "held_at": record.held_at, "duration_minutes": record.duration_minutes}
