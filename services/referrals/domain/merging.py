"""Two registrations of one person, and a merge that was wrong (ADR 14)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.particulars import Particulars
from services.referrals.domain.refusals import (
    AlreadyMerged,
    Merged,
    NhsNumbersDiffer,
    NotMerged,
)
from shared.contracts.referrals import (
    DuplicateLinked,
    DuplicateUnlinked,
    ServiceUserMerged,
    ServiceUserSeparated,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Merging(Aggregate):
    """Nothing moves. The duplicate says into which registration it was merged, and each that
    stands for the person then, or is on the way to it, which were merged into it."""

    class MergedInto(ServiceUserMerged, Aggregate.Event):
        pass

    class Separated(ServiceUserSeparated, Aggregate.Event):
        pass

    class Linked(DuplicateLinked, Aggregate.Event):
        pass

    class Unlinked(DuplicateUnlinked, Aggregate.Event):
        pass

    particulars: Particulars
    merged_into: UUID | None
    duplicates: tuple[UUID, ...]
    """All registrations that were merged into this one, also by way of another."""
    was_merged: bool

    def refuse_merged(self) -> None:
        """Raises `Merged`: what is decided of the person is decided on what stands for them."""
        if self.merged_into:
            raise Merged(into=str(self.merged_into))

    def merge(
        self, by: Actor, at: datetime, survivor: Self, reason: str, *, nhs_number_superseded: bool
    ) -> None:
        """This is the same person as `survivor`, which stands for both from now on.

        Raises `AlreadyMerged`, or `NhsNumbersDiffer` unless one number was superseded.
        """
        if self.merged_into or self.id == survivor.id:
            raise AlreadyMerged(into=str(self.merged_into or survivor.id))
        numbers = {each.particulars.nhs_number for each in (self, survivor)} - {None}
        differ = len(numbers) > 1
        if differ and not nhs_number_superseded:
            raise NhsNumbersDiffer()
        self._merged(
            actor=by,
            timestamp=at,
            into=survivor.id,
            nhs_number_superseded=differ,
            reason=reason,
        )
        survivor._linked(actor=by, timestamp=at, duplicate_id=self.id, along=self.duplicates)

    def separate(self, by: Actor, at: datetime, above: Sequence[Self], reason: str) -> None:
        """This is somebody else after all, with what is merged into it. `above` are those that it
        was merged into, the nearest first. Raises `NotMerged`."""
        if self.merged_into is None:
            raise NotMerged()
        self._separated(actor=by, timestamp=at, from_id=self.merged_into, reason=reason)
        for each in above:
            each._unlinked(actor=by, timestamp=at, duplicate_id=self.id, along=self.duplicates)

    @event(MergedInto)
    def _merged(
        self,
        actor: Actor,
        timestamp: datetime,
        into: UUID,
        nhs_number_superseded: bool,
        reason: str,
    ) -> None:
        self.merged_into, self.was_merged = into, True

    @event(Separated)
    def _separated(self, actor: Actor, timestamp: datetime, from_id: UUID, reason: str) -> None:
        self.merged_into = None

    @event(Linked)
    def _linked(
        self, actor: Actor, timestamp: datetime, duplicate_id: UUID, along: tuple[UUID, ...]
    ) -> None:
        self.duplicates = (*self.duplicates, duplicate_id, *along)

    @event(Unlinked)
    def _unlinked(
        self, actor: Actor, timestamp: datetime, duplicate_id: UUID, along: tuple[UUID, ...]
    ) -> None:
        gone = {duplicate_id, *along}
        self.duplicates = tuple(each for each in self.duplicates if each not in gone)
