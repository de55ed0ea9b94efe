"""What a person lets be told, and to whom (HB 10)."""

from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.support.kept import Kept
from shared.contracts.referrals import Recipient, Sharing, SharingPreferenceRecorded
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class SharingPreference(Kept):
    """As it was said once. What is said later of the same recipient takes its place."""

    kind = "sharing-preference"

    class Recorded(SharingPreferenceRecorded, Aggregate.Created):
        pass

    begins = Recorded

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        recipient: Recipient,
        carer_id: UUID | None,
        may_share: Sharing,
        review_due: date | None,
        own_words: str | None,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.recipient = recipient
        self.carer_id = carer_id
        self.may_share = may_share
        self.review_due = review_due
        self.own_words = own_words
