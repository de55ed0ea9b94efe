"""Settings of a service: values from the environment, secrets from files.

Each service reads `<SERVICE>_<NAME>`; a file of that name (lower case) in the directory that
`COUNTERSIGN_SECRETS_DIR` names gives the same setting, so a Kubernetes secret can be mounted as is.
"""

import os
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1 << 20


class ServiceSettings(BaseSettings):
    """What all four have in common. A service subclasses it with its own prefix."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    database_dsn: SecretStr
    """libpq connection string of the run-time role."""
    nats_url: str = "nats://127.0.0.1:4222"
    nats_user: str | None = None
    nats_password: SecretStr | None = None
    ods_code: str = Field(default="LOCAL", pattern=r"^[A-Z0-9]{3,10}$")
    issuer: str = "http://127.0.0.1:8100"
    audience: str = "countersign"
    jwks_uri: str | None = None
    """Read from the issuer's discovery document unless set."""
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "RS384", "ES384")
    claim_subject: str = "sub"
    claim_name: str = "name"
    claim_roles: str = "roles"
    claim_teams: str = "teams"
    idempotency_secret: SecretStr
    key_encryption_keys: SecretStr
    """Lines of `<id> <base64 of 32 bytes>`: the first wraps data keys, all unwrap them."""
    max_body_bytes: int = MEBIBYTE
    pool_size: int = 6
    trace_sample_ratio: float = Field(default=1.0, ge=0, le=1)
    otlp_endpoint: str | None = None
    """Where spans go (OTLP over HTTP); without it they are not recorded, only propagated."""
    log_level: str = "INFO"

    def __init__(self, **values: Any) -> None:
        values.setdefault("_secrets_dir", os.environ.get("COUNTERSIGN_SECRETS_DIR"))
        super().__init__(**values)
