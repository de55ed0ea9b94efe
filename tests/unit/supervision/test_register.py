"""The workforce register: entries replaced whole, registrations in the form of their body."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from services.supervision.domain import Worker
from services.supervision.policy import is_registration_number
from services.supervision.schemas import WorkerRequest
from shared.contracts.supervision import WorkerDetails
from shared.kernel.actor import Actor
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
DETAILS = WorkerDetails(
    name="STR worker 1",
    job_title="STR worker",
    level="intermediate",
    band=3,
    employer="Demonstration NHS Foundation Trust",
    teams=("north-cmht",),
    started_on=date(2024, 1, 8),
)


def test_a_worker_is_known_by_staff_id() -> None:
    worker = Worker.register(MANAGER, NOW, "str-worker-1", DETAILS)
    again = Worker.register(MANAGER, NOW, "str-worker-1", DETAILS)
    other = Worker.register(MANAGER, NOW, "str-worker-2", DETAILS)
    assert worker.id == again.id != other.id
    assert worker.subject == worker.resource_id == "str-worker-1"
    assert worker.data_subject == "worker:str-worker-1"
    assert worker.team_id == "north-cmht"


def test_an_update_names_what_changed_and_the_same_again_is_nothing() -> None:
    worker = Worker.register(MANAGER, NOW, "str-worker-1", DETAILS)
    worker.update(MANAGER, NOW, DETAILS)
    assert worker.version == 1
    worker.update(MANAGER, NOW, replace(DETAILS, band=4, teams=("south-cmht",)))
    event = worker.pending_events[-1]
    assert isinstance(event, Worker.Updated)
    assert event.changed == ("band", "teams")
    assert worker.details.band == 4


@pytest.mark.parametrize(
    ("body", "number", "fits"),
    [
        ("NMC", "18A1234E", True),
        ("NMC", "18a1234e", False),
        ("NMC", "18A1234", False),
        ("HCPC", "OT12345", True),
        ("HCPC", "PYL123456", True),
        ("HCPC", "12345", False),
        ("GMC", "1234567", True),
        ("GMC", "123456", False),
        ("SWE", "SW12345", True),
        ("SWE", "12345", False),
    ],
)
def test_registration_numbers(body: str, number: str, fits: bool) -> None:
    assert is_registration_number(body, number) is fits  # type: ignore[arg-type]


def test_a_request_says_where_a_number_is_wrong() -> None:
    entry = {"body": "NMC", "number": "1"}
    with pytest.raises(ValidationError) as refused:
        WorkerRequest.model_validate(
            {"name": "n", "job_title": "j", "employer": "e", "teams": [], "registrations": [entry]}
        )
    assert refused.value.errors()[0]["loc"] == ("registrations", 0)
