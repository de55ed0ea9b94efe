"""Refiling in one transaction, whoever else changes the note; and concerns that are still open."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.notes.access import RETRACT_NOTE
from services.notes.domain import Concern, Note
from services.notes.policy import Clock, Judgement
from services.notes.projection import Notes, rows
from services.notes.projection.tables import CONCERNS
from shared.contracts.notes import Concern as Said
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.sql import RowsInto
from shared.eventstore.unit_of_work import Unit
from shared.kernel.call import Call, Caller
from shared.kernel.errors import VersionChanged
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, SERVICE_USER, WORKER, note
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
OTHER = UUID("01a00000-0000-7000-8000-000000000002")
CALLER = Caller("str-worker-1", "STR worker 1", frozenset({"str_worker"}), frozenset())
CALL = Call(RETRACT_NOTE, CALLER, "str_worker", NOW)


def _refiled(made: Note, id: UUID) -> Note:
    judgement = Judgement(made.flags, made.outstanding, made.countersignature)
    return made.refiled(WORKER, NOW, id, OTHER, "north-cmht", "pepper", judgement)


async def _commands(opened: Opened) -> Commands:
    await opened.key_of(note())
    await opened.key_of(_refiled(note(), new_id()))
    return Commands(
        opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
    )


async def _retract(commands: Commands, id: UUID) -> Outcome[Note]:
    def decide(found: Note) -> Sequence[Further]:
        to = new_id()
        found.retract(WORKER, NOW, "wrong_person", "It is hers.", OTHER, to)
        return [_refiled(found, to)]

    return await commands.change(replace(CALL, if_match=1), Note, id, decide)


async def test_of_two_that_refile_a_note_one_does(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as one, fresh.opened() as two:
        both = await _commands(one), await _commands(two)
        made = (await both[0].create(CALL, note, Note)).aggregate
        results: list[Any] = await asyncio.gather(
            *(_retract(each, made.id) for each in both), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in results) == ["Outcome", "VersionChanged"]
        types = [each.type.split(".")[2] for each in await one.store.read_after(0, 100)]
        assert sorted(types) == ["note-recorded", "note-refiled", "note-retracted"]
        old = await one.store.load(Note, made.id)
        assert old.refiled_to
        new = await one.store.load(Note, old.refiled_to)
        assert (new.refiled_from, new.account, new.author) == (old.id, old.account, old.author)
        read = Notes(one.database)
        found = [await read.note(old.id), await read.note(new.id)]
        assert [(row["service_user_id"], row["recorded_at"]) for row in found if row] == [
            (SERVICE_USER, NOW), (OTHER, NOW),
        ]  # fmt: skip
        listed = (await read.worklist(limit=10)).rows
        assert [row["id"] for row in listed] == [new.id]


async def test_a_refiling_that_lost_its_concern_to_an_acknowledgement_leaves_nothing(
    engines: Engines,
) -> None:
    async with engines.fresh("notes").opened() as opened:
        commands, made = await _commands(opened), note()
        said = Said(kind="risk", urgency="routine", description="Gas left on.")
        raised = Concern.raise_(
            WORKER, NOW, new_id(), SERVICE_USER, "north-cmht", made.id, said, Clock((), NOW, 1)
        )
        await commands.create(CALL, lambda: made, Note, beside=lambda _: [raised])
        stale = await opened.store.load(Concern, raised.id)
        await commands.change(
            replace(CALL, if_match=1),
            Concern,
            raised.id,
            lambda found: found.acknowledge(NURSE, NOW, "Visit today."),
        )

        def decide(found: Note) -> Sequence[Further]:
            to, goes_on = new_id(), new_id()
            found.retract(WORKER, NOW, "wrong_person", "It is hers.", OTHER, to)
            after = Concern.refile(WORKER, NOW, goes_on, OTHER, "north-cmht", to, stale, ())
            stale.move(WORKER, NOW, goes_on)
            return [_refiled(found, to), stale, after]

        with pytest.raises(VersionChanged):
            await commands.change(replace(CALL, if_match=1), Note, made.id, decide)
        types = [each.type.split(".")[2] for each in await opened.store.read_after(0, 100)]
        assert types == ["note-recorded", "concern-raised", "concern-acknowledged"]
        read = Notes(opened.database)
        assert await read.concerns_of(made.id) == ([raised.id], True)
        found = await read.note(made.id)
        assert found
        assert (found["version"], found["status"]) == (1, made.status)


@pytest.mark.parametrize(
    ("status", "is_open"), [("raised", True), ("acknowledged", True), ("closed", False)]
)
async def test_a_concern_is_open_until_it_is_closed(
    engines: Engines, status: str, is_open: bool
) -> None:
    async with engines.fresh("notes").opened() as opened:
        read, note_id = Notes(opened.database), new_id()
        assert await read.concerns_of(note_id) == ([], False)
        concern_id = new_id()
        concern = RowsInto(CONCERNS).row(
            id=concern_id, version=1, service_user_id=SERVICE_USER, team_id="north-cmht",
            note_id=note_id, raised_by="str-worker-1", status=status, urgency="routine",
            kept_from=[], clock=1, asked=0, acknowledge_by=NOW, first_step_at=NOW,
            position=0, policy_version=1, raised_at=NOW,
            metadata={}, document=None,
        )  # fmt: skip
        await opened.unit_of_work.commit(Unit((), (concern,)))
        assert await read.concerns_of(note_id) == ([concern_id], is_open)
        assert await read.concerns_of(new_id()) == ([], False)
