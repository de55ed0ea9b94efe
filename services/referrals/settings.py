"""Settings of the referrals service: `REFERRALS_…`."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from services.referrals.policy import TRUST_FLOOR
from shared.contracts.referrals import ReferralRules
from shared.platform.settings import ServiceSettings


class ReferralsSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REFERRALS_")

    lookup_secret: SecretStr
    """Under which NHS numbers are looked up. It can't be changed later."""
    trust_floor: ReferralRules = TRUST_FLOOR
    """The loosest referral rules that a team may set (JSON object with every rule)."""
