"""Settings of the referrals service: `REFERRALS_…`."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class ReferralsSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REFERRALS_")

    lookup_secret: SecretStr
    """Under which NHS numbers are looked up. It can't be changed later."""
