"""A list of what is about one person, or the work of one team."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships
from shared.platform.ties import of_person


async def listed(
    call: Call,
    relationships: Relationships,
    documents: Documents,
    page: Callable[..., Awaitable[Slice]],
    service_user_id: UUID | None,
    team_id: str | None,
    **rest: Any,
) -> Slice:
    """What `page` has of one person or one team that the caller is related to.

    Of a person it is what is recorded under all their registrations. A team's list leaves out who
    is another team's by now, and restricted people, but for the staff named for them.
    """
    seen_by, of_team = None, None
    same: tuple[UUID, ...] = ()
    if service_user_id is not None:
        permitted = await relationships.require(call, service_user_id)
        grant, same = permitted.grant, permitted.facts.same
    elif "system" in call.bases:
        grant = Grant("system")
    else:
        team_id, grant = await relationships.team(call, team_id)
        seen_by, of_team = call.caller.staff_id, team_id
    found = await page(**of_person(same), team_id=team_id, of_team=of_team, seen_by=seen_by, **rest)
    found = await documents.shown(found)
    await relationships.shown(call, grant, Shown.listed(found, team_id, service_user_id))
    return found
