"""What support goes by, in the database: nothing in clear, nothing left once destroyed, one plan to
a reference."""

import asyncio
from typing import Any

import pytest

from services.referrals.domain import Kept, ReferenceTaken
from services.referrals.projection import KeptRows, SharingPreferenceRows, VisitAlertRows
from services.referrals.projection import kept_document as document_of
from services.referrals.projection.support.shapes import SHAPES
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines, Opened
from tests.support.keeping import CALL, PEOPLE, SUBJECT, commands, destroyed, everything, is_in
from tests.support.keeping import service_user as someone
from tests.support.kept import TODAY, alert, carer, changed, goal, plan, preference

pytestmark = pytest.mark.anyio
WORDS = (
    "I want to keep my flat.", "Pay the rent on time", "No arrears.", "A sister", "01632 960001",
    "sister@example.org", "Is worn out.", "Not about my job.", "so that the dog is put away",
    "The dog is still there.", "animals",
)  # fmt: skip


async def _with_someone(opened: Opened) -> Commands:
    made = commands(opened, PEOPLE)
    await made.create(CALL, someone, type(someone()))
    return made


async def _keep(made: Commands, *kept: Kept) -> None:
    for each in kept:
        await made.append(CALL, each)


def _rows(opened: Opened, kept: Kept) -> KeptRows:
    match SHAPES[type(kept)].table.name:
        case "sharing_preferences":
            return SharingPreferenceRows(opened.database)
        case "visit_alerts":
            return VisitAlertRows(opened.database)
        case _:
            return KeptRows(opened.database, SHAPES[type(kept)].table)


async def _told(opened: Opened, kept: Kept) -> Any:
    rows = _rows(opened, kept)
    found = await rows.one(SERVICE_USER, kept.id)
    assert found is not None
    return rows.told(await Documents(opened.keys).one(found), TODAY)


async def test_no_word_is_in_clear(engines: Engines) -> None:
    fresh = engines.fresh("referrals")
    async with fresh.opened() as opened:
        await _keep(await _with_someone(opened), *changed())
    held = everything(fresh)
    assert [word for word in WORDS if is_in(word, held)] == []
    assert "care_plan" in held, "what is meant to be in clear is found"


async def test_what_was_destroyed_reads_so(engines: Engines) -> None:
    fresh, kept = engines.fresh("referrals"), changed()
    async with fresh.opened() as opened:
        await _keep(await _with_someone(opened), *kept)
        await destroyed(opened.database, "referrals", SUBJECT)
    async with fresh.opened() as opened:  # as after a restart
        for each in kept:
            told = await _told(opened, each)
            text = told if isinstance(told, str) else str(told)
            assert "destroyed" in text
            assert [word for word in WORDS if word in text] == []
            again = await opened.store.load(type(each), each.id)
            assert (again.destroyed, again.version) == (True, each.version)
            assert [word for word in WORDS if word in str(document_of(again))] == []


async def test_of_one_reference_at_once_only_one_is_registered(engines: Engines) -> None:
    """Whoever is first, in however many transactions."""
    async with engines.fresh("referrals").opened() as opened:
        made = await _with_someone(opened)
        plans = [plan(reference="CP-7"), *(plan(reference="cp-7") for _ in range(20))]
        answers = await asyncio.gather(
            *(made.append(CALL, each) for each in plans), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in answers) == [
            *[ReferenceTaken.__name__] * 20, "bool",
        ]  # fmt: skip
        found = await opened.database.run("SELECT count(*) AS plans FROM plans")
        assert found == [{"plans": 1}]
        streams = await opened.database.run("SELECT count(*) AS began FROM events")
        assert streams == [{"began": 2}], "the person's and the one plan's"


async def test_each_kind_is_read_as_it_was_made(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        made = await _with_someone(opened)
        for each in (plan(), goal(), carer(), preference(), alert()):
            await _keep(made, each)
            again = await opened.store.load(type(each), each.id)
            assert document_of(again) == document_of(each)
            assert again.created_on == NOW
