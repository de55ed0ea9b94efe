"""What is kept from whom: concerns, and their notes, from those they name."""

from shared.eventstore.ddl import apply, granted

revision = "0003"
down_revision = "0002"

# Of what could be read when it came, and only then: other bytes may not be JSON.
TABLE = """
CREATE TABLE kept_from (
  staff_id text,
  resource_id text,
  index bigint NOT NULL,
  PRIMARY KEY (staff_id, resource_id)
);
WITH naming AS MATERIALIZED (
  SELECT ledger.index, entries.resource_id, ledger.body
  FROM entries JOIN ledger ON ledger.index = entries.index
  WHERE entries.type IN
    ('concern-raised', 'concern-refiled', 'concern-restated', 'concern-linked')
), said AS MATERIALIZED (
  SELECT index, resource_id, convert_from(body, 'UTF8')::json -> 'data' AS data FROM naming
)
INSERT INTO kept_from (staff_id, resource_id, index)
SELECT named.staff_id, kept.resource_id, max(said.index)
FROM said
CROSS JOIN LATERAL json_array_elements_text(said.data -> 'about_staff') AS named (staff_id)
CROSS JOIN LATERAL (
  VALUES (said.resource_id), (said.data ->> 'note_id'), (said.data ->> 'concern_id')
) AS kept (resource_id)
WHERE kept.resource_id IS NOT NULL
GROUP BY named.staff_id, kept.resource_id;
"""


def upgrade() -> None:
    apply(TABLE, granted("audit", "kept_from"))
