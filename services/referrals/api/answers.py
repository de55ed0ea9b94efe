"""What more than one route of referrals answers."""

from fastapi.responses import Response

from services.referrals.domain import Referral
from services.referrals.projection import referral_document
from shared.eventstore.commands import Outcome
from shared.platform.http import created


def created_referral(outcome: Outcome[Referral]) -> Response:
    """A referral as a command left it."""
    return created(outcome, referral_document(outcome.aggregate), "/v1/referrals")
