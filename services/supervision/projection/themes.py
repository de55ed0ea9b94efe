"""Read model of what was told of themes, and of what is still to be told."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Table, Text, bindparam, select, text

from services.supervision.domain import ThemeRelease
from services.supervision.projection.tables import METADATA, SESSIONS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write, time_column

AT_ONCE = 200
"""Records that are open at a time."""
THEME_RELEASES = Table(
    "theme_releases",
    METADATA,
    Column("team_id", Text, primary_key=True),
    Column("quarter", Text, primary_key=True),
    time_column("until"),
    Column("document", JSON, nullable=False),
)
_ROWS = RowsInto(THEME_RELEASES)
_LIST = Listing(
    select(THEME_RELEASES),
    key=(THEME_RELEASES.c.quarter,),
    filters={"team_id": THEME_RELEASES.c.team_id == bindparam("team_id")},
)
_UNTOLD = Prepared(
    text("""
WITH RECURSIVE of (team_id) AS (
  SELECT min(team_id) FROM sessions WHERE recorded_at IS NOT NULL
  UNION ALL
  SELECT (SELECT min(team_id) FROM sessions
          WHERE recorded_at IS NOT NULL AND sessions.team_id > of.team_id)
  FROM of WHERE of.team_id IS NOT NULL
)
SELECT of.team_id, first.recorded_at FROM of
CROSS JOIN LATERAL (
  SELECT recorded_at FROM sessions
  WHERE sessions.team_id = of.team_id AND recorded_at < :before
    AND recorded_at >= coalesce((SELECT until FROM theme_releases AS told
      WHERE told.team_id = of.team_id ORDER BY quarter DESC LIMIT 1), '-infinity')
  ORDER BY recorded_at LIMIT 1
) AS first
ORDER BY of.team_id
""").bindparams(bindparam("before"))
)
"""Of each team, the first record after the last quarter that was told. Each step is one look into
the index of records by team and time, however many there are."""
_RECORDS = Listing(
    select(SESSIONS),
    key=(SESSIONS.c.recorded_at, SESSIONS.c.id),
    filters={
        "team_id": SESSIONS.c.team_id == bindparam("team_id"),
        "since": SESSIONS.c.recorded_at >= bindparam("since"),
        "until": SESSIONS.c.recorded_at < bindparam("until"),
    },
)


def theme_release_rows(release: ThemeRelease, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            team_id=release.team,
            quarter=release.quarter.name,
            until=release.quarter.until,
            document={
                "quarter": release.quarter.name,
                "released_at": release.created_on,
                "themes": release.themes,
            },
        )
    ]


class ThemeReleases:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

    async def untold(self, before: datetime) -> list[dict[str, Any]]:
        """Of each team, when the first record was made that no release covers, if before then."""
        return await self._database.fetch(_UNTOLD, before=before)

    async def records(self, **period: Any) -> AsyncIterator[Slice]:
        """A team's records that were made in a period, some at a time, oldest first."""
        after = None
        while True:
            found = await _RECORDS.page(
                self._database, limit=AT_ONCE, order="asc", after=after, **period
            )
            yield found
            if not found.more:
                return
            after = [found.rows[-1]["recorded_at"], found.rows[-1]["id"]]
