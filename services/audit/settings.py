"""Settings of the audit service: `AUDIT_…`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.platform.settings import ServiceSettings


class AuditSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUDIT_")

    export_hours: int = Field(default=24, ge=1, le=168)
    """How long an export can be fetched once it is made."""
    ledger_origin: str = Field(default="localhost/v1/audit/ledger", pattern=r"^[^\s+]+[^\s+/]$")
    """What the ledger is called in its checkpoints: where it is served, without the scheme. A
    shard's origin is this, a slash and the shard's year."""
    ledger_keys: SecretStr
    """Lines of the base64 of 32 random bytes: Ed25519 seeds, each of which signs checkpoints. A new
    key is added beside the old one, which goes when everyone has the new one's public half."""
    witnesses: str = ""
    """Lines of `<vkey> <url>`: who is asked to cosign each checkpoint before it is published."""
    timestamp_authorities: str = ""
    """Lines of URLs (RFC 3161): who stamps the newest checkpoint from time to time."""
    timestamp_roots: str = ""
    """Certificates in PEM: of the authorities' roots, by which their answers are believed."""
    timestamp_every_minutes: int = Field(default=60, ge=1)
    check_every_hours: float = Field(default=24, gt=0, le=24 * 31)
    """How often a round begins of comparing what the services hold with the ledger. It takes half
    of that at most, while the ledger grows no faster than it can be compared (20,000 events a
    second of each service)."""
