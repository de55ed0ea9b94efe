"""Tables of the audit service."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.sql import RowsInto

METADATA = MetaData()
LEDGER = Table(
    "ledger",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("service", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("previous", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
LEAVES = Table(
    "leaves",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("record", LargeBinary, nullable=False),
)
"""What stands in the tree for each row of the ledger (`policy.Leaf`)."""
NUMBERS = Table(
    "numbers",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)
"""Each person's running numbers, as the leaves have them, and what these salt the person with: the
salt is nowhere else, and can't be made again."""
SHARDS = Table(
    "shards",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("first_index", BigInteger, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
)
"""Trees, one after another: each goes on to where the next begins."""
TILES = Table(
    "tiles",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""Each as wide as the tree has it now; what was signed of a partial one is how it begins."""
CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True)),
)
WITNESSED = Table(
    "witnessed",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("witness", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""How far each witness has followed a shard, and what it last said."""
TIMESTAMPS = Table(
    "timestamps",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("authority", Text, primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
DISAGREEMENTS = Table(
    "disagreements",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("settled_at", DateTime(timezone=True)),
    Column("announced_at", DateTime(timezone=True)),
)
"""Where a service says something else than the ledger. `digest` and `body` are the service's word,
empty where it has none."""
CHECKS = Table(
    "checks",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("checked_to", BigInteger, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
"""How far a round of comparing a service with the ledger has come, and when the last whole one
ended."""
ENTRIES = Table(
    "entries",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("service", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_role", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("team_id", Text),
    Column("resource_kind", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("resource_version", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
)
SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
)
"""Whom each entry is about: any number of people."""
ACCESSES = Table(
    "accesses",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("basis", Text),
    Column("override_id", Text),
)
"""Who looked at whose record, or was refused: what a list of them is filtered by."""
ALERTS = Table(
    "alerts",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
)
RESTRICTIONS = Table(
    "restrictions",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("restricted", Boolean, nullable=False),
    Column("excluded", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)
"""Whose record is restricted, and who is excluded from it, as of a version of the person."""
MERGES = Table(
    "merges",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("into_subject", Text),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("index", BigInteger, nullable=False),
)
"""Which registration was merged into which; null when it was separated again."""
KEPT_FROM = Table(
    "kept_from",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("index", BigInteger, nullable=False),
)
"""Which concerns and notes are never readable by whom they name; `index` is where that was said."""
FILINGS = Table(
    "filings",
    METADATA,
    Column("note_id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("index", BigInteger, nullable=False),
)
"""Under whom each note was filed, and when; `recorded_at` is when its author recorded it."""
CASELOADS = Table(
    "caseloads",
    METADATA,
    Column("referral_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("staff_id", Text),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("index", BigInteger, nullable=False),
)
"""On whose caseload a referral put someone; null when it took them off."""
DAYS = Table(
    "days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, nullable=False),
)
"""The days, in UTC, on which anything happened that lies in a block of entries: between which
indexes to look for what happened in a period. `index` is one of them."""
GAPS = Table(
    "gaps",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("after_position", BigInteger, primary_key=True, autoincrement=False),
    Column("before_position", BigInteger, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("filled_at", DateTime(timezone=True)),
    Column("announced_at", DateTime(timezone=True)),
)
ENGAGEMENTS = Table(
    "engagements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("auditor_id", Text, nullable=False),
    Column("agreed_at", DateTime(timezone=True), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("teams", JSONB, nullable=False),
    Column("service_user_ids", JSONB, nullable=False),
    Column("identities", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
)
EXPORTS = Table(
    "exports",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("document", JSON, nullable=False),
)
EXPORT_PROGRESS = Table(
    "export_progress",
    METADATA,
    Column("export_id", Uuid, primary_key=True),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
EXPORT_KEYS = Table(
    "export_keys",
    METADATA,
    Column("export_id", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("kek", Text, nullable=False),
)
EXPORT_FILES = Table(
    "export_files",
    METADATA,
    Column("export_id", Uuid, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("file", Uuid, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)
"""Which parts are a file of an export: those of a try that was given up are named by none."""
EXPORT_PARTS = Table(
    "export_parts",
    METADATA,
    Column("export_id", Uuid, primary_key=True),
    Column("file", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Files in parts, sealed under the export's own key, which goes when it expires."""
LEDGER_ROWS = RowsInto(LEDGER, replace=False)
LEAF_ROWS = RowsInto(LEAVES, replace=False)
NUMBER_ROWS = RowsInto(NUMBERS, replace=False)
SHARD_ROWS = RowsInto(SHARDS, replace=False)
TILE_ROWS = RowsInto(TILES)
ENTRY_ROWS = RowsInto(ENTRIES, replace=False)
SUBJECT_ROWS = RowsInto(SUBJECTS, replace=False)
ACCESS_ROWS = RowsInto(ACCESSES, replace=False)
ALERT_ROWS = RowsInto(ALERTS, replace=False)
RESTRICTION_ROWS = RowsInto(RESTRICTIONS, newest_by="version")
MERGE_ROWS = RowsInto(MERGES, newest_by="index")
KEPT_ROWS = RowsInto(KEPT_FROM, newest_by="index")
FILING_ROWS = RowsInto(FILINGS, newest_by="index")
CASELOAD_ROWS = RowsInto(CASELOADS, newest_by="index")
DAY_ROWS = RowsInto(DAYS, newest_by="index")
GAP_ROWS = RowsInto(GAPS)
CHECK_ROWS = RowsInto(CHECKS)
ENGAGEMENT_ROWS = RowsInto(ENGAGEMENTS)
EXPORT_ROWS = RowsInto(EXPORTS, newest_by="version")
EXPORT_FILE_ROWS = RowsInto(EXPORT_FILES)

EVIDENCE = (
    LEDGER, LEAVES, NUMBERS, SHARDS, TILES, CHECKPOINTS, WITNESSED, TIMESTAMPS, GAPS, DISAGREEMENTS,
    CHECKS,
)  # fmt: skip
"""The ledger, and what was said and found of it: never made again."""
OWN = (ENGAGEMENTS, EXPORTS, EXPORT_PROGRESS, EXPORT_KEYS, EXPORT_FILES, EXPORT_PARTS)
"""Read models of audit's own aggregates, written with their events."""
REBUILT = (
    ENTRIES, SUBJECTS, ACCESSES, ALERTS, RESTRICTIONS, MERGES, KEPT_FROM, FILINGS, CASELOADS, DAYS,
)  # fmt: skip
"""What events say: all that `rows_of` writes, and nothing else does. Made again from the ledger by
`countersign rebuild audit`."""
