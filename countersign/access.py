"""The access tables of the four services as one page: `make docs` writes docs/access.md."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from shared.contracts.system import SERVICES
from shared.kernel.operation import RELATED, TIED, Operation
from shared.kernel.relationship import Basis
from shared.platform.describing import routes_of

PAGE = Path(__file__).parents[1] / "docs" / "access.md"
ROLES = {
    "str_worker": "STR worker",
    "registered_practitioner": "practitioner",
    "care_coordinator": "co-ordinator",
    "team_manager": "manager",
    "supervisor": "supervisor",
    "auditor": "auditor",
    "ig_lead": "IG lead",
    "ehr_system": "EHR",
}
INTRODUCTION = """# Who may do what

Written by `make docs` from the `access.py` of each service, which is what the services apply.
Operation × role × relationship: a cell says what entitles that role, any one of which will do; an
empty cell means never.

- **tied**: on the caseload, care co-ordinator, in the team, on duty for the team, or named on a
  restricted record. **escalation**: an open concern about the person reached them. **related**:
  tied, by an escalation, or with the glass broken. Excluded staff are none of these.
- **author**: of what is read. **own**: what is held about the caller. **anyone**: any of the role.
- **engagement**: within an audit engagement in force. **governance**: the IG lead's duty.
- **participant**: one of the two whom supervision is for. **line management**: of the worker.
- **system**: with the scope in the last column in the token (SMART App Launch 2). A scope that is
  **granted** is needed by anybody, and enough in any role.

Every refusal for who one is, and every answer that shows a service user's data, is recorded before
it leaves.
"""


def routes(service: str) -> Iterator[tuple[str, Operation | None]]:
    """Each route of a service, `METHOD path`, and the operation that guards it."""
    for route, operation in routes_of(import_module(f"services.{service}.main").SERVICE.routers):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield f"{method} {route.path}", operation


def page() -> str:
    parts = [INTRODUCTION]
    for service in SERVICES:
        parts.append(f"\n## {service}\n\n| operation | {' | '.join(ROLES.values())} | scope |")
        parts.append("| --- " * (len(ROLES) + 2) + "|")
        guarded: dict[str, tuple[Operation, list[str]]] = {}
        unguarded = []
        for route, operation in routes(service):
            if operation:
                guarded.setdefault(operation.name, (operation, []))[1].append(route)
            else:
                unguarded.append(f"`{route}`")
        for operation, at in guarded.values():
            cells = [_cell(operation.allows.get(role)) for role in ROLES]
            where = "<br>".join(f"`{route}`" for route in at)
            scope = f"granted: {operation.grant}" if operation.grant else ".".join(operation.scope)
            parts.append(f"| **{operation.name}**<br>{where} | {' | '.join(cells)} | {scope} |")
        if unguarded:
            parts.append(f"\nAnybody, without a token: {', '.join(unguarded)}.")
    return "\n".join(parts) + "\n"


def _cell(bases: frozenset[Basis] | None) -> str:
    if bases is None:
        return ""
    words = []
    for name, whole in (("related", RELATED), ("tied", TIED)):
        if whole <= bases:
            words, bases = [name], bases - whole
            break
    return ", ".join([*words, *sorted(bases)])


if __name__ == "__main__":
    PAGE.write_text(page())
