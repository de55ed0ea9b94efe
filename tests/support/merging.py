"""Registrations that are merged, or separated again, as referrals would say so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.contracts.referrals import ServiceUserMerged, ServiceUserSeparated
from tests.support.build import NOW
from tests.support.ledger import MANAGER, Said, said

HOUR = timedelta(hours=1)


def merged(person: UUID, into: UUID, version: int = 2, hours: int = -5) -> Said:
    payload = ServiceUserMerged(into=into, reason="Words.")
    return _decided(payload, person, version, hours)


def separated(person: UUID, of: UUID, version: int = 3, hours: int = -2) -> Said:
    return _decided(ServiceUserSeparated(from_id=of, reason="Words."), person, version, hours)


def _decided(payload: Any, person: UUID, version: int, hours: int) -> Said:
    return said("referrals", payload, person, by=MANAGER, at=NOW + hours * HOUR,
                resource_id=person, version=version)  # fmt: skip
