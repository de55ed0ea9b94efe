"""What operators do to a service, here or in production."""

import base64
import os
from datetime import UTC, datetime

from countersign.configuration import service_of, settings_of
from services.audit.application import LedgerKeys
from shared.eventstore.database import Database
from shared.eventstore.rotation import rotate
from shared.eventstore.wrapping import KeyRing
from shared.kernel.actor import Actor
from shared.platform import projecting
from shared.platform.settings import MalformedSetting, ServiceSettings
from shared.platform.signed_note import SEED_BYTES, MalformedNote


async def replay(name: str) -> tuple[int, int]:
    """Apply parked events. Returns how many were applied, and how many are still parked."""
    database = Database(settings_of(name).database_dsn.get_secret_value())
    await database.open()
    try:
        return await projecting.replay(database, service_of(name).handlers)
    finally:
        await database.close()


async def rotate_key(name: str, operator: str) -> tuple[int, str]:
    """Wrap a service's data keys under the first key-encryption key of its ring.

    Returns how many were wrapped again, and that key's id.
    """
    settings = settings_of(name)
    ring = ring_of(settings)
    connection = await Database(settings.database_dsn.get_secret_value()).connect()
    try:
        by = Actor(operator, operator, "operator")
        mapper = service_of(name).mapper()
        return await rotate(connection, name, ring, mapper, by, datetime.now(UTC)), ring.current
    finally:
        await connection.close()


def new_ledger_key() -> str:
    """A line for AUDIT_LEDGER_KEYS."""
    return base64.b64encode(os.urandom(SEED_BYTES)).decode()


def ledger_vkeys(origin: str, year: int, lines: str) -> list[str]:
    """What verifies the checkpoints that keys sign of a year."""
    try:
        keys = LedgerKeys.parse(origin, lines)
        return [signer.verifier.vkey for signer in keys.signers(str(year))]
    except (MalformedSetting, MalformedNote) as malformed:
        raise SystemExit(str(malformed)) from None


def ring_of(settings: ServiceSettings) -> KeyRing:
    """The key-encryption keys of a service. Raises `MalformedKeyRing`."""
    return KeyRing.parse(settings.key_encryption_keys.get_secret_value())
