"""Training and competence: words about workers, sealed under their keys.

Whoever is registered stays so, as someone of whom nothing has been said yet: their entry becomes
the row's metadata, and there is nothing to seal. The store needs no change: a worker's key was
made with their first event.
"""

from shared.eventstore.ddl import apply

revision = "0003"
down_revision = "0002"

WORKERS = """
ALTER TABLE workers RENAME COLUMN document TO metadata;
ALTER TABLE workers ADD COLUMN document bytea;
UPDATE workers SET metadata = (
  metadata::jsonb || jsonb_build_object(
    'training', '[]'::jsonb,
    'competences', '[]'::jsonb,
    'content_state', 'shown',
    'registrations', (
      SELECT coalesce(jsonb_agg(
        '{"status": "effective", "conditions": null, "checked_on": null}'::jsonb || held
        ORDER BY number
      ), '[]')
      FROM jsonb_array_elements(metadata::jsonb -> 'registrations')
        WITH ORDINALITY AS each (held, number)
    )
  )
)::json;
"""


def upgrade() -> None:
    apply(WORKERS)
