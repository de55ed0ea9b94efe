"""An export of the record: asked for, stated, made, fetched for a while, gone."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.audit import (
    ExportCompleted,
    ExportDownloaded,
    ExportEnd,
    ExportExpired,
    ExportFailed,
    ExportKind,
    ExportPurpose,
    ExportRequested,
    ExportStated,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import Conflict, Forbidden
from shared.kernel.ids import new_id

MOST_WAITING = 5
MOST_PEOPLE = 200
"""In one event of a download."""


class NotYourExport(Forbidden):
    code = "not_your_export"
    detail = "An export is for who asked for it, and for IG leads."


class TooManyWaiting(Conflict):
    code = "too_many_exports_waiting"
    detail = f"{MOST_WAITING} of your exports are not made yet. Wait for one, or cancel one."


class ExportNotReady(Conflict):
    code = "export_not_ready"
    detail = "This export is not made yet. Ask for its state again in a while."


class ExportNotMade(Conflict):
    code = "export_failed"
    detail = "This export could not be made; `failure` in its representation says why."


class ExportGone(Conflict):
    code = "export_expired"
    detail = "This export is no longer kept. Ask for a new one."


class ExportOutdated(Conflict):
    code = "export_outdated"
    detail = "Something in this export turned out to be somebody else's. Ask for a new one."


class ExportOver(Conflict):
    code = "export_over"
    detail = "This export was not made, or is no longer kept: there is nothing to cancel."


class State(StrEnum):
    """`RUNNING` once it is stated."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


UNFINISHED = (State.QUEUED, State.RUNNING)


class Export(Aggregate):
    """One export. Its version rises with each step, by whomever: what it shows changes then."""

    kind = "export"

    class Requested(ExportRequested, Aggregate.Created):
        pass

    class Stated(ExportStated, Aggregate.Event):
        pass

    class Completed(ExportCompleted, Aggregate.Event):
        pass

    class Failed(ExportFailed, Aggregate.Event):
        pass

    class Expired(ExportExpired, Aggregate.Event):
        pass

    @classmethod
    def request(cls, by: Actor, at: datetime, id: UUID, asked: ExportRequested) -> Self:
        requested: Self = cls.begin(cls.Requested, id=id, at=at, actor=by, **vars(asked))
        return requested

    def state_complete(self, by: Actor, at: datetime, statement: ExportStated) -> None:
        """Say what is in it: once, before it can be fetched."""
        self._expect(State.QUEUED)
        self._stated(actor=by, timestamp=at, **vars(statement))

    def complete(
        self, by: Actor, at: datetime, sha256: str, bytes: int, expires_at: datetime
    ) -> None:
        self._expect(State.RUNNING)
        self._completed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            sha256=sha256,
            bytes=bytes,
            expires_at=expires_at,
        )

    def fail(self, by: Actor, at: datetime, code: str) -> None:
        self._expect(*UNFINISHED)
        self._failed(actor=by, timestamp=at, service_user_id=self.service_user_id, code=code)

    def end(self, by: Actor, at: datetime, because: ExportEnd) -> None:
        """Let nobody fetch it any more. Raises `ExportOver` where there is nothing to end."""
        self._expect(*UNFINISHED, State.READY)
        self._expired(actor=by, timestamp=at, service_user_id=self.service_user_id, because=because)

    def _expect(self, *states: State) -> None:
        if self.state not in states:
            raise ExportOver()

    @event(Requested)
    def __init__(
        self,
        actor: Actor,
        kind: ExportKind,
        purpose: ExportPurpose,
        service_user_id: UUID | None,
        service_user_ids: tuple[UUID, ...],
        note_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        engagement_id: UUID | None,
    ) -> None:
        self.requested_by = actor
        self.of = kind
        self.purpose = purpose
        self.service_user_id = service_user_id
        self.service_user_ids = service_user_ids
        self.note_id = note_id
        self.since = since
        self.until = until
        self.engagement_id = engagement_id
        self.state = State.QUEUED
        self.statement: dict[str, Any] | None = None
        self.sha256: str | None = None
        self.bytes: int | None = None
        self.expires_at: datetime | None = None
        self.failure: str | None = None
        self.ended: dict[str, Any] | None = None

    @event(Stated)
    def _stated(
        self,
        actor: Actor,
        export_id: UUID,
        kind: ExportKind,
        purpose: ExportPurpose,
        requested_by: str,
        service_user_id: UUID | None,
        note_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        people: tuple[Any, ...],
        resources: tuple[Any, ...],
        first_index: int | None,
        last_index: int | None,
        trees: tuple[Any, ...],
        entries: int,
        unread: int,
        entries_sha256: str,
        files: tuple[Any, ...],
        engagement_ids: tuple[UUID, ...],
        timestamp: datetime,
    ) -> None:
        self.state = State.RUNNING
        self.statement = {
            "stated_at": timestamp,
            "people": people,
            "resources": resources,
            "first_index": first_index,
            "last_index": last_index,
            "trees": trees,
            "entries": entries,
            "unread": unread,
            "entries_sha256": entries_sha256,
            "files": files,
            "engagement_ids": engagement_ids,
        }

    @event(Completed)
    def _completed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID | None,
        sha256: str,
        bytes: int,
        expires_at: datetime,
    ) -> None:
        self.state = State.READY
        self.sha256 = sha256
        self.bytes = bytes
        self.expires_at = expires_at

    @event(Failed)
    def _failed(
        self, actor: Actor, timestamp: datetime, service_user_id: UUID | None, code: str
    ) -> None:
        self.state = State.FAILED
        self.failure = code

    @event(Expired)
    def _expired(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID | None,
        because: ExportEnd,
    ) -> None:
        self.state = State.CANCELLED if because == "cancelled" else State.EXPIRED
        self.ended = {"by": actor, "at": timestamp, "because": because}

    @property
    def subject(self) -> str:
        return str(self.service_user_id or self.requested_by.staff_id)


class Download(Aggregate):
    """One fetching of an export, as a stream of its own: many may fetch it at once."""

    kind = "export"

    class Recorded(ExportDownloaded, Aggregate.Created):
        pass

    @classmethod
    def of(
        cls,
        export_id: UUID,
        by: Actor,
        at: datetime,
        people: tuple[UUID, ...],
        **particulars: Any,
    ) -> list[Self]:
        """What is recorded of it: one event, or more where it shows more people than one names."""
        parts = [people[n : n + MOST_PEOPLE] for n in range(0, len(people), MOST_PEOPLE)] or [()]
        found = []
        for part in parts:
            download: Self = cls.begin(
                cls.Recorded,
                id=new_id(),
                at=at,
                actor=by,
                operation="download_export",
                service_user_ids=part,
                **particulars,
            )
            download.export_id = export_id
            found.append(download)
        return found

    @event(Recorded)
    def __init__(self, actor: Actor, service_user_id: UUID | None) -> None:
        self._about = str(service_user_id or actor.staff_id)
        self.export_id: UUID | None = None

    @property
    def subject(self) -> str:
        return self._about

    @property
    def resource_id(self) -> str:
        return str(self.export_id)
