"""Whose team it is that is asked about."""

from shared.kernel.call import Call
from shared.kernel.errors import Malformed
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


async def over(relationships: Relationships, call: Call, team_id: str | None) -> tuple[str, Grant]:
    """The team asked for, or the caller's only one. Auditors and IG leads, whom no team bounds,
    name one. Raises `NoRelationship`, `NoEngagement`."""
    if "governance" not in call.bases and "engagement" not in call.bases:
        return await relationships.team(call, team_id)
    if team_id is None:
        raise Malformed("Name a team.", "team_id")
    if "governance" in call.bases:
        return team_id, Grant("governance")
    return team_id, await relationships.audited(call, team_id)


async def recorded(
    relationships: Relationships, call: Call, grant: Grant, what: str, team_id: str, returned: int
) -> None:
    """Nobody's words or confidential record are shown; what auditors and IG leads ask is on record
    all the same."""
    if grant.basis != "team":
        shown = Shown(resource=f"{what}/{team_id}", returned=returned, team_id=team_id)
        await relationships.shown(call, grant, shown)
