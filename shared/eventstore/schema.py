"""The tables under every service: events, idempotency keys, consumer positions, dead letters."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)

METADATA = MetaData()

EVENTS = Table(
    "events",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("traceparent", Text),
)
IDEMPOTENCY = Table(
    "idempotency_keys",
    METADATA,
    Column("key", LargeBinary, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, index=True),
)
CONSUMERS = Table(
    "consumers",
    METADATA,
    Column("producer", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
DEAD_LETTERS = Table(
    "dead_letters",
    METADATA,
    Column("producer", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False),
)
DATA_KEYS = Table(
    "data_keys",
    METADATA,
    Column("key_id", Uuid, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("wrapped", LargeBinary),
    Column("kek", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("destroyed_at", DateTime(timezone=True)),
    Column("handed_over", Boolean, nullable=False),
    schema="keys",
)
"""In a schema of its own, for backups of its own: a long-lived copy would undo destruction.

A subject has one key; a second only where its owner was set back and made the subject anew.
"""
RECOVERIES = Table(
    "recoveries",
    METADATA,
    Column("tail_position", BigInteger, primary_key=True, autoincrement=False),
    Column("tail_event_id", Text, nullable=False),
    Column("recovered_at", DateTime(timezone=True), nullable=False),
)
