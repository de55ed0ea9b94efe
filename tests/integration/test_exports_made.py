"""Making exports: whatever dies in between, each is stated once and whole; what ends is gone."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.audit.domain import (
    ExportGone,
    ExportNotMade,
    ExportNotReady,
    ExportOver,
    TooManyWaiting,
)
from services.audit.projection import Parts, PartsLost
from shared.eventstore.keys import destroy
from shared.eventstore.wrapping import CannotUnwrap
from tests.support.build import NOW, SERVICE_USER
from tests.support.checkpoints import rows, tampered
from tests.support.exporting import KEPT_FOR, Exportings
from tests.support.keys import ring
from tests.support.ledger import (
    AUDITOR,
    OTHER,
    AuditService,
    calling,
    engaged,
    read,
    registered,
)

pytestmark = pytest.mark.anyio
STATED = "SELECT count(*) FROM events WHERE type = 'countersign.audit.export-stated.v1'"
FETCHED = "SELECT count(*) FROM events WHERE type = 'countersign.audit.export-downloaded.v1'"


@pytest.fixture
async def exporting(audit: AuditService) -> Exportings:
    await audit.arrive(registered(), read(SERVICE_USER), read(SERVICE_USER))
    return Exportings(audit)


class Died(BaseException):
    """The process ended: nothing is caught, nothing cleared up."""


def dying(method: Any, after: int) -> Any:
    """A method that works so many times, and then is where the process ends."""
    left = after

    async def call(*args: Any, **more: Any) -> Any:
        nonlocal left
        if left == 0:
            raise Died
        left -= 1
        return await method(*args, **more)

    return call


def parts(audit: AuditService) -> int:
    [(count,)] = rows(audit.dsn, "SELECT count(*) FROM export_parts")
    return int(count)


async def test_it_is_stated_once_however_often_it_dies(
    audit: AuditService, exporting: Exportings, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = await exporting.asked(service_user_id=SERVICE_USER)
    for step in ("progress", "writing", "files", "commit"):
        for after in (0, 1, 2):
            again = Exportings(audit)
            target, name = {
                "progress": (again.making, "_say"),
                "writing": (again.parts, "writing"),
                "files": (again.preparing, "_document"),
                "commit": (again.making, "_commit"),
            }[step]
            monkeypatch.setattr(target, name, dying(getattr(target, name), after))
            with suppress(Died):
                await again.look()
    await exporting.look()
    assert rows(audit.dsn, STATED) == [(1,)]
    await exporting.covered()
    for step in ("_say", "_commit"):
        again = Exportings(audit)
        monkeypatch.setattr(again.making, step, dying(getattr(again.making, step), 0))
        with pytest.raises(Died):
            await again.look()
    again = Exportings(audit)
    monkeypatch.setattr(again.parts, "files", dying(again.parts.files, 0))
    with pytest.raises(Died):
        await again.look()
    while await exporting.look():
        pass
    found = await exporting.fetched(export)
    assert found.stated["people"] == [{"id": str(SERVICE_USER), "count": 3}]
    assert rows(audit.dsn, STATED) == [(1,)]
    [(counting,)] = rows(audit.dsn, "SELECT count(DISTINCT file) FROM export_parts")
    assert counting == 1, "what tries that were given up have left is swept"


async def test_two_that_lead_at_once_make_one_whole_export(
    audit: AuditService, exporting: Exportings
) -> None:
    other = Exportings(audit)
    export = await exporting.asked(service_user_id=SERVICE_USER)
    await asyncio.gather(exporting.look(), other.look())
    assert rows(audit.dsn, STATED) == [(1,)]
    await exporting.covered()
    await asyncio.gather(exporting.look(), other.look())
    while await exporting.look():
        pass
    assert (await exporting.fetched(export)).stated["entries"] == 3


async def test_it_waits_for_a_checkpoint_and_others_go_on(
    audit: AuditService, exporting: Exportings
) -> None:
    first = await exporting.asked(service_user_id=SERVICE_USER)
    assert (await exporting.shown(first))["state"] == "queued"
    with pytest.raises(ExportNotReady):
        await exporting.fetched(first)
    await exporting.look()
    assert await exporting.look() == 0, "its statement is not even in the ledger"
    await audit.relayed()
    assert await exporting.look() == 0, "no checkpoint covers it"
    second = await exporting.asked(service_user_id=SERVICE_USER)
    assert await exporting.look() == 1
    shown = [await exporting.shown(each) for each in (first, second)]
    assert [each["state"] for each in shown] == ["running", "running"]
    assert shown[0]["progress"]["done"] < shown[0]["progress"]["total"]
    with pytest.raises(ExportNotReady):
        await exporting.fetched(first)
    await exporting.covered()
    await exporting.look()
    shown = [await exporting.shown(each) for each in (first, second)]
    assert [each["state"] for each in shown] == ["ready", "ready"]
    assert shown[0]["progress"]["done"] == shown[0]["progress"]["total"]


async def test_what_is_over_is_gone_with_its_key(
    audit: AuditService, exporting: Exportings
) -> None:
    export = await exporting.made(service_user_id=SERVICE_USER)
    exporting.clock.at += KEPT_FOR - timedelta(seconds=1)
    later = calling("ig-lead-1", "ig_lead", exporting.clock.at)
    await exporting.fetched(export, later)
    exporting.clock.at += timedelta(seconds=1)
    with pytest.raises(ExportGone):
        await exporting.fetched(export, later)
    while await exporting.look():
        pass
    shown = await exporting.shown(export)
    assert (shown["state"], shown["ended"]["because"]) == ("expired", "time_over")
    assert shown["ended"]["by"]["staff_id"] == "countersign"
    for table in ("export_keys", "export_files", "export_parts", "export_progress"):
        assert rows(audit.dsn, f"SELECT count(*) FROM {table}") == [(0,)], table
    with pytest.raises(ExportGone):
        await exporting.fetched(export, later)
    assert rows(audit.dsn, FETCHED) == [(1,)], "what did not leave is not recorded as if it had"


async def test_cancelling_stops_it_or_deletes_it(
    audit: AuditService, exporting: Exportings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelling(version: int) -> Any:
        return calling("ig-lead-1", "ig_lead", NOW, version)

    ready = await exporting.made(service_user_id=SERVICE_USER)
    version = (await exporting.shown(ready))["version"]
    await exporting.exports.cancel(cancelling(version), ready)
    queued = await exporting.asked(service_user_id=SERVICE_USER)
    say = exporting.making._say

    async def cancelled_meanwhile(*args: Any) -> None:
        if (await exporting.shown(queued))["state"] != "cancelled":
            await exporting.exports.cancel(cancelling(1), queued)
        await say(*args)

    monkeypatch.setattr(exporting.making, "_say", cancelled_meanwhile)
    while await exporting.look():
        pass
    for each in (ready, queued):
        shown = await exporting.shown(each)
        assert (shown["state"], shown["ended"]["because"]) == ("cancelled", "cancelled")
        with pytest.raises(ExportGone):
            await exporting.fetched(each)
        with pytest.raises(ExportOver):
            await exporting.exports.cancel(cancelling(shown["version"]), each)
    assert parts(audit) == 0
    assert rows(audit.dsn, STATED) == [(1,)]


async def test_parts_are_sealed_in_their_places_under_the_exports_own_key(
    audit: AuditService, exporting: Exportings
) -> None:
    export = await exporting.made(service_user_id=SERVICE_USER)
    [(sealed,)] = rows(audit.dsn, "SELECT sealed FROM export_parts")
    assert b"PK\x03\x04" not in sealed
    assert b"Service User" not in sealed

    async def reads(by: Exportings) -> None:
        await by.fetched(export)

    with pytest.raises(CannotUnwrap):
        await reads(Exportings(audit, ring("another-key")))
    for change in (
        "UPDATE export_parts SET number = 1",
        "UPDATE export_parts SET number = 0,"
        " sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))",
        "DELETE FROM export_parts",
        "DELETE FROM export_keys",
    ):
        tampered(audit, change)
        with pytest.raises(PartsLost):
            await reads(exporting)


async def test_one_that_can_no_longer_be_made_fails_and_the_next_is_made(
    audit: AuditService, exporting: Exportings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement = await engaged(audit)
    refused = await exporting.asked(AUDITOR, service_user_id=SERVICE_USER)
    await audit.application.engagements.end(
        calling("ig-lead-1", "ig_lead", NOW, 1), engagement, "Done."
    )
    broken = await exporting.asked(service_user_id=SERVICE_USER)
    prepare = exporting.preparing.prepare

    async def breaking(export: Any, *args: Any) -> Any:
        if export.id == broken:
            raise RuntimeError
        return await prepare(export, *args)

    monkeypatch.setattr(exporting.preparing, "prepare", breaking)
    made = await exporting.asked(service_user_id=SERVICE_USER)
    await exporting.look()
    shown = [await exporting.shown(each) for each in (refused, broken, made)]
    assert [each["state"] for each in shown] == ["failed", "failed", "running"]
    assert [each["failure"] for each in shown] == ["no_engagement", "not_made", None]
    with pytest.raises(ExportNotMade):
        await exporting.fetched(broken)


async def test_what_was_stated_and_is_lost_is_not_made_up(
    audit: AuditService, exporting: Exportings
) -> None:
    export = await exporting.asked(service_user_id=SERVICE_USER)
    await exporting.stated(export)
    tampered(audit, "DELETE FROM export_files WHERE name = 'entries.jsonl'")
    await exporting.look()
    assert (await exporting.shown(export))["failure"] == "not_made"


@pytest.mark.parametrize("kind", ["person", "period"])
async def test_when_content_is_destroyed_exports_that_may_hold_it_go(
    audit: AuditService, exporting: Exportings, kind: str
) -> None:
    async def gone(subject: str) -> None:
        await audit.opened.key_named(subject)
        connection = await audit.database.connect(autocommit=True)
        async with connection:
            await destroy(connection, "audit", subject, NOW + timedelta(minutes=1))

    whole: dict[str, Any] = {"kind": "period", "since": NOW, "until": NOW + timedelta(days=9000)}
    asked: dict[str, Any] = {"service_user_id": SERVICE_USER} if kind == "person" else whole
    export = await exporting.made(**asked)
    if kind == "person":
        await gone(f"service-user:{OTHER}")
        await exporting.look()
        assert (await exporting.shown(export))["state"] == "ready", "theirs is not in it"
    await gone(f"service-user:{SERVICE_USER}")
    while await exporting.look():
        pass
    shown = await exporting.shown(export)
    assert (shown["state"], shown["ended"]["because"]) == ("expired", "destroyed")
    assert parts(audit) == 0


async def test_one_caller_has_few_waiting(exporting: Exportings) -> None:
    for _ in range(5):
        await exporting.asked(service_user_id=SERVICE_USER)
    with pytest.raises(TooManyWaiting):
        await exporting.asked(service_user_id=SERVICE_USER)
    await exporting.asked(calling("ig-lead-2", "ig_lead"), service_user_id=SERVICE_USER)


async def test_a_file_of_many_parts_is_read_as_it_was_written(
    audit: AuditService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.audit.projection.parts.PART_BYTES", 10)
    kept = Parts(audit.database, ring())
    export = UUID(int=7)
    writing = await kept.writing(export, "a name")
    for chunk in (b"", b"x" * 25, b"y", b"z" * 4):
        await writing.write(chunk)
    file = await writing.finish()
    assert (file.bytes, parts(audit)) == (30, 3)
    assert b"".join([each async for each in kept.read(file)]) == b"x" * 25 + b"yzzzz"
    empty = await (await kept.writing(export, "empty")).finish()
    assert [each async for each in kept.read(empty)] == []
