"""No route without a row of the access table, and the page says what the tables say."""

import pytest

from countersign.access import PAGE, ROLES, page, routes
from shared.contracts.system import SERVICES
from shared.kernel.operation import TIED, Operation
from tests.support.without_token import WITHOUT_TOKEN


def guarding(service: str) -> list[Operation]:
    return [operation for _, operation in routes(service) if operation]


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_guarded(service: str) -> None:
    found = list(routes(service))
    assert found
    unguarded = {route.replace(":path", "") for route, operation in found if operation is None}
    assert unguarded == {f"GET {path}" for path in WITHOUT_TOKEN.get(service, ())}


@pytest.mark.parametrize("service", SERVICES)
def test_a_row_names_known_roles_and_is_the_only_one_of_its_name(service: str) -> None:
    by_name: dict[str, object] = {}
    for operation in guarding(service):
        assert bool(operation.allows) != bool(operation.grant)
        assert set(operation.allows) <= set(ROLES)
        assert all(operation.allows.values())
        assert by_name.setdefault(operation.name, operation) is operation


@pytest.mark.parametrize("service", SERVICES)
def test_broken_glass_lets_one_read_and_nothing_else(service: str) -> None:
    for route, operation in routes(service):
        if operation and not route.startswith("GET ") and not route.endswith("/searches"):
            assert all("override" not in bases for bases in operation.allows.values()), route


def test_a_tie_is_not_half_a_tie() -> None:
    """Where a standing tie is enough, any standing tie is, but for a team's own lists."""
    for service in SERVICES:
        for operation in guarding(service):
            for bases in operation.allows.values():
                assert "caseload" not in bases or bases >= TIED


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "docs/access.md is out of date: run make docs"
