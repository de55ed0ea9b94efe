"""Settings of the supervision service: `SUPERVISION_…`."""

from pydantic_settings import SettingsConfigDict

from services.supervision.policy import TRUST_FLOOR
from shared.contracts.supervision import SupervisionRules
from shared.platform.http import Name
from shared.platform.settings import ServiceSettings


class SupervisionSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SUPERVISION_")

    trust_floor: SupervisionRules = TRUST_FLOOR
    """The loosest supervision rules that a team may set (JSON object with every rule)."""
    safeguarding_team: Name = "safeguarding"
    """Whose duty rota has the trust's duty safeguarding lead: no team's to choose."""
