"""The person supported: who they are, and who may see their record."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.merging import Merging
from services.referrals.domain.particulars import Particulars
from services.referrals.domain.refusals import NothingChanged, NotYoursToChange, SelfNamed
from services.referrals.policy import may_change, refuse_incoherent, status_of
from shared.contracts.referrals import (
    Communication,
    EthnicCategory,
    LocalId,
    NhsNumberStatus,
    PersonName,
    RestrictionSet,
    ServiceUserRegistered,
    ServiceUserUpdated,
    YoungPerson,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day
from shared.kernel.errors import Malformed, NoRelationship
from shared.kernel.relationship import Restriction


class ServiceUser(Merging):
    """The person supported."""

    kind = "service-user"
    owns_key = True

    class Registered(ServiceUserRegistered, Aggregate.Created):
        pass

    class Updated(ServiceUserUpdated, Aggregate.Event):
        pass

    class Restricted(RestrictionSet, Aggregate.Event):
        pass

    @classmethod
    def register(
        cls,
        by: Actor,
        at: datetime,
        id: UUID,
        nhs_number: str | None,
        nhs_number_status: NhsNumberStatus | None = None,
        **particulars: Any,
    ) -> Self:
        """Without a status, a number that is given is one that nobody has traced."""
        said = {
            **particulars,
            "nhs_number": nhs_number,
            "nhs_number_status": nhs_number_status or status_of(nhs_number),
        }
        refuse_incoherent(said, local_day(at))
        registered: Self = cls.begin(cls.Registered, id=id, at=at, actor=by, **said)
        return registered

    def may_update(self, by: Actor, given: Mapping[str, Any]) -> None:
        """Raises `NotYoursToChange`, for what would differ from what is known."""
        after = self.particulars.with_changes(given)
        changed = self.particulars.differing(after)
        if not may_change(by.role, changed, takes_death_back=self._takes_death_back(after)):
            raise NotYoursToChange()

    def update(
        self, by: Actor, at: datetime, given: Mapping[str, Any], reason: str | None
    ) -> tuple[str, ...]:
        """Change what is given. Returns what differs; nothing is recorded when nothing does.

        Raises `Malformed` for what doesn't fit with the rest, or for a death that is moved to
        another day, or taken back, without a reason.
        """
        self.refuse_merged()
        return self._change(by, at, given, reason)

    def follow(self, by: Actor, at: datetime, survivor: Self, reason: str | None) -> None:
        """Take over the team and the care co-ordinator of what stands for the person, so that those
        it had before are tied no longer; and the death, or that there was none."""
        now = survivor.particulars
        followed = {
            "team_id": now.team_id,
            "care_coordinator_id": now.care_coordinator_id,
            "died_on": now.died_on,
        }
        self._change(by, at, followed, reason)

    def _change(
        self, by: Actor, at: datetime, given: Mapping[str, Any], reason: str | None
    ) -> tuple[str, ...]:
        after = self.particulars.with_changes(given)
        changed = self.particulars.differing(after)
        if not changed:
            return ()
        refuse_incoherent(after.fields(), local_day(at))
        if "died_on" in changed and self.particulars.died_on is not None and reason is None:
            raise Malformed("a recorded death is changed with why", "#/reason")
        self._updated(actor=by, timestamp=at, changed=changed, reason=reason, **after.fields())
        return changed

    def _takes_death_back(self, after: Particulars) -> bool:
        return self.particulars.died_on is not None and after.died_on is None

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
        ethnicity: EthnicCategory | None,
        communication: Communication | None,
        young_person: YoungPerson | None,
    ) -> None:
        self.particulars = Particulars(
            nhs_number=nhs_number,
            # Those of the first registrations were published without one.
            nhs_number_status=nhs_number_status or status_of(nhs_number),
            local_ids=local_ids,
            name=name,
            date_of_birth=date_of_birth,
            ethnicity=ethnicity,
            communication=communication,
            young_person=young_person,
            team_id=team_id,
            care_coordinator_id=care_coordinator_id,
            died_on=None,
            moved_away_on=None,
        )
        self.restriction = Restriction()
        self.merged_into = None
        self.duplicates = ()
        self.was_merged = False

    @event(Updated)
    def _updated(
        self,
        actor: Actor,
        timestamp: datetime,
        changed: tuple[str, ...],
        nhs_number: str | None,
        nhs_number_status: NhsNumberStatus,
        local_ids: tuple[LocalId, ...],
        name: PersonName,
        date_of_birth: date,
        ethnicity: EthnicCategory | None,
        communication: Communication | None,
        young_person: YoungPerson | None,
        team_id: str,
        care_coordinator_id: str | None,
        died_on: date | None,
        moved_away_on: date | None,
        reason: str | None,
    ) -> None:
        self.particulars = Particulars(
            nhs_number=nhs_number,
            nhs_number_status=nhs_number_status,
            local_ids=local_ids,
            name=name,
            date_of_birth=date_of_birth,
            ethnicity=ethnicity,
            communication=communication,
            young_person=young_person,
            team_id=team_id,
            care_coordinator_id=care_coordinator_id,
            died_on=died_on,
            moved_away_on=moved_away_on,
        )

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
        return self.particulars.team_id
