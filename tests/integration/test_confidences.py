"""What was said in confidence goes with the worker's key; that it was held, and to whom it was
disclosed, stays."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from services.supervision import access
from services.supervision.application import Application
from services.supervision.domain import Session, Worker
from services.supervision.main import SERVICE, application
from services.supervision.projection import rows
from services.supervision.settings import SupervisionSettings
from shared.contracts.supervision import WorkerDetails
from shared.eventstore.commands import Commands
from shared.eventstore.documents import Documents
from shared.kernel.call import Call, Caller
from shared.kernel.errors import ContentDestroyed
from shared.kernel.operation import Operation
from shared.platform.accesslog import AccessLog
from shared.platform.messaging import Messaging
from shared.platform.stopping import Stopping
from tests.support.agreeing import MANAGER, SUPERVISOR, content, session
from tests.support.build import NOW
from tests.support.engines import Engines, Opened
from tests.support.keeping import commands, destroyed, everything, is_in

pytestmark = pytest.mark.anyio
SECRET = "She is afraid of going there alone."
DETAILS = WorkerDetails(
    name="STR worker 1", job_title="STR worker", employer="e", teams=("north-cmht",)
)
_UNUSED = SecretStr("unused")
_SETTINGS = SupervisionSettings(
    database_dsn=_UNUSED, idempotency_secret=_UNUSED, key_encryption_keys=_UNUSED
)


class _Heard(Messaging):
    """There is no broker, and nothing to wait for."""

    async def catch_up(self, *producers: str) -> None:
        pass


def _application(opened: Opened) -> tuple[Application, Commands]:
    run = commands(opened, rows)
    made: Any = SimpleNamespace(
        settings=_SETTINGS,
        database=opened.database,
        store=opened.store,
        keys=opened.keys,
        documents=Documents(opened.keys),
        commands=run,
        access_log=AccessLog(run),
        messaging=_Heard(_SETTINGS, SERVICE.name, opened.database),
        stopping=Stopping(),
        worker=SimpleNamespace(relay=None),
    )
    return application(made), run


def _call(operation: Operation, staff_id: str, role: str, if_match: int | None = None) -> Call:
    who = Caller(staff_id, staff_id, frozenset({role}), frozenset())
    return Call(operation, who, role, NOW, if_match=if_match)


async def _confided(opened: Opened) -> tuple[Application, Session]:
    """A session with its record, disclosed to somebody."""
    made, run = _application(opened)
    call = _call(access.PUT_WORKER, "manager-1", "team_manager")
    await run.create(call, lambda: Worker.register(MANAGER, NOW, "str-worker-1", DETAILS), Worker)
    held = session()
    hour = NOW - timedelta(hours=1)
    held.hold(SUPERVISOR, NOW, hour, 60, content(discussion=SECRET), "5a17" * 8)
    await run.create(call, lambda: held, Session)
    await made.disclosures.disclose(
        _call(access.DISCLOSE, "supervisor-1", "supervisor"), held.id,
        basis="consent", to="nurse-9", until=None, told=True, reason=SECRET, not_told_reason=None,
    )  # fmt: skip
    return made, held


async def test_it_is_in_clear_nowhere_and_read_by_those_it_is_for(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as opened:
        made, held = await _confided(opened)
        kept = everything(fresh)
        assert is_in("supervision-disclosed", kept), "or the search finds nothing at all"
        assert not is_in(SECRET, kept)
        for reader in ("str-worker-1", "supervisor-1", "nurse-9"):
            call = _call(access.READ_SESSION, reader, "str_worker")
            assert (await made.reading.session(call, held.id))["discussion"] == SECRET
        worker = _call(access.READ_DISCLOSURES, "str-worker-1", "str_worker")
        [row] = (await made.disclosures.disclosures(worker, limit=10)).rows
        assert row["document"]["reason"] == SECRET


async def test_destroyed_it_tells_that_it_was_and_no_more(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as opened:
        _, held = await _confided(opened)
        await destroyed(opened.database, "supervision", "worker:str-worker-1")
    async with fresh.opened() as opened:  # as after a restart
        made, _ = _application(opened)
        call = _call(access.READ_SESSION, "nurse-9", "registered_practitioner")
        shown = await made.reading.session(call, held.id)
        assert (shown["content_state"], shown["discussion"]) == ("destroyed", None)
        assert shown["duration_minutes"] == 60
        lead = _call(access.READ_DISCLOSURES, "ig-lead-1", "ig_lead")
        [row] = (await made.disclosures.disclosures(lead, limit=10)).rows
        assert row["document"]["content_state"] == "destroyed"
        assert (row["document"]["to"], row["document"]["reason"]) == ("nurse-9", None)
        listing = _call(access.LIST_SESSIONS, "str-worker-1", "str_worker")
        [item] = (await made.reading.sessions(listing, None, None, None, limit=10)).rows
        assert item["document"]["content_state"] == "destroyed"
        again = _call(access.REVIEW_DISCLOSURE, "ig-lead-1", "ig_lead", if_match=1)
        with pytest.raises(ContentDestroyed):
            await made.disclosures.review(again, row["id"], "justified", "Looked at it.")
        with pytest.raises(ContentDestroyed):
            await made.disclosures.disclose(
                _call(access.DISCLOSE, "ig-lead-1", "ig_lead"), held.id,
                basis="legal", to="nurse-1", until=None, told=True, reason="x",
                not_told_reason=None,
            )  # fmt: skip
