"""What is said of a worker's training and competence is sealed under the worker's own key."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from pydantic_core import from_json

from services.supervision.access import READ_WORKER, RECORD_TRAINING
from services.supervision.application import Competence, Workers
from services.supervision.domain import Worker
from services.supervision.projection import Register, rows
from shared.contracts.supervision import WorkerDetails
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from shared.kernel.call import Call, Caller
from shared.kernel.errors import ContentDestroyed
from shared.kernel.ids import named_id
from shared.platform.accesslog import AccessLog
from shared.platform.migrations import migrate
from tests.support.build import NOW, NURSE
from tests.support.engines import Engines, Opened
from tests.support.keeping import MANAGER, commands, destroyed, everything, is_in

pytestmark = pytest.mark.anyio
WORKER, SUBJECT = "str-worker-1", "worker:str-worker-1"
DETAILS = WorkerDetails(
    name="STR worker 1", job_title="STR worker", employer="e", teams=("north-cmht",)
)
SECRET = "Wrote each entry the same day."
CALLER = Caller(
    MANAGER.staff_id, MANAGER.name, frozenset({"team_manager"}), frozenset({"north-cmht"})
)
CALL = Call(RECORD_TRAINING, CALLER, "team_manager", NOW)
READ = replace(CALL, operation=READ_WORKER)
TRAINING: dict[str, Any] = {
    "course": "record_keeping",
    "completed_on": NOW.date(),
    "expires_on": None,
    "evidence": SECRET,
}


def _register() -> Worker:
    return Worker.register(MANAGER, NOW, WORKER, DETAILS)


def _all(worker: Worker) -> None:
    """Everything that can be said of a worker, said with `SECRET`."""
    today = NOW.date()
    worker.record_training(MANAGER, NOW, "record_keeping", today, None, SECRET)
    worker.sign_off(NURSE, NOW, "record_keeping", today, today.replace(year=2027), SECRET)
    worker.revoke(MANAGER, NOW, "record_keeping", SECRET)


async def _said(opened: Opened) -> Commands:
    register = commands(opened, rows)
    await register.create(CALL, _register, Worker)
    call = replace(CALL, if_match=1)
    await register.change(call, Worker, named_id("worker", WORKER), _all)
    return register


def _workers(opened: Opened, register: Commands) -> Workers:
    log = AccessLog(register)
    return Workers(
        opened.database, opened.store, register, Documents(opened.keys), log, "safeguarding"
    )


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    document = found["document"]
    shown: dict[str, Any] = from_json(document) if isinstance(document, bytes) else document
    return shown


async def test_nothing_said_of_a_worker_is_in_clear_anywhere(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as opened:
        register = await _said(opened)
        held = everything(fresh)
        assert is_in("record_keeping", held), "or the search finds nothing at all"
        assert not is_in(SECRET, held)
        again = await opened.store.load(Worker, named_id("worker", WORKER))
        assert again.competences[0]["basis"] == SECRET
        shown = _shown(await _workers(opened, register).one(READ, WORKER))
        assert str(shown).count(SECRET) == 3
        colleague = replace(READ, role="str_worker")
        hidden = _shown(await _workers(opened, register).one(colleague, WORKER))
        assert hidden["content_state"] == "confidential"
        assert SECRET not in str(hidden)


async def test_destroyed_words_read_so_and_the_rest_of_the_entry_stays(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as opened:
        await _said(opened)
        await destroyed(opened.database, "supervision", SUBJECT)
    async with fresh.opened() as opened:  # as after a restart
        register = commands(opened, rows)
        for role in ("team_manager", "str_worker"):
            call = replace(READ, role=role)
            shown = _shown(await _workers(opened, register).one(call, WORKER))
            assert (shown["name"], shown["content_state"]) == (DETAILS.name, "destroyed")
            assert shown["training"][0]["evidence"] is None
        call = replace(CALL, if_match=4)
        with pytest.raises(ContentDestroyed):
            await Competence(opened.database, register).record_training(call, WORKER, **TRAINING)
        again = await opened.store.load(Worker, named_id("worker", WORKER), 3)
        assert again.destroyed
        assert again.competences[0]["basis"] is None


OLD_ENTRY: dict[str, Any] = {
    "staff_id": WORKER,
    "version": 1,
    "name": DETAILS.name,
    "teams": ["north-cmht"],
    "status": "active",
    "registrations": [
        {"body": "NMC", "number": "18A1234E", "expires_on": None},
        {"body": "HCPC", "number": "OT12345", "expires_on": "2030-10-31"},
    ],
}


async def test_who_was_registered_before_is_someone_of_whom_nothing_was_said(
    engines: Engines,
) -> None:
    old = engines.empty("supervision")
    migrate("supervision", old.owner_dsn, "0002")
    with psycopg.connect(old.owner_dsn) as connection:
        for staff_id, registrations in ((WORKER, OLD_ENTRY["registrations"]), ("manager-7", [])):
            entry = {**OLD_ENTRY, "staff_id": staff_id, "registrations": registrations}
            connection.execute(
                "INSERT INTO workers (staff_id, version, teams, document) VALUES (%s, 1, %s, %s)",
                (staff_id, Jsonb(["north-cmht"]), Jsonb(entry)),
            )
    migrate("supervision", old.owner_dsn)
    async with old.opened() as opened:
        workers = _workers(opened, commands(opened, rows))
        shown = _shown(await workers.one(READ, WORKER))
        added = {"status": "effective", "conditions": None, "checked_on": None}
        kept = [{**each, **added} for each in OLD_ENTRY["registrations"]]
        assert shown == {
            **OLD_ENTRY, "registrations": kept, "training": [], "competences": [],
            "content_state": "shown", "employments": [], "lead_for": [], "absent_from": None,
            "absent_until": None, "left_on": None,
        }  # fmt: skip
        page = await workers.page("north-cmht", "", 10)
        assert [row["staff_id"] for row in page.rows] == ["manager-7", WORKER]
        register = Register(opened.database)
        assert await register.at_work([WORKER]) == {WORKER}
        assert await register.teams_of(replace(CALLER, staff_id=WORKER, teams=frozenset())) == {
            "north-cmht"
        }
        found = await register.registration(WORKER, NOW.date())
        assert found is not None
        assert found.body == "NMC"
