"""The tree over the ledger: leaves, people's running numbers, tiles, shards, checkpoints; what of
the services' words disagrees; exports."""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from alembic import op

from services.audit.policy.leaf import SALT_BYTES, Leaf, numbered, shard_of
from shared.eventstore.ddl import apply, granted
from shared.kernel.merkle import Tile, edge, grown, leaf_hash

revision = "0005"
down_revision = "0004"

TREE = """
CREATE TABLE leaves (
  index bigint PRIMARY KEY,
  record bytea NOT NULL
);
CREATE TRIGGER leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE numbers (
  subject text,
  number bigint,
  index bigint NOT NULL,
  salt bytea NOT NULL,
  PRIMARY KEY (subject, number)
);
CREATE INDEX ix_numbers_index ON numbers (index);
CREATE TRIGGER numbers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON numbers
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE shards (
  id text PRIMARY KEY,
  first_index bigint NOT NULL UNIQUE,
  opened_at timestamptz NOT NULL
);
CREATE TRIGGER shards_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shards
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE tiles (
  shard text,
  level integer,
  number bigint,
  hashes bytea NOT NULL,
  PRIMARY KEY (shard, level, number)
);
ALTER TABLE tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
"""
SIGNED = """
CREATE TABLE checkpoints (
  shard text,
  size bigint,
  root bytea NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL,
  published_at timestamptz,
  PRIMARY KEY (shard, size)
);
CREATE TABLE witnessed (
  shard text,
  witness text,
  size bigint NOT NULL,
  state text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (shard, witness)
);
CREATE TABLE timestamps (
  shard text,
  size bigint,
  authority text,
  token bytea NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (shard, size, authority)
);
"""
DISAGREEMENTS = """
CREATE TABLE disagreements (
  service text,
  position bigint,
  kind text,
  digest bytea,
  event_id text NOT NULL,
  type text NOT NULL,
  body bytea NOT NULL,
  seen_at timestamptz NOT NULL,
  settled_at timestamptz,
  announced_at timestamptz,
  PRIMARY KEY (service, position, kind, digest)
);
CREATE INDEX ix_disagreements_seen_at
  ON disagreements (seen_at, service, position, kind, digest);
CREATE INDEX ix_disagreements_open ON disagreements (service, position)
  WHERE settled_at IS NULL;
CREATE INDEX ix_disagreements_unannounced ON disagreements (seen_at)
  WHERE announced_at IS NULL;
ALTER TABLE gaps ADD COLUMN announced_at timestamptz;
CREATE INDEX ix_gaps_open ON gaps (service, after_position) WHERE filled_at IS NULL;
CREATE INDEX ix_gaps_unannounced ON gaps (seen_at) WHERE announced_at IS NULL;
CREATE INDEX ix_gaps_seen_at ON gaps (seen_at, service, after_position);

CREATE TABLE checks (
  service text PRIMARY KEY,
  checked_to bigint NOT NULL,
  began_at timestamptz NOT NULL,
  ended_at timestamptz
);
"""
EXPORTS = """
CREATE TABLE exports (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  state text NOT NULL,
  expires_at timestamptz,
  document json NOT NULL
);
CREATE INDEX ix_exports_requested_at ON exports (requested_at, id);
CREATE INDEX ix_exports_requested_by ON exports (requested_by, requested_at, id);
CREATE INDEX ix_exports_waiting ON exports (requested_at) WHERE state IN ('queued', 'running');
CREATE INDEX ix_exports_expiring ON exports (expires_at) WHERE state = 'ready';

CREATE TABLE export_progress (
  export_id uuid PRIMARY KEY,
  done bigint NOT NULL,
  total bigint NOT NULL,
  at timestamptz NOT NULL
);
CREATE TABLE export_keys (
  export_id uuid PRIMARY KEY,
  wrapped bytea NOT NULL,
  kek text NOT NULL
);
CREATE TABLE export_files (
  export_id uuid,
  name text,
  file uuid NOT NULL,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (export_id, name)
);
CREATE TABLE export_parts (
  export_id uuid,
  file uuid,
  number integer,
  sealed bytea NOT NULL,
  PRIMARY KEY (export_id, file, number)
);
ALTER TABLE export_parts ALTER COLUMN sealed SET STORAGE EXTERNAL;
"""
QUESTIONS = """
CREATE TABLE filings (
  note_id text PRIMARY KEY,
  subject text NOT NULL,
  recorded_at timestamptz NOT NULL,
  time timestamptz NOT NULL,
  index bigint NOT NULL
);
CREATE INDEX ix_filings_subject ON filings (subject, recorded_at);

CREATE TABLE caseloads (
  referral_id text,
  version integer,
  subject text NOT NULL,
  staff_id text,
  time timestamptz NOT NULL,
  index bigint NOT NULL,
  PRIMARY KEY (referral_id, version)
);
CREATE TABLE days (
  day date,
  block bigint,
  index bigint NOT NULL,
  PRIMARY KEY (day, block)
);
DROP INDEX ix_entries_time;
CREATE INDEX ix_entries_actor_type ON entries (actor_id, type, index);

INSERT INTO days (day, block, index)
SELECT (time AT TIME ZONE 'UTC')::date, index / 4096, max(index) FROM entries GROUP BY 1, 2;

-- Of what could be read when it came, and only then: other bytes may not be JSON.
WITH found AS MATERIALIZED (
  SELECT entries.*, ledger.body FROM entries JOIN ledger ON ledger.index = entries.index
  WHERE entries.type IN ('note-recorded', 'note-refiled', 'referral-allocated',
    'referral-transferred', 'referral-closed')
), said AS MATERIALIZED (
  SELECT found.*, convert_from(body, 'UTF8')::json -> 'data' AS data FROM found
), filed AS (
  INSERT INTO filings (note_id, subject, recorded_at, time, index)
  SELECT resource_id, subject,
    coalesce((data ->> 'recorded_at')::timestamptz, time), time, index
  FROM said WHERE resource_kind = 'note'
)
INSERT INTO caseloads (referral_id, version, subject, staff_id, time, index)
SELECT resource_id, resource_version, subject,
  CASE WHEN type <> 'referral-closed' THEN data ->> 'worker_id' END, time, index
FROM said WHERE resource_kind = 'referral';
"""
STEPS = [
    TREE, SIGNED, DISAGREEMENTS, EXPORTS, QUESTIONS,
    granted("audit", "filings", "caseloads", "days"),
    "GRANT SELECT, INSERT ON leaves, numbers, shards TO countersign_audit;",
    granted(
        "audit", "tiles", "checkpoints", "witnessed", "timestamps", "disagreements", "checks",
        "exports", "export_progress", "export_keys", "export_files", "export_parts",
    ),
]  # fmt: skip
AT_ONCE = 4096
SHARD = "INSERT INTO shards (id, first_index, opened_at) VALUES (%s, 0, %s)"
LEAVES = "COPY leaves (index, record) FROM STDIN"
NUMBERS = "COPY numbers (subject, number, index, salt) FROM STDIN"
TILE = """
INSERT INTO tiles (shard, level, number, hashes) VALUES (%s, %s, %s, %s)
ON CONFLICT (shard, level, number) DO UPDATE SET hashes = excluded.hashes
"""
ROWS = """
SELECT ledger.index, service, position, previous, event_id, type, digest, length(body), recorded_at,
  coalesce(people, '{}')
FROM ledger LEFT JOIN (
  SELECT index, array_agg(subject ORDER BY subject) AS people FROM subjects GROUP BY index
) AS about ON about.index = ledger.index
ORDER BY ledger.index
"""
"""Once over all of both, since `subjects` isn't indexed by what is looked up here."""


