"""The formal route of organisational issues: whose it is to answer, by when, and who may know who
raised one (HB 5.23; domain, section 5)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from shared.contracts.supervision import IssueRoute, SupervisionRules
from shared.kernel.days import LOCAL, local_day

OWNERS: dict[IssueRoute, str] = {"team": "team_manager", "care_coordination": "care_coordinator"}
"""In which role staff of the team answer what comes by a route."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who reads issues; `routes` are those of the team that are theirs to answer."""

    staff_id: str
    routes: frozenset[IssueRoute] = frozenset()

    def knows(self, raiser_id: str | None, route: IssueRoute, *, names_raiser: bool) -> bool:
        """Whether they may know who raised an issue."""
        return raiser_id == self.staff_id or (names_raiser and route in self.routes)


def routes_of(roles: AbstractSet[str]) -> frozenset[IssueRoute]:
    """The routes that someone with these roles in a team answers for."""
    return frozenset(route for route, role in OWNERS.items() if role in roles)


def answer_by(rules: SupervisionRules, at: datetime) -> datetime:
    """The last second of the day, in England, that many days on: no hint of when it was raised."""
    day = local_day(at) + timedelta(days=rules.answer_issues_within_days)
    return datetime.combine(day, time(23, 59, 59), LOCAL).astimezone(UTC)
