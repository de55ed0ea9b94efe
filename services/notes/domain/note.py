"""A note: recorded by its author, amended without loss, countersigned by someone who may."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.refusals import (
    AlreadyCountersigned,
    BasisNotAllowed,
    BodyNotAccepted,
    CountersignatureNotRequired,
    DigestMismatch,
    NamedInConcern,
    NotAuthor,
    NothingChanged,
    NotPresent,
    NotRegistered,
    OwnNote,
)
from services.notes.policy import Before, InForce, Judgement
from shared.contracts.notes import (
    Account,
    AmendmentKind,
    Basis,
    BoundaryAuthoritySettled,
    Contact,
    Flag,
    NoteAmended,
    NoteCountersigned,
    NoteRecorded,
    Outstanding,
    RecordKeepingRules,
    Requirement,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Status(StrEnum):
    COMPLETE = "complete"
    AWAITING = "awaiting_countersignature"
    COUNTERSIGNED = "countersigned"
    RETURNED = "returned"


class Note(Aggregate):
    """Nothing is overwritten: each version has its digest, a signature binds to one (NMC 10.3)."""

    kind = "note"
    outstanding: tuple[Outstanding, ...]

    class Recorded(NoteRecorded, Aggregate.Created):
        pass

    class Amended(NoteAmended, Aggregate.Event):
        pass

    class BoundarySettled(BoundaryAuthoritySettled, Aggregate.Event):
        pass

    class Countersigned(NoteCountersigned, Aggregate.Event):
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
        self.may_amend(by)
        changed = (*_changed(self.contact, contact), *_changed(self.account, account))
        if not changed:
            raise NothingChanged()
        self._amended(
            actor=by,
            timestamp=at,
            contact=contact,
            account=account,
            salt=salt,
            digest=digest(contact, account, salt),
            changed=changed,
            reason=reason,
            flags=judgement.flags,
            outstanding=judgement.outstanding,
            countersignature=judgement.countersignature,
            kind=kind,
            concern_id=concern_id,
        )

    def countersign(
        self, by: Actor, at: datetime, basis: Basis, digest: str, comment: str | None,
        rules: RecordKeepingRules,
    ) -> None:  # fmt: skip
        """Bind a registered practitioner's signature to the current version (NMC 11.3).

        `rules` are the team's that are in force now.
        """
        self.may_countersign(by)
        if self.status is Status.COUNTERSIGNED:
            raise AlreadyCountersigned()
        if not self.countersignature.required:
            raise CountersignatureNotRequired()
        if digest != self.digest:
            raise DigestMismatch()
        if by.registration and by.registration.body not in rules.countersign_bodies:
            raise BodyNotAccepted(accepted=rules.countersign_bodies)
        if basis not in rules.countersign_bases:
            raise BasisNotAllowed(accepted=rules.countersign_bases)
        if basis == "witnessed" and by.staff_id not in self.contact.staff_present:
            raise NotPresent()
        self._countersigned(actor=by, timestamp=at, basis=basis, digest=digest, comment=comment)

    def may_countersign(self, by: Actor) -> None:
        self.refuse_author(by)
        if by.staff_id in self.kept_from:
            raise NamedInConcern()
        if by.registration is None:
            raise NotRegistered()

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

    def refuse_author(self, by: Actor) -> None:
        if by.staff_id == self.author.staff_id:
            raise OwnNote()

    def may_amend(self, by: Actor) -> None:
        if by.staff_id != self.author.staff_id:
            raise NotAuthor()

    def settle_boundary(self, by: Actor, at: datetime, query_id: UUID) -> None:
        """The manager has answered; nothing is recorded if the note waits for nothing."""
        if "boundary_authority" in self.outstanding:
            self._boundary_settled(actor=by, timestamp=at, query_id=query_id)

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
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
    ) -> None:
        self.author = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.concern_id = concern_id
        self.group_session_id = group_session_id
        self.kept_from: frozenset[str] = frozenset()
        self.assigned_to: str | None = None
        self.refiled_to: UUID | None = None
        self.amendments: list[dict[str, Any]] = []
        self.signed: dict[str, Any] | None
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

    @event(BoundarySettled)
    def _boundary_settled(self, actor: Actor, timestamp: datetime, query_id: UUID) -> None:
        left = (each for each in self.outstanding if each != "boundary_authority")
        self.outstanding = tuple(left)

    @event(Countersigned)
    def _countersigned(
        self, actor: Actor, timestamp: datetime, basis: Basis, digest: str, comment: str | None
    ) -> None:
        self.status = Status.COUNTERSIGNED
        self.signed = {
            "by": actor,
            "at": timestamp,
            "basis": basis,
            "digest": digest,
            "comment": comment,
        }

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
        # What is personal is None once it was destroyed. Once named, always.
        if account is not None and account.concern:
            self.kept_from |= frozenset(account.concern.about_staff)
        self.salt = salt
        self.digest = digest
        self.flags = flags
        self.outstanding = outstanding
        self.countersignature = countersignature
        self.signed = None
        self.status = Status.AWAITING if countersignature.required else Status.COMPLETE

    @property
    def subject(self) -> str:
        return str(self.service_user_id)

    @property
    def data_subject(self) -> str:
        return f"service-user:{self.service_user_id}"

    @property
    def team_id(self) -> str | None:
        return self.team


def digest(contact: Contact, account: Account, salt: str) -> str:
    """SHA-256 (hex) of a version's canonical content and its salt.

    Canonical: JSON as the event stores it, keys sorted, no spaces. Without the salt, which is
    sealed with the content, it says nothing.
    """
    content = {"account": account, "contact": contact, "salt": salt}
    canonical = json.dumps(
        content, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return vars(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def _changed(before: Any, after: Any) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(before)
        if _comparable(getattr(before, field.name)) != _comparable(getattr(after, field.name))
    )


def _comparable(value: Any) -> str:
    return json.dumps(value, default=_plain, sort_keys=True)
