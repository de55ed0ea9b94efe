"""Settings of a witness: `COUNTERSIGN_WITNESS_…`, or files of that name in
`COUNTERSIGN_SECRETS_DIR`."""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from countersign.witness.logs import Logs
from shared.platform.signed_note import COSIGNATURE, Signer, named

PREFIX = "COUNTERSIGN_WITNESS_"


class WitnessSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    name: str
    """What the witness is called in its cosignatures, as `witness.example.org/care`."""
    key: SecretStr
    """The base64 of 32 random bytes: the Ed25519 seed of this witness and of nothing else."""
    logs: str
    """Lines of `<origin prefix> <public key>`, in base64 or as `vkey`: which logs it follows."""
    directory: Path
    """Where it keeps what it cosigned. Losing it is losing its memory: keep it as you keep keys."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("_secrets_dir", os.environ.get("COUNTERSIGN_SECRETS_DIR"))
        super().__init__(**values)

    @field_validator("name")
    @classmethod
    def _can_be_a_name(cls, name: str) -> str:
        return named(name)

    @field_validator("key")
    @classmethod
    def _can_be_a_key(cls, key: SecretStr) -> SecretStr:
        Signer.parse("any", key.get_secret_value())
        return key

    @field_validator("logs")
    @classmethod
    def _can_be_logs(cls, logs: str) -> str:
        Logs.parse(logs)
        return logs

    @property
    def signer(self) -> Signer:
        return Signer.parse(self.name, self.key.get_secret_value(), COSIGNATURE)


def settings() -> WitnessSettings:
    """The environment's. Raises SystemExit, which names what is missing or malformed."""
    try:
        return WitnessSettings()
    except ValidationError as refused:
        lines = [
            f"{PREFIX}{str(each['loc'][0]).upper()}: {each['msg'].removeprefix('Value error, ')}"
            for each in refused.errors(include_input=False, include_context=False)
        ]
        raise SystemExit("\n".join(lines)) from None
