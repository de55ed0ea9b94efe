"""What is known of a note, and the rules that more than one of its commands keeps."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notes.domain.note.content import RETRACTED, Status
from services.notes.domain.refusals import AlreadyRetracted, NamedInConcern, NotAuthor, OwnNote
from shared.contracts.notes import Account, Contact, Flag, Outstanding, Requirement
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser


class NoteState(AboutServiceUser):
    """Nothing is overwritten: each version has its digest, a signature binds to one (NMC 10.3)."""

    kind = "note"

    author: Actor
    recorded_at: datetime
    concern_id: UUID | None
    group_session_id: UUID | None
    kept_from: frozenset[str]

    contact: Contact
    account: Account
    salt: str
    digest: str
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    late_reason: str | None

    status: Status
    countersignature: Requirement
    signed: dict[str, Any] | None
    assigned_to: str | None
    answer_from: str | None
    returns: list[dict[str, Any]]

    amendments: list[dict[str, Any]]
    addenda: list[dict[str, Any]]
    retraction_requested: dict[str, Any] | None
    belongs_to: UUID | None
    retracted: dict[str, Any] | None
    refiled_from: UUID | None
    refiled_to: UUID | None

    def may_write(self, by: Actor) -> None:
        """What is its author's to do."""
        if not self.is_author(by):
            raise NotAuthor()

    def is_author(self, by: Actor) -> bool:
        return by.staff_id == self.author.staff_id

    def refuse_author(self, by: Actor) -> None:
        if self.is_author(by):
            raise OwnNote()

    def refuse_named(self, by: Actor) -> None:
        """A concern about staff is out of the hands of those it names."""
        if by.staff_id in self.kept_from:
            raise NamedInConcern()

    def refuse_retracted(self) -> None:
        if self.status in RETRACTED:
            raise AlreadyRetracted()

    @property
    def still_outstanding(self) -> tuple[Outstanding, ...]:
        """What is asked for: nothing more of what was retracted."""
        return () if self.status in RETRACTED else self.outstanding

    @property
    def account_in_full(self) -> Account:
        """The account, with the late entry's reason if that was told afterwards."""
        reason = self.account.late_entry_reason or self.late_reason
        return replace(self.account, late_entry_reason=reason)
