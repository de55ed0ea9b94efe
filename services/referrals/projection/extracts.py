"""What the Mental Health Services Data Set asks for, looked up for a period and a team."""

from dataclasses import dataclass
from typing import Any

from services.referrals.policy import Period
from shared.eventstore.database import Database, Rows

_REGISTRATIONS = """(array_append(
    ARRAY(SELECT id FROM same_person AS merged
          WHERE merged.root = coalesce(same_person.root, told.service_user_id)),
    coalesce(same_person.root, told.service_user_id)))"""
_HIDDEN = f"""coalesce((
    SELECT %(keeps)s AND bool_or(r.excluded ? %(reader)s)
      OR %(names)s AND bool_or(r.restricted)
        AND NOT bool_or(r.restricted AND r.named ? %(reader)s)
    FROM restrictions AS r WHERE r.service_user_id = ANY {_REGISTRATIONS}
  ), false) AS hidden"""
_PERSON = "coalesce(same_person.root, told.service_user_id) AS person_id"
_SAME = "LEFT JOIN same_person ON same_person.id = told.service_user_id"
_REFERRALS = f"""
SELECT told.id, told.team_id, told.metadata, told.document, {_PERSON}, {_HIDDEN}
FROM referrals AS told
{_SAME}
WHERE (%(team_id)s::text IS NULL OR told.team_id = %(team_id)s)
  AND told.received_at < %(until)s AND (told.ended_at IS NULL OR told.ended_at >= %(since)s)
ORDER BY told.received_at, told.id
"""
_CONTACTS = f"""
SELECT told.note_id, told.occurred_at, told.duration_minutes, told.contact, told.mechanism,
  told.attendance, {_PERSON}, {_HIDDEN}
FROM contacts AS told
{_SAME}
LEFT JOIN people ON people.id = coalesce(same_person.root, told.service_user_id)
WHERE told.occurred_at >= %(since)s AND told.occurred_at < %(until)s
  AND NOT EXISTS (SELECT FROM retracted_notes WHERE retracted_notes.note_id = told.note_id)
  AND (%(team_id)s::text IS NULL OR people.team_id = %(team_id)s OR EXISTS (
    SELECT FROM referrals
    WHERE referrals.service_user_id = ANY {_REGISTRATIONS}
      AND referrals.team_id = %(team_id)s
      AND referrals.received_at <= told.occurred_at
      AND (referrals.ended_at IS NULL OR referrals.ended_at >= told.occurred_at)))
ORDER BY told.occurred_at, told.note_id
"""
_ONWARD = f"""
SELECT told.id, told.recorded_at, agencies.document ->> 'ods_code' AS ods_code, {_PERSON}, {_HIDDEN}
FROM onward_referrals AS told
{_SAME}
LEFT JOIN agencies ON agencies.agency_id = told.agency_id
WHERE (%(team_id)s::text IS NULL OR told.team_id = %(team_id)s)
  AND told.recorded_at >= %(since)s AND told.recorded_at < %(until)s
ORDER BY told.recorded_at, told.id
"""
_NUMBERS = """
SELECT id, nhs_number_status FROM service_users WHERE id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks. `keeps`: records whose excluded staff they are among are `hidden`; `names`: also
    restricted ones that don't name them."""

    staff_id: str
    keeps: bool
    names: bool


class Extracts:
    """Queries, one for each table of the data set. Rows tell whether they are `hidden`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def referrals(self, team_id: str | None, period: Period, reader: Reader) -> Rows:
        """Received or open in the period."""
        return await self._run(_REFERRALS, team_id, period, reader)

    async def contacts(self, team_id: str | None, period: Period, reader: Reader) -> Rows:
        """Of the team's people, and of those whose referral to it was open at the time."""
        return await self._run(_CONTACTS, team_id, period, reader)

    async def onward(self, team_id: str | None, period: Period, reader: Reader) -> Rows:
        """Made in the period."""
        return await self._run(_ONWARD, team_id, period, reader)

    async def numbers(self, ids: list[Any]) -> dict[Any, Any]:
        """What is known of people's NHS numbers, by person."""
        rows = await self._database.run(_NUMBERS, {"ids": ids})
        return {row["id"]: row["nhs_number_status"] for row in rows}

    async def _run(self, sql: str, team_id: str | None, period: Period, reader: Reader) -> Rows:
        asked = {
            "team_id": team_id,
            "since": period.since,
            "until": period.until,
            "reader": reader.staff_id,
            "keeps": reader.keeps,
            "names": reader.names,
        }
        return await self._database.run(sql, asked)
