"""Read model of service users, who are found by a number that is kept nowhere."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from services.referrals.domain import ServiceUser
from services.referrals.projection.tables import SERVICE_USERS
from shared.eventstore.database import Database
from shared.eventstore.history import Told, history
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import merged_is, person_is, restriction_is, root_of

_ROWS = RowsInto(SERVICE_USERS)
_SERVICE_USER = Prepared(
    select(SERVICE_USERS).where(SERVICE_USERS.c.id == root_of(bindparam("id", type_=Uuid)))
)
_NUMBERED = SERVICE_USERS.alias()
_BY_NHS_NUMBER = Prepared(
    select(SERVICE_USERS.c.id, SERVICE_USERS.c.team_id)
    .select_from(_NUMBERED.join(SERVICE_USERS, SERVICE_USERS.c.id == root_of(_NUMBERED.c.id)))
    .where(_NUMBERED.c.nhs_number_hash == bindparam("hash"))
    .limit(1)
)
"""A merged registration may have the number that the one it was merged into was given since."""
_PERSONAL = (
    "nhs_number", "local_ids", "name", "date_of_birth", "ethnicity", "communication",
    "young_person",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NhsNumbers:
    """Finds people by a number that is kept nowhere: its HMAC-SHA-256 under the service's secret.

    Without the secret nobody can try all numbers; whoever changes it no longer finds anyone.
    """

    secret: bytes = field(repr=False)

    def hash(self, number: str) -> bytes:
        return hmac.digest(self.secret, b"nhs-number " + number.encode(), "sha256")


def service_user_document(person: ServiceUser) -> dict[str, Any]:
    """A service user as the API shows them; what is personal is null once it was destroyed."""
    return {
        "id": person.id,
        "version": person.version,
        **person.particulars.fields(),
        "registered_at": person.created_on,
        "restricted": person.restriction.restricted,
        "merged": person.duplicates,
        "content_state": "destroyed" if person.destroyed else "shown",
    }


def without_particulars(person: ServiceUser) -> dict[str, Any]:
    """A service user as shown to someone who has no business with who they are."""
    return {**_without_particulars(service_user_document(person)), "content_state": "confidential"}


def _without_particulars(person: dict[str, Any]) -> dict[str, Any]:
    return {**person, **dict.fromkeys(_PERSONAL)}


def person_history(told: Sequence[Told]) -> list[dict[str, Any]]:
    """What happened to an entry, oldest first. Why a record was restricted isn't told: whoever is
    named or excluded would be."""
    return [
        {**each, "reason": None} if each["type"] == "restriction-set" else each
        for each in history(told)
    ]


def service_user_rows(numbers: NhsNumbers, person: ServiceUser, seal: Seal) -> list[Write]:
    now, shown = person.particulars, service_user_document(person)
    return [
        _ROWS.row(
            id=person.id,
            version=person.version,
            nhs_number_hash=now.nhs_number and numbers.hash(now.nhs_number),
            team_id=now.team_id,
            care_coordinator_id=now.care_coordinator_id,
            nhs_number_status=now.nhs_number_status,
            died_on=now.died_on,
            moved_away_on=now.moved_away_on,
            merged_into=person.merged_into,
            metadata=_without_particulars(shown),
            document=seal(shown),
        ),
        person_is(person.id, now.team_id, now.care_coordinator_id, person.version, now.died_on),
        restriction_is(person.id, person.restriction, person.version),
        *([merged_is(person.id, person.merged_into, person.version)] if person.was_merged else ()),
    ]


class ServiceUsers:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def service_user(self, id: UUID) -> dict[str, Any] | None:
        """A service user; of a merged registration the one that stands for the person."""
        return await self._database.fetch_one(_SERVICE_USER, id=id)

    async def by_nhs_number(self, hash: bytes) -> dict[str, Any] | None:
        """Who has the number with this hash, as whatever stands for them."""
        return await self._database.fetch_one(_BY_NHS_NUMBER, hash=hash)
