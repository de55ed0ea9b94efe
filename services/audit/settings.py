"""Settings of the audit service: `AUDIT_…`."""

from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class AuditSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUDIT_")
