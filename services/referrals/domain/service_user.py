"""The person supported, and who may see their record."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.merging import Merging
from services.referrals.domain.refusals import NothingChanged, SelfNamed
from shared.contracts.referrals import (
    LocalId,
    NhsNumberStatus,
    PersonName,
    RestrictionSet,
    ServiceUserRegistered,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import NoRelationship
from shared.kernel.relationship import Restriction


class ServiceUser(Merging):
    """The person supported."""

    kind = "service-user"
    owns_key = True

    class Registered(ServiceUserRegistered, Aggregate.Created):
        pass

    class Restricted(RestrictionSet, Aggregate.Event):
        pass

    @classmethod
    def register(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        registered: Self = cls.begin(cls.Registered, id=id, at=at, actor=by, **particulars)
        return registered

    def may_restrict(
        self, by: Actor, named_staff: Collection[str], others: Sequence[Self] = ()
    ) -> None:
        """Raises `Forbidden` for someone who is kept from this record, or lets themselves in."""
        now = Restriction.together(each.restriction for each in (self, *others))
        if by.staff_id in now.excluded:
            raise NoRelationship()
        if by.staff_id in named_staff and by.staff_id not in now.named:
            raise SelfNamed()

    def restrict(
        self,
        by: Actor,
        at: datetime,
        restriction: Restriction,
        reason: str,
        others: Sequence[Self] = (),
    ) -> None:
        """Replace who may see this record, also of the `others` that are the same person. Raises
        `NothingChanged`."""
        if all(each.restriction == restriction for each in (self, *others)):
            raise NothingChanged()
        for each in (self, *others):
            each._restricted(
                actor=by,
                timestamp=at,
                restricted=restriction.restricted,
                named_staff=tuple(sorted(restriction.named)),
                excluded_staff=tuple(sorted(restriction.excluded)),
                reason=reason,
            )

    @event(Registered)
    def __init__(
        self,
        nhs_number: str | None,
        local_ids: tuple[LocalId, ...],
        name: PersonName,
        date_of_birth: date,
        team_id: str,
        care_coordinator_id: str | None,
        nhs_number_status: NhsNumberStatus | None,
    ) -> None:
        self.nhs_number = nhs_number
        self.local_ids = local_ids
        self.name = name
        self.date_of_birth = date_of_birth
        self.team = team_id
        self.care_coordinator_id = care_coordinator_id
        self.nhs_number_status = nhs_number_status or _untraced(nhs_number)
        self.restriction = Restriction()
        self.merged_into = None
        self.duplicates = ()
        self.was_merged = False

    @event(Restricted)
    def _restricted(
        self,
        actor: Actor,
        timestamp: datetime,
        restricted: bool,
        named_staff: tuple[str, ...],
        excluded_staff: tuple[str, ...],
        reason: str,
    ) -> None:
        self.restriction = Restriction(
            restricted, frozenset(named_staff), frozenset(excluded_staff)
        )

    @property
    def subject(self) -> str:
        return str(self.id)

    @property
    def data_subject(self) -> str:
        return f"service-user:{self.id}"

    @property
    def team_id(self) -> str:
        return self.team


def _untraced(nhs_number: str | None) -> NhsNumberStatus:
    """What is known of a number that nobody has traced, or of none."""
    return "trace_required" if nhs_number is None else "not_traced"
