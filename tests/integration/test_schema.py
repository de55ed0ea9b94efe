"""What the migrations make is what the code believes it has."""

from importlib import import_module

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import NullPool

from shared.contracts.system import SERVICES
from shared.eventstore.schema import METADATA
from shared.platform import ties
from shared.platform.migrations import CannotMigrate, expected_revision, migrate
from tests.support.engines import Engines

WITH_TIES = ("notes", "referrals", "supervision")
NOT_DECLARED = ("event_base", "ledger_size", "alembic_version", "schema_serves")


@pytest.mark.parametrize("name", SERVICES)
def test_declared_tables_match_the_migrated_ones(engines: Engines, name: str) -> None:
    fresh = engines.fresh(name)
    projection: MetaData = import_module(f"services.{name}.projection").METADATA
    own = MetaData()
    shared = [METADATA, ties.METADATA] if name in WITH_TIES else [METADATA]
    for table in (table for part in (*shared, projection) for table in part.tables.values()):
        table.to_metadata(own)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(fresh.owner_dsn),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_schemas": True,
                "include_object": lambda _object, name, kind, *_: (
                    kind in ("table", "column") and name not in NOT_DECLARED
                ),
            },
        )
        assert compare_metadata(context, own) == []


@pytest.mark.parametrize("name", SERVICES)
def test_migrating_again_changes_nothing(engines: Engines, name: str) -> None:
    fresh = engines.fresh(name)
    assert migrate(name, fresh.owner_dsn) == expected_revision(name)


EVENT = (
    "INSERT INTO events (position, event_id, stream_id, version, type, body)"
    " VALUES (1, gen_random_uuid(), gen_random_uuid(), 1, 't', '{\"personal\": {}}')"
)


@pytest.mark.parametrize("name", SERVICES)
def test_events_from_before_sealing_are_refused_and_left_alone(engines: Engines, name: str) -> None:
    old = engines.empty(name)
    migrate(name, old.owner_dsn, "0001")
    with psycopg.connect(old.owner_dsn) as connection:
        connection.execute(EVENT)
    with pytest.raises(CannotMigrate, match="start with an empty database"):
        migrate(name, old.owner_dsn)
    with psycopg.connect(old.owner_dsn) as connection:
        found = connection.execute("SELECT version_num, (SELECT count(*) FROM events)"
                                   " FROM alembic_version").fetchall()  # fmt: skip
    assert found == [("0001", 1)]
