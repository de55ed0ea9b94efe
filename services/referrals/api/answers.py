"""What more than one route of referrals answers."""

from fastapi.responses import Response

from services.referrals.domain import Referral
from services.referrals.projection import referral_document
from shared.eventstore.commands import Outcome
from shared.platform.http import created


def created_referral(outcome: Outcome[Referral], *, related: bool = True) -> Response:
    """A referral as a command left it. Who is not related to the person isn't told that there was
    one before: writing grants no reading."""
    document = referral_document(outcome.aggregate)
    told = document if related else {**document, "previous_referral_id": None}
    return created(outcome, told, "/v1/referrals")
