"""What operators do to a service, here or in production."""

import base64
import contextlib
import gc
import os
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import cast

import uvicorn

from countersign.configuration import dsn_of_owner, service_of, settings_of
from countersign.misconfigured import in_words
from countersign.serving import DRAIN, FINISH_WITHIN, Server
from services.audit.application import LedgerKeys
from shared.eventstore.database import Database
from shared.eventstore.rotation import rotate
from shared.eventstore.wrapping import KeyRing
from shared.kernel.actor import Actor
from shared.platform import migrations, projecting
from shared.platform.service import Role, runtime
from shared.platform.settings import MalformedSetting, ServiceSettings
from shared.platform.signed_note import SEED_BYTES, MalformedNote

GC_THRESHOLD = (50_000, 20, 20)


def serve(name: str, role: str, host: str, port: int, drain: float | None = None) -> None:
    """Run a service until it is told to stop. Settings that can't be used end it at once."""
    with in_words(name):
        app = import_module(f"services.{name}.main").create_app(role=cast(Role, role))
    # What is made at start lives for ever: not looking at it again saves a third of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_config=None, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=FINISH_WITHIN,
    )  # fmt: skip
    if drain is None:
        drain = DRAIN if role == "api" else 0
    with contextlib.suppress(KeyboardInterrupt):
        Server(config, runtime(app).stopping, drain).run()


def migrate(name: str, owner_dsn: str | None, say: Callable[[str], None], *, force: bool) -> str:
    return migrations.migrate(name, dsn_of_owner(name, owner_dsn), force=force, say=say)


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
