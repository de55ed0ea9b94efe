"""Settings of the notes service: `NOTES_…`."""

from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class NotesSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTES_")
