"""The main journey, against services that the image runs, locked down."""

import signal

import pytest

from shared.contracts.system import SERVICES
from tests.e2e.test_journey import (
    test_a_notes_whole_way,
    test_amendment_keeps_the_old_version_and_asks_for_a_new_signature,
    test_an_auditors_question_is_on_the_record_too,
    test_the_record_is_complete_and_says_so,
)
from tests.support.contained import ROLES, ContainedStack

__all__ = [
    "test_a_notes_whole_way",
    "test_amendment_keeps_the_old_version_and_asks_for_a_new_signature",
    "test_an_auditors_question_is_on_the_record_too",
    "test_the_record_is_complete_and_says_so",
]
pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", ROLES)
def test_each_is_ready(stack: ContainedStack, service: str, role: str) -> None:
    assert stack.answers_ready(stack.port(service, role))


def test_the_images_own_health_check(stack: ContainedStack) -> None:
    assert stack.engine.says_healthy(stack.container("notes", "api"))


def test_the_schema_is_brought_up_by_the_image(stack: ContainedStack) -> None:
    """As the owner of the tables, who is nobody that serves."""
    owner = f"--env=COUNTERSIGN_OWNER_DSN={stack.postgres.owner_dsn('notes')}"
    ran = stack.engine.run("migrate", "notes", options=[*stack.options("notes"), owner])
    assert ran.returncode == 0, ran.stderr
    assert "notes is at" in ran.stdout


@pytest.mark.parametrize("role", ROLES)
def test_it_stops_when_told_to_and_starts_again(stack: ContainedStack, role: str) -> None:
    """As process 1, to whom a signal does nothing that it doesn't ask for."""
    process = stack.processes[f"supervision-{role}"]
    process.stop()
    assert process.returncode in (0, 128 + signal.SIGTERM), process.last_words()
    stack.start_container("supervision", role)
    stack.wait_ready("supervision")
