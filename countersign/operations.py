"""What operators do to a service, here or in production."""

import asyncio
import base64
import os
from datetime import UTC, datetime

import nats

from countersign.configuration import dsn_of_owner, service_of, settings_of
from services.audit.application import LedgerKeys
from shared.eventstore import recovery
from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.rotation import rotate
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.stream import read_at, read_tail
from shared.eventstore.wrapping import KeyRing, MalformedKeyRing
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


async def recover(name: str, owner_dsn: str | None, operator: str) -> recovery.Recovered | None:
    """Set a store up to go on after its stream. None when it need not be."""
    settings = settings_of(name)
    names = Names(settings.ods_code, name)
    password = settings.nats_password
    database = Database(settings.database_dsn.get_secret_value())
    await database.open()
    mapper = service_of(name).mapper()
    store = PostgresEventStore(database, mapper, DataKeys(database, _ring(settings), name))
    connection = await nats.connect(
        settings.nats_url,
        user=settings.nats_user,
        password=password.get_secret_value() if password else None,
        inbox_prefix=f"_INBOX_{name}",
        allow_reconnect=False,
    )
    try:
        tail = await read_tail(connection, names.stream)
        found, common = tail, 0
        for sequence in range(tail.sequence, 0, -1):
            found = await read_at(connection, names.stream, sequence) or found
            if str(await store.event_at(found.position)) == found.event_id:
                common = found.position
                break
        if common == tail.position:
            return None
        by = Actor(operator, operator, "operator")
        return await asyncio.to_thread(
            recovery.recover, dsn_of_owner(name, owner_dsn), mapper, tail, common, by,
            datetime.now(UTC),
        )  # fmt: skip
    finally:
        await connection.close()
        await database.close()


async def rotate_key(name: str, operator: str) -> tuple[int, str]:
    """Wrap a service's data keys under the first key-encryption key of its ring.

    Returns how many were wrapped again, and that key's id.
    """
    settings = settings_of(name)
    ring = _ring(settings)
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


def _ring(settings: ServiceSettings) -> KeyRing:
    try:
        return KeyRing.parse(settings.key_encryption_keys.get_secret_value())
    except MalformedKeyRing as malformed:
        raise SystemExit(str(malformed)) from None
