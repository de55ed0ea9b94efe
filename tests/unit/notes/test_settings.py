"""The trust's floor, as a deployment sets it."""

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from services.notes.policy import DEFAULT, TRUST_FLOOR
from services.notes.settings import NotesSettings

SECRETS = ("DATABASE_DSN", "IDEMPOTENCY_SECRET", "KEY_ENCRYPTION_KEYS")
FLOOR = replace(TRUST_FLOOR, late_after_hours=48, delegated_tasks=DEFAULT.rules.delegated_tasks)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(f"NOTES_{name}", "unused")


def test_the_floor_is_what_is_shipped_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert NotesSettings().trust_floor == TRUST_FLOOR
    monkeypatch.setenv("NOTES_TRUST_FLOOR", json.dumps(to_jsonable_python(FLOOR)))
    assert NotesSettings().trust_floor == FLOOR


@pytest.mark.parametrize(
    "said", [{"late_after_hours": 48}, {**vars(TRUST_FLOOR), "late_after_hours": 0}]
)
def test_a_floor_that_lacks_a_rule_or_makes_no_sense_stops_the_service(
    said: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_TRUST_FLOOR", json.dumps(to_jsonable_python(said)))
    with pytest.raises(ValidationError):
        NotesSettings()
