"""What an auditor is told of an event in one line."""

import pytest

from services.audit.projection.summaries import SUMMARIES, summary
from shared.contracts.__main__ import load
from shared.contracts.contract import REGISTRY

load()
ACTOR = {"staff_id": "str-worker-1", "name": "STR worker 1"}


@pytest.mark.parametrize("name", sorted({contract.name for contract in REGISTRY.values()}))
def test_every_published_event_has_words_of_its_own(name: str) -> None:
    assert name in SUMMARIES
    assert summary(name, ACTOR) == f"{SUMMARIES[name]} by str-worker-1"


def test_no_two_events_are_told_alike() -> None:
    assert len(set(SUMMARIES.values())) == len(SUMMARIES)


def test_a_type_that_is_newer_than_this_service_is_told_by_its_name() -> None:
    assert summary("note-sung", ACTOR) == "note-sung by str-worker-1"
