"""Signing a test's ledger, and what its database then holds."""

from datetime import datetime
from typing import Any

import psycopg

from services.audit.application import LedgerKeys
from services.audit.application.cosigning import Cosigning
from services.audit.application.signing import Publishing, Signing
from shared.kernel.clock import SystemClock
from shared.platform.deadlines import clock_call
from tests.support.build import NOW
from tests.support.ledger import KEYS, AuditService


async def look(
    audit: AuditService,
    at: datetime = NOW,
    keys: LedgerKeys = KEYS,
    publishing: Publishing | None = None,
) -> Signing:
    """What a worker does that has just begun to lead."""
    signing = Signing(
        audit.database, keys, SystemClock(), publishing or Cosigning(audit.database, ())
    )
    assert await signing.look(clock_call(at)) == 0
    return signing


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def tampered(audit: AuditService, statement: str) -> None:
    """Change what nobody may: as who owns the database could."""
    owner = audit.owner_dsn
    with psycopg.connect(owner) as connection:
        connection.execute(statement)
