"""Registrations that were merged into others, and separated again."""

from shared.eventstore.ddl import apply, granted

revision = "0004"
down_revision = "0003"

TABLE = """
CREATE TABLE merges (
  subject text,
  version integer,
  into_subject text,
  time timestamptz NOT NULL,
  index bigint NOT NULL,
  PRIMARY KEY (subject, version)
);
CREATE INDEX ix_merges_into ON merges (into_subject);
"""


def upgrade() -> None:
    apply(TABLE, granted("audit", "merges"))
