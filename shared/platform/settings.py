"""Settings of a service: values from the environment, secrets from files.

Each service reads `<SERVICE>_<NAME>`; a file of that name (lower case) in the directory that
`COUNTERSIGN_SECRETS_DIR` names gives the same setting, so a Kubernetes secret can be mounted as is.
"""

import os
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1 << 20
Algorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip
"""Signatures with a public key: a shared secret (HS256) or none at all can't be configured."""
JOB_ROLES: dict[str, tuple[str, ...]] = {
    "R1710": ("str_worker",),
    "R8000": ("registered_practitioner",),
    "R8001": ("registered_practitioner",),
    "R8003": ("registered_practitioner",),
}
"""Job roles of the national RBAC database: support, time and recovery worker; and the access roles
of clinical practitioners, nurses and health professionals. Who manages, supervises or audits is
the trust's to say."""


class MalformedSetting(ValueError):
    """Why a setting can't be used; never what is in it."""

    def __init__(self, setting: str, why: str) -> None:
        super().__init__(why)
        self.setting = setting


class BrokerSettings(BaseSettings):
    """What it takes to reach the broker, and whose subjects are used there."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    nats_url: str = "nats://127.0.0.1:4222"
    """Several servers with commas between. Another machine is reached by `tls://` only."""
    nats_user: str | None = None
    nats_password: SecretStr | None = None
    nats_ca: str | None = None
    """A file of the authorities believed at `tls://`; without it the system's are."""
    ods_code: str = Field(default="LOCAL", pattern=r"^[A-Z0-9]{3,10}$")

    def __init__(self, **values: Any) -> None:
        values.setdefault("_secrets_dir", os.environ.get("COUNTERSIGN_SECRETS_DIR"))
        super().__init__(**values)


class ServiceSettings(BrokerSettings):
    """What all four have in common. A service subclasses it with its own prefix."""

    database_dsn: SecretStr
    """libpq connection string of the run-time role."""
    issuer: str = "http://127.0.0.1:8100"
    audience: str = "countersign"
    jwks_uri: str | None = None
    """Read from the issuer's discovery document unless set."""
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256", "RS384", "ES384")
    token_leeway_seconds: int = Field(default=30, ge=0, le=120)
    """Clock difference allowed on `exp`, `nbf` and `iat`."""
    revoked_kids: frozenset[str] = frozenset()
    """Keys that are trusted no more, whatever the issuer still publishes (JSON list)."""
    claims: Literal["plain", "cis2"] = "plain"
    """`plain` reads the four claims below; `cis2` those of NHS CIS2, with `role_mapping`."""
    role_mapping: dict[str, tuple[str, ...]] = JOB_ROLES
    """Job role code to our roles (JSON object). A code that isn't here gives no role."""
    claim_subject: str = "sub"
    claim_name: str = "name"
    claim_roles: str = "roles"
    claim_teams: str = "teams"
    idempotency_secret: SecretStr
    key_encryption_keys: SecretStr
    """Lines of `<id> <base64 of 32 bytes>`: the first wraps data keys, all unwrap them."""
    max_body_bytes: int = MEBIBYTE
    rate_limit_per_second: float = Field(default=200, ge=0)
    """Of one caller, in one process; 0 for no limit."""
    rate_limit_burst: int = Field(default=4000, ge=1)
    strict_transport_security: str = "max-age=31536000"
    """Browsers heed it over https only. Empty: not sent."""
    pool_size: int = 6
    access_grace_hours: float = Field(default=0, ge=0, le=24 * 31)
    """How long a tie to a caseload or a team outlives its end."""
    trace_sample_ratio: float = Field(default=1.0, ge=0, le=1)
    otlp_endpoint: str | None = None
    """Where spans go (OTLP over HTTP); without it they are not recorded, only propagated."""
    log_level: str = "INFO"
