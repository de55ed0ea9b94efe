"""A note: recorded by its author or refiled for them, and amended without loss."""

from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.note.content import Status, changed, digest
from services.notes.domain.note.putting_right import PuttingRight
from services.notes.domain.note.signing import Signing
from services.notes.domain.refusals import NothingChanged
from services.notes.policy import Before, InForce, Judgement
from shared.contracts.notes import (
    Account,
    Addendum,
    AmendmentKind,
    Contact,
    Flag,
    NoteAmended,
    NoteRecorded,
    NoteRefiled,
    Outstanding,
    Requirement,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Note(Signing, PuttingRight):
    """One account of one piece of work with one person, in as many versions as it takes."""

    class Recorded(NoteRecorded, Aggregate.Created):
        pass

    class Refiled(NoteRefiled, Aggregate.Created):
        pass

    class Amended(NoteAmended, Aggregate.Event):
        pass

    @classmethod
    def record(
        cls,
        by: Actor,
        at: datetime,
        id: UUID,
        service_user_id: UUID,
        team_id: str | None,
        contact: Contact,
        account: Account,
        salt: str,
        judgement: Judgement,
        concern_id: UUID | None = None,
        group_session_id: UUID | None = None,
    ) -> Self:
        note: Self = cls.begin(
            cls.Recorded,
            id=id,
            at=at,
            actor=by,
            service_user_id=service_user_id,
            team_id=team_id,
            contact=contact,
            account=account,
            salt=salt,
            digest=digest(contact, account, salt),
            flags=judgement.flags,
            outstanding=judgement.outstanding,
            countersignature=judgement.countersignature,
            concern_id=concern_id,
            group_session_id=group_session_id,
        )
        return note

    def refiled(
        self,
        by: Actor,
        at: datetime,
        id: UUID,
        service_user_id: UUID,
        team_id: str | None,
        salt: str,
        judgement: Judgement,
        concern_id: UUID | None = None,
    ) -> "Note":
        """The same note under the right person's key, author and times as they were.

        What was late stays late, and nothing else becomes so. No signature comes along.
        """
        account = self.account_in_full
        was = {*self.flags, *self.outstanding}
        made: Note = Note.begin(
            Note.Refiled,
            id=id,
            at=at,
            actor=by,
            service_user_id=service_user_id,
            team_id=team_id,
            author=self.author,
            recorded_at=self.recorded_at,
            refiled_from=self.id,
            contact=self.contact,
            account=account,
            addenda=tuple(
                Addendum(kind=each["kind"], text=each["text"], by=each["by"], at=each["at"])
                for each in self.addenda
            ),
            salt=salt,
            digest=digest(self.contact, account, salt),
            flags=tuple(each for each in judgement.flags if each != "late" or each in was),
            outstanding=tuple(
                each for each in judgement.outstanding if each != "late_entry_reason" or each in was
            ),
            countersignature=judgement.countersignature,
            concern_id=concern_id,
            group_session_id=self.group_session_id,
        )
        return made

    def amend(
        self,
        by: Actor,
        at: datetime,
        contact: Contact,
        account: Account,
        reason: str,
        salt: str,
        judgement: Judgement,
        kind: AmendmentKind = "amendment",
        concern_id: UUID | None = None,
    ) -> None:
        """A new version with a reason; a signature stays on the version it was given for."""
        self.may_write(by)
        self.refuse_retracted()
        differs = (*changed(self.contact, contact), *changed(self.account, account))
        if not differs:
            raise NothingChanged()
        self._amended(
            actor=by,
            timestamp=at,
            contact=contact,
            account=account,
            salt=salt,
            digest=digest(contact, account, salt),
            changed=differs,
            reason=reason,
            flags=judgement.flags,
            outstanding=tuple(
                each
                for each in judgement.outstanding
                if each != "late_entry_reason" or self.late_reason is None
            ),
            countersignature=judgement.countersignature,
            kind=kind,
            concern_id=concern_id,
        )

    def as_judged(self, first: InForce) -> Before:
        """The current version, for judging what would replace it. `first`: the policy in force
        when the note was first recorded."""
        reasons = self.countersignature.reasons
        return Before(
            policy=first,
            contact=self.contact,
            account=self.account,
            judgement=Judgement(self.flags, self.outstanding, self.countersignature),
            concern=self.account.concern is not None
            or self.concern_id is not None
            or "concern_raised" in reasons,
        )

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        team_id: str | None,
        contact: Contact,
        account: Account,
        salt: str,
        digest: str,
        flags: tuple[Flag, ...],
        outstanding: tuple[Outstanding, ...],
        countersignature: Requirement,
        concern_id: UUID | None,
        group_session_id: UUID | None,
        author: Actor | None = None,
        recorded_at: datetime | None = None,
        refiled_from: UUID | None = None,
        addenda: tuple[Addendum, ...] = (),
    ) -> None:
        self.author = author or actor
        self.recorded_at = recorded_at or timestamp
        self.service_user_id = service_user_id
        self.team = team_id
        self.concern_id = concern_id
        self.group_session_id = group_session_id
        self.kept_from = frozenset()
        self.assigned_to = self.answer_from = self.late_reason = None
        self.retraction_requested = self.retracted = self.belongs_to = None
        self.refiled_from, self.refiled_to = refiled_from, None
        self.amendments, self.returns = [], []
        self.addenda = [{**vars(each), "version": 1} for each in addenda or ()]
        self._becomes(contact, account, salt, digest, flags, outstanding, countersignature)

    @event(Amended)
    def _amended(
        self,
        actor: Actor,
        timestamp: datetime,
        contact: Contact,
        account: Account,
        salt: str,
        digest: str,
        changed: tuple[str, ...],
        reason: str,
        flags: tuple[Flag, ...],
        outstanding: tuple[Outstanding, ...],
        countersignature: Requirement,
        kind: AmendmentKind,
        concern_id: UUID | None,
    ) -> None:
        self.concern_id = self.concern_id or concern_id
        self.settle(actor, timestamp, reason)
        self.amendments.append(
            {
                "version": self.version + 1,
                "at": timestamp,
                "by": actor,
                "kind": kind,
                "reason": reason,
                "changed": changed,
                "replaced_digest": self.digest,
                "replaced_signature": self.signed,
            }
        )
        self._becomes(contact, account, salt, digest, flags, outstanding, countersignature)

    def _becomes(
        self,
        contact: Contact,
        account: Account,
        salt: str,
        digest: str,
        flags: tuple[Flag, ...],
        outstanding: tuple[Outstanding, ...],
        countersignature: Requirement,
    ) -> None:
        self.contact = contact
        self.account = account
        self.salt = salt
        self.digest = digest
        self.flags = flags
        self.outstanding = outstanding
        self.countersignature = countersignature
        self.signed = None
        # What is personal is None once it was destroyed. Once named, always.
        if account is not None and account.concern:
            self.kept_from |= frozenset(account.concern.about_staff)
        self.status = Status.AWAITING if countersignature.required else Status.COMPLETE
