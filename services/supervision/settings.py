"""Settings of the supervision service: `SUPERVISION_…`."""

from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class SupervisionSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SUPERVISION_")
