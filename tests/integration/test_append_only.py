"""The database itself refuses to change an event: by grants, and by triggers for its owner."""

import psycopg
import pytest

from tests.support.build import append, note
from tests.support.engines import Engines

pytestmark = pytest.mark.anyio
CHANGES = ["UPDATE events SET body = ''", "DELETE FROM events", "TRUNCATE events"]


@pytest.mark.parametrize("change", CHANGES)
async def test_the_run_time_role_may_not_change_events(engines: Engines, change: str) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened:
        await append(opened, note())
    with (
        psycopg.connect(fresh.dsn) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(change)


@pytest.mark.parametrize("change", CHANGES)
async def test_triggers_refuse_even_the_owner(engines: Engines, change: str) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened:
        await append(opened, note())
    with (
        psycopg.connect(fresh.owner_dsn) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute(change)


@pytest.mark.parametrize("change", ["DELETE FROM ledger", "UPDATE ledger SET body = ''"])
def test_the_ledger_is_append_only_too(engines: Engines, change: str) -> None:
    fresh = engines.fresh("audit")
    with (
        psycopg.connect(fresh.dsn) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(change)
    with (
        psycopg.connect(fresh.owner_dsn) as connection,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        connection.execute(change)


def test_a_service_can_not_enter_anothers_database(engines: Engines) -> None:
    engines.fresh("notes")
    engines.fresh("referrals")
    dsn = engines.postgres.run_time_dsn("notes").replace("_notes ", "_referrals ", 1)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(dsn)