def upgrade() -> None:
    apply(*STEPS)
    connection: Any = op.get_bind().connection.driver_connection
    plant(connection)


def plant(connection: Any) -> None:
    """Puts what the ledger holds already into a tree: one shard, whatever the year."""
    last: dict[str, int] = {}
    salt = partial(os.urandom, SALT_BYTES)
    tiles: dict[Tile, bytes] = {}
    size, shard = 0, ""
    for batch in _batches(connection):
        if size == 0:
            shard = shard_of(batch[0][8])
            connection.execute(SHARD, (shard, batch[0][8]))
        leaves = [
            (
                index,
                Leaf(
                    service, position, previous, event_id, kind, digest, length, at,
                    numbered(who, last, salt),
                ),
            )
            for index, service, position, previous, event_id, kind, digest, length, at, who in batch
        ]  # fmt: skip
        records = [(index, leaf.record) for index, leaf in leaves]
        _copy(connection, LEAVES, records)
        _copy(connection, NUMBERS, (
            (person, number, index, salted)
            for index, leaf in leaves for person, number, salted in leaf.people
        ))  # fmt: skip
        changed = grown(size, tiles, [leaf_hash(record) for _, record in records])
        for tile, row in changed.items():
            connection.execute(TILE, (shard, *tile, row))
        size += len(batch)
        tiles = {tile: {**tiles, **changed}[tile] for tile in edge(size)}


def _batches(connection: Any) -> Iterator[list[Any]]:
    with connection.cursor("ledger") as cursor:
        cursor.execute(ROWS)
        while batch := cursor.fetchmany(AT_ONCE):
            yield batch


def _copy(connection: Any, into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(into) as copy:
        for row in rows:
            copy.write_row(row)
