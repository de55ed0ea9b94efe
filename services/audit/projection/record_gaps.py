"""People on a caseload without an entry in their record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import text

from services.audit.policy import Merge, Sight, same_person
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.sql import Prepared

_MERGES = Prepared(
    text("""
SELECT merges.subject, merges.version, merges.into_subject, merges.time, ledger.recorded_at
FROM merges JOIN ledger ON ledger.index = merges.index WHERE merges.time <= :at
""")
)
_PAGE = Prepared(
    text("""
WITH on_caseload AS (
  SELECT held.*,
    (SELECT min(came.time) FROM caseloads AS came
     WHERE came.referral_id = held.referral_id AND came.staff_id IS NOT NULL) AS came_at
  FROM caseloads AS held
  WHERE held.staff_id IS NOT NULL AND held.time <= :at
    AND NOT EXISTS (
      SELECT FROM caseloads AS later
      WHERE later.referral_id = held.referral_id AND later.version > held.version
        AND later.time <= :at)
), same AS (
  SELECT * FROM json_to_recordset(cast(:same AS json)) AS each (subject text, people text[])
), seen AS (
  SELECT on_caseload.*, placed.team_id, coalesce(same.people, ARRAY[on_caseload.subject]) AS people
  FROM on_caseload
  LEFT JOIN same ON same.subject = on_caseload.subject
  LEFT JOIN LATERAL (
    SELECT entries.team_id FROM entries
    WHERE entries.subject = coalesce(same.people[1], on_caseload.subject)
      AND entries.type = ANY(ARRAY['service-user-registered', 'service-user-updated'])
      AND entries.time <= :at
    ORDER BY entries.resource_version DESC LIMIT 1
  ) AS placed ON true
), quiet AS (
  SELECT seen.*, entry.note_id, entry.recorded_at AS last_entry_at, entry.index AS entry_index,
    greatest(seen.came_at, entry.recorded_at) AS quiet_since
  FROM seen
  LEFT JOIN LATERAL (
    SELECT filings.note_id, filings.recorded_at, filings.index FROM filings
    WHERE filings.subject = ANY(seen.people) AND filings.time <= :at
      AND NOT EXISTS (
        SELECT FROM entries
        WHERE entries.resource_id = filings.note_id AND entries.type = 'note-retracted'
          AND entries.time <= :at)
    ORDER BY filings.recorded_at DESC, filings.note_id LIMIT 1
  ) AS entry ON true
  WHERE (cast(:team_id AS text) IS NULL OR seen.team_id = :team_id)
    AND (:everything OR seen.team_id = ANY(:teams) OR seen.people && cast(:people AS text[]))
    AND NOT seen.people && cast(:excluded AS text[])
)
SELECT quiet.*, put.event_id AS put_by, entries.event_id AS entry_event_id
FROM quiet
JOIN entries AS put ON put.index = quiet.index
LEFT JOIN entries ON entries.index = quiet.entry_index
WHERE quiet_since <= :quiet_by
  AND (cast(:after_at AS timestamptz) IS NULL
    OR (quiet_since, referral_id) > (cast(:after_at AS timestamptz), cast(:after_id AS text)))
ORDER BY quiet_since, referral_id
LIMIT :limit
"""),
    reuse_plan=False,
)
"""A referral puts someone on a caseload until it takes them off; `came_at` is when it first did,
whoever had them since. Misfiled and struck-through notes are no entries."""


class RecordGaps:
    """Queries of caseloads and of what was recorded, by the events' own time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        seen: Sight,
        team_id: str | None,
        at: datetime,
        quiet_by: datetime,
        *,
        limit: int,
        after: Sequence[Any] | None,
    ) -> Slice:
        """Who has been without an entry since `quiet_by` or longer, the longest first; each row
        with its `document`, which doesn't name a note that is kept from the caller."""
        after_at, after_id = after or (None, None)
        rows = await self._database.fetch(
            _PAGE,
            at=at,
            quiet_by=quiet_by,
            same=to_json(await self._same(at)).decode(),
            team_id=team_id,
            everything=seen.scope.everything,
            teams=sorted(seen.scope.teams),
            people=sorted(seen.scope.people),
            excluded=sorted(seen.excluded_from),
            after_at=after_at,
            after_id=after_id,
            limit=limit + 1,
        )
        return Slice.of(rows, limit).shown(lambda row: _document(row, at, seen))

    async def _same(self, at: datetime) -> list[dict[str, Any]]:
        """Of everyone with several registrations, all of them, the one that stands first."""
        found = [Merge(**_merge(row)) for row in await self._database.fetch(_MERGES, at=at)]
        ids = {each.id for each in found} | {each.into for each in found if each.into}
        return [{"subject": each, "people": same_person(found, each)} for each in sorted(ids)]


def _merge(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["subject"],
        "version": row["version"],
        "into": row["into_subject"],
        "time": row["time"],
        "recorded_at": row["recorded_at"],
    }


def _document(row: Mapping[str, Any], at: datetime, seen: Sight) -> dict[str, Any]:
    untold = row["note_id"] is None or row["note_id"] in seen.kept_from
    entry = (
        None
        if untold
        else {
            "note_id": row["note_id"],
            "recorded_at": row["last_entry_at"],
            "index": row["entry_index"],
            "event_id": row["entry_event_id"],
        }
    )
    return {
        "service_user_id": row["subject"],
        "team_id": row["team_id"],
        "referral_id": row["referral_id"],
        "worker_id": row["staff_id"],
        "since": row["time"],
        "on_caseload_since": row["came_at"],
        "last_entry": entry,
        "quiet_since": row["quiet_since"],
        "days": (at - row["quiet_since"]).days,
        "index": row["index"],
        "event_id": row["put_by"],
    }
