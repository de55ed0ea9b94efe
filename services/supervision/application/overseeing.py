"""Whose team it is that is asked about, and that it was asked."""

from shared.kernel.call import Call
from shared.kernel.errors import Malformed, NoRelationship
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


def oversees(call: Call) -> bool:
    """Whether it is a role that looks at everybody's, whom no team bounds: auditors and IG
    leads."""
    return not call.bases.isdisjoint({"governance", "engagement"})


async def overseen(
    relationships: Relationships, call: Call, team_id: str | None
) -> tuple[str | None, Grant]:
    """The team asked for, or the caller's only one, and why they may look; where auditors or IG
    leads name none, everybody's. Raises `NoRelationship`, `NoEngagement`."""
    if "governance" not in call.bases:
        return await relationships.over_team(call, team_id)
    if not (await relationships.facts(call)).staff.at_work:
        raise NoRelationship("This is for IG leads who are at work.")
    return team_id, Grant("governance")


async def over(relationships: Relationships, call: Call, team_id: str | None) -> tuple[str, Grant]:
    """As `overseen`, of what is of one team: auditors and IG leads name it."""
    if team_id is None:
        if oversees(call):
            raise Malformed("Name a team.", "team_id")
        return await relationships.team(call, team_id)
    _, grant = await overseen(relationships, call, team_id)
    return team_id, grant


async def recorded(relationships: Relationships, call: Call, grant: Grant, shown: Shown) -> None:
    """Nobody's words or confidential record are shown; what auditors and IG leads ask is on record
    all the same."""
    if grant.basis in ("governance", "engagement"):
        await relationships.shown(call, grant, shown)
