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
from shared.platform.migrations import expected_revision, migrate
from tests.support.engines import Engines

NOT_DECLARED = ("event_base", "ledger_size", "alembic_version")


@pytest.mark.parametrize("name", SERVICES)
def test_declared_tables_match_the_migrated_ones(engines: Engines, name: str) -> None:
    fresh = engines.fresh(name)
    projection: MetaData = import_module(f"services.{name}.projection").METADATA
    own = MetaData()
    for table in (*METADATA.tables.values(), *projection.tables.values()):
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
