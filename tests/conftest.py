"""Fixtures for all tests, and which files begin."""

import pytest

LONGEST = (
    "test_command_line", "test_nothing_personal", "test_access_rights", "test_access_table",
    "test_kills", "test_keys", "test_upgrade",
)  # fmt: skip
"""With `--dist loadfile` no process is to be left with one of these at the end."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (*LONGEST, item.path.stem).index(item.path.stem))
