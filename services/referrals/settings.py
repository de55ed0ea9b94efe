"""Settings of the referrals service: `REFERRALS_…`."""

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.referrals.policy import TRUST_FLOOR
from shared.contracts.referrals import ReferralRules
from shared.platform.settings import ServiceSettings

TeamType = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
"""A service or team type of the Mental Health Services Data Set."""


class ReferralsSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REFERRALS_")

    lookup_secret: SecretStr
    """Under which NHS numbers are looked up. It can't be changed later."""
    trust_floor: ReferralRules = TRUST_FLOOR
    """The loosest referral rules that a team may set (JSON object with every rule)."""
    team_types: dict[str, TeamType] = Field(default_factory=dict)
    """What kind each team is (JSON object): `{"north-cmht": "A06"}`. A team that isn't here is
    named in the report of an extract."""
