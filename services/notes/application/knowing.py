"""What has to be known of an author and a person before a version of a note is judged."""

import contextlib
import os
from uuid import UUID

from services.notes.policy import PRACTITIONERS
from shared.kernel.call import Call
from shared.kernel.errors import Unavailable
from shared.platform.messaging import Messaging
from shared.platform.relationships import Relationships
from shared.platform.ties import Facts


class Knowing:
    def __init__(self, messaging: Messaging, relationships: Relationships) -> None:
        self._messaging = messaging
        self._relationships = relationships

    async def facts(self, call: Call, service_user_id: UUID) -> Facts:
        """Facts for recording, as far as they can be had in time."""
        known = await self._relationships.facts(call, service_user_id)
        return await self.caught_up(call, service_user_id, known)

    async def caught_up(self, call: Call, service_user_id: UUID, facts: Facts) -> Facts:
        """Facts for recording, which waits for no one unless the person is unknown here.

        What would be flagged or asked for on stale facts is looked at again if that can be done.
        """
        unregistered = facts.registration(call.at.date()) is None
        if facts.person is None:
            await self._messaging.catch_up("referrals")
        elif not self._relationships.related(call, facts) or (
            call.role in PRACTITIONERS and unregistered
        ):
            with contextlib.suppress(Unavailable):
                await self._messaging.catch_up("referrals", "supervision")
        else:
            return facts
        return await self._relationships.facts(call, service_user_id)


def salt() -> str:
    """What makes a version's digest say nothing by itself."""
    return os.urandom(16).hex()
