"""Settings of the referrals service: `REFERRALS_…`."""

from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class ReferralsSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REFERRALS_")
