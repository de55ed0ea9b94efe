"""Settings of the notes service: `NOTES_…`."""

from pydantic_settings import SettingsConfigDict

from services.notes.policy import TRUST_FLOOR
from shared.contracts.notes import RecordKeepingRules
from shared.platform.settings import ServiceSettings


class NotesSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTES_")

    trust_floor: RecordKeepingRules = TRUST_FLOOR
    """The loosest record-keeping rules that a team may set (JSON object with every rule)."""
