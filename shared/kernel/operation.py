"""The rows of a service's access table: operation × role × relationship."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.kernel.relationship import Basis

Interaction = Literal["c", "r", "u", "d", "s"]
"""Create, read, update, delete, search."""

ANYONE: frozenset[Basis] = frozenset({"anyone"})
"""The role alone is enough."""
SYSTEM: frozenset[Basis] = frozenset({"system"})
GOVERNANCE: frozenset[Basis] = frozenset({"governance"})
ENGAGEMENT: frozenset[Basis] = frozenset({"engagement"})
TIED: frozenset[Basis] = frozenset({"caseload", "care_coordination", "team", "duty", "named"})
"""A standing tie to the service user."""
ESCALATED: frozenset[Basis] = frozenset({"escalation"})
"""A concern about the service user reached them: to read, and to act on the concern."""
RELATED: frozenset[Basis] = TIED | ESCALATED | {"override"}
"""A tie to the service user, while a concern lasts or the glass is broken too: enough to read."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked of a service.

    `allows` says for each role which bases entitle it, any one of which will do; a role that isn't
    there may never. Of a caller's roles the first named here is the one they act in. `scope` is
    what a system client's token must hold besides: a FHIR resource and an interaction, `c`, `r`,
    `u`, `d` or `s` (SMART App Launch 2, `system/Composition.r`).

    What has a `grant` is for whoever's token holds that scope, in any role or none.
    """

    name: str
    scope: tuple[str, Interaction]
    allows: Mapping[str, frozenset[Basis]]
    grant: str | None = None


def each(roles: tuple[str, ...], bases: frozenset[Basis]) -> dict[str, frozenset[Basis]]:
    """The same bases for several roles."""
    return dict.fromkeys(roles, bases)
