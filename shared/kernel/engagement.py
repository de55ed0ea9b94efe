"""What an auditor may read: within an engagement that someone else approved (domain, section 1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Engagement:
    """In force from `starts_at` until just before `ends_at`.

    With neither teams nor service users it covers everything; else what belongs to any of them.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    teams: frozenset[str] = frozenset()
    service_user_ids: frozenset[UUID] = frozenset()
    identities: bool = False

    def in_force(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    @property
    def covers_everything(self) -> bool:
        return not self.teams and not self.service_user_ids

    def covers(self, team_id: str | None, service_user_id: UUID | None) -> bool:
        return (
            self.covers_everything
            or team_id in self.teams
            or service_user_id in self.service_user_ids
        )
