"""Requests and responses of sharing preferences."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import model_validator

from services.referrals.schemas.support.kept import KeptRequest, KeptView
from shared.contracts.referrals import Recipient, Sharing
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import Day

FAMILY = ("carer", "family")


class SharingPreferenceRequest(KeptRequest):
    """What the person lets be told to whom; `carer_id` names one of the carers recorded."""

    recipient: Recipient
    carer_id: UUID | None = None
    may_share: Sharing
    own_words: Paragraph | None = None
    review_due: Day | None = None

    @model_validator(mode="after")
    def _only_a_carer_is_a_carer(self) -> Self:
        if self.carer_id is not None and self.recipient not in FAMILY:
            raise ValueError("carer_id goes with a recipient of carer or family")
        return self


class SharingPreferenceView(KeptView):
    """`current` where nothing was said later of the same recipient and carer."""

    recipient: Recipient
    carer_id: UUID | None
    may_share: Sharing
    own_words: str | None
    review_due: date | None
    current: bool
