"""A key for each data subject: what it seals is in clear nowhere, and gone once it is destroyed."""

import asyncio
import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from pydantic_core import from_json, to_json

from services.audit.projection.opening import UNREADABLE
from services.audit.schemas import EventView
from services.notes import projection as notes_projection
from services.notes.domain import Note
from services.notes.policy import DEFAULT
from services.referrals import projection as referrals_projection
from services.referrals.domain import ServiceUser
from shared.eventstore import keys
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, clear
from shared.eventstore.keys import DataKeys, KeyNotHere, destroy
from shared.eventstore.listing import Slice
from shared.eventstore.sealing import DataKey, sealer
from shared.kernel.actor import Actor
from shared.kernel.errors import ContentDestroyed, IfMatchRequired, VersionChanged
from shared.kernel.ids import new_id
from shared.kernel.relationship import Restriction
from tests.support.build import NOW, NURSE, SERVICE_USER, account, note
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keeping import (
    CALL,
    FAMILY_NAME,
    NHS_NUMBER,
    PEOPLE,
    SUBJECT,
    commands,
    destroyed,
    everything,
    is_in,
    service_user,
)
from tests.support.keys import ring
from tests.support.ledger import AuditService, Said, events, registered
from tests.support.wait import until

pytestmark = pytest.mark.anyio
IG_LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
SECRET = "Heard voices on the bus."


def _notes(fresh: Fresh) -> list[dict[str, Any]]:
    with psycopg.connect(fresh.dsn, row_factory=dict_row) as connection:
        return connection.execute("SELECT * FROM notes").fetchall()


async def _signed_note(opened: Opened) -> Note:
    """A note of `SECRET`, amended for it and signed with it."""
    await opened.key_of(note())
    notes = commands(opened, notes_projection.rows)
    made = note(account_=account(narrative=SECRET, service_user_view=SECRET))
    recorded = (await notes.create(CALL, lambda: made, Note)).aggregate
    signed = await notes.change(
        replace(CALL, if_match=1),
        Note,
        recorded.id,
        lambda n: n.countersign(NURSE, NOW, "validated", n.digest, SECRET, DEFAULT.rules),
    )
    return signed.aggregate


async def test_nothing_personal_of_a_note_is_in_clear_anywhere(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened:
        made = await _signed_note(opened)
        held = everything(fresh)
        assert is_in("north-cmht", held), "or the search finds nothing at all"
        assert not is_in(SECRET, held)
        assert not is_in(made.salt, held)
        assert (await opened.store.load(Note, made.id)).signed == made.signed


async def test_nothing_personal_of_a_person_is_in_clear_anywhere(engines: Engines) -> None:
    fresh = engines.fresh("referrals")
    async with fresh.opened() as opened:
        await commands(opened, PEOPLE).create(CALL, service_user, ServiceUser)
        held = everything(fresh)
        assert is_in(str(SERVICE_USER), held), "or the search finds nothing at all"
        assert not is_in(FAMILY_NAME, held)
        assert not is_in(NHS_NUMBER, held)
        again = await opened.store.load(ServiceUser, SERVICE_USER)
        who = again.particulars
        assert (who.name.family, who.nhs_number) == (FAMILY_NAME, NHS_NUMBER)


async def test_a_person_is_found_by_a_number_that_is_kept_nowhere(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        await commands(opened, PEOPLE).create(CALL, service_user, ServiceUser)
        people = referrals_projection.ServiceUsers(opened.database)
        ours, theirs = map(referrals_projection.NhsNumbers, (b"a secret", b"another"))
        assert (await people.by_nhs_number(ours.hash(NHS_NUMBER)) or {})["id"] == SERVICE_USER
        assert await people.by_nhs_number(theirs.hash(NHS_NUMBER)) is None


async def test_a_key_comes_with_its_subject_or_not_at_all(engines: Engines) -> None:
    """The key is committed with the first event: a registration that fails leaves none."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as opened:
        people = commands(opened, PEOPLE)
        await people.create(CALL, service_user, ServiceUser)
        with pytest.raises(VersionChanged):
            await people.create(CALL, service_user, ServiceUser)
        found = await opened.database.run("SELECT subject, owner, kek FROM keys.data_keys")
        assert found == [{"subject": SUBJECT, "owner": "referrals", "kek": "kek-1"}]


async def test_a_note_waits_for_the_key_of_its_person(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engines.fresh("notes").opened() as opened:
        notes = commands(opened, notes_projection.rows)
        monkeypatch.setattr(keys, "WAIT_FOR", 0.1)
        with pytest.raises(KeyNotHere):
            await notes.create(CALL, note, Note)
        assert await opened.store.read_after(0, 10) == [], "nothing was recorded"
        await opened.key_of(note())
        await notes.create(CALL, note, Note)
        assert len(await opened.store.read_after(0, 10)) == 1


async def test_an_unknown_key_is_not_a_destroyed_one(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "WAIT_FOR", 0.1)
    async with engines.fresh("notes").opened() as opened:
        with pytest.raises(KeyNotHere):
            await opened.keys.opening([uuid4()])


async def test_two_hundred_documents_are_opened_with_one_look_up(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened:
        made = [service_user(new_id()) for _ in range(200)]
        sealed = [
            {"id": each.id, "document": sealer(await opened.key_of(each), each.id)({"n": number})}
            for number, each in enumerate(made)
        ]

    class Counting(Database):
        asked = 0

        async def run(self, sql: str, params: Any = None, *, prepare: bool = True) -> Any:
            self.asked += 1
            return await super().run(sql, params, prepare=prepare)

    database = Counting(fresh.dsn)
    await database.open()
    try:
        documents = Documents(DataKeys(database, ring(), "notes"))
        for _ in range(2):
            shown = (await documents.shown(Slice(sealed, more=False))).rows
            assert [from_json(row["document"]) for row in shown] == [{"n": n} for n in range(200)]
        assert database.asked == 1, "the second time they were at hand"
    finally:
        await database.close()


async def test_what_was_destroyed_reads_so_and_all_else_stays(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened:
        made = await _signed_note(opened)
        bodies = await opened.store.bodies(made.id)
        await destroyed(opened.database, "notes", SUBJECT)

    async with fresh.opened() as opened:  # as after a restart
        assert await opened.store.bodies(made.id) == bodies, "not a byte of an event changed"
        again = await opened.store.load(Note, made.id)
        assert again.destroyed
        assert (again.digest, again.version, again.status) == (made.digest, 2, made.status)
        assert [each["reason"] for each in await opened.store.history(made.id)] == [None, None]
        [row] = _notes(fresh)
        assert row["document"] is None
        shown = from_json((await Documents(opened.keys).one(row))["document"])
        assert (shown["narrative"], shown["content_state"]) == (None, "destroyed")
        assert shown["countersignature"]["signed"]["by"]["staff_id"] == NURSE.staff_id


async def test_nothing_more_is_written_about_someone_destroyed(engines: Engines) -> None:
    """At the last step of the checks: a missing or a stale If-Match is said first."""
    async with engines.fresh("notes").opened() as opened:
        made = await _signed_note(opened)
        await destroyed(opened.database, "notes", SUBJECT)
        opened.keys.forget((await _ids(opened))[0], SUBJECT)
        notes = commands(opened, notes_projection.rows)
        for call, refusal in (
            (CALL, IfMatchRequired),
            (replace(CALL, if_match=1), VersionChanged),
            (replace(CALL, if_match=2), ContentDestroyed),
        ):
            with pytest.raises(refusal):
                await notes.change(call, Note, made.id, lambda _: None)
        with pytest.raises(ContentDestroyed):
            await notes.create(CALL, note, Note)


async def test_a_key_at_hand_is_asked_for_again_in_time(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process destroys it: this one finds out no later than `GOOD_FOR` seconds after."""
    fresh = engines.fresh("notes")
    async with fresh.opened() as one, fresh.opened() as another:
        await one.key_of(note())
        await destroyed(another.database, "notes", SUBJECT)
        assert await one.keys.sealer(SUBJECT), "it was read just now"
    monkeypatch.setattr(keys, "GOOD_FOR", 0)
    fresh = engines.fresh("notes")
    async with fresh.opened() as one, fresh.opened() as another:
        await one.key_of(note())
        await destroyed(another.database, "notes", SUBJECT)
        with pytest.raises(ContentDestroyed):
            await one.keys.sealer(SUBJECT)


async def test_of_two_keys_of_a_subject_each_opens_its_own_and_both_are_destroyed(
    engines: Engines,
) -> None:
    """An owner that was set back may register someone again; followers then hold both keys."""
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened:
        sealed = {}
        for at in (NOW, NOW + timedelta(days=1)):
            key = await opened.new_key(SUBJECT, at)
            sealed[key.id] = key.seal(b"words", "here")
        found = await opened.keys.opening(sealed)
        for name, value in sealed.items():
            assert (found[name] or key).open(value, "here") == b"words"
        assert (await opened.keys.sealer(SUBJECT)).id == key.id, "the newest seals"
        await destroyed(opened.database, "notes", SUBJECT)
        for each in sealed:
            opened.keys.forget(each, SUBJECT)
        assert await opened.keys.opening(sealed) == dict.fromkeys(sealed)


async def test_no_more_keys_are_at_hand_than_allowed(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "MOST_CACHED", 2)
    async with engines.fresh("notes").opened() as opened:
        for _ in range(5):
            await opened.key_of(service_user(new_id()))
        assert len(opened.keys._cached._entries) == 2 * 2, "each by id and by subject"


async def test_a_persons_number_is_free_once_destroyed(engines: Engines) -> None:
    fresh = engines.fresh("referrals")
    async with fresh.opened() as opened:
        people = commands(opened, PEOPLE)
        await people.create(CALL, service_user, ServiceUser)
        await destroyed(opened.database, "referrals", SUBJECT)
        [row] = await opened.database.run("SELECT * FROM service_users")
        assert (row["document"], row["nhs_number_hash"]) == (None, None)
        await people.create(CALL, lambda: service_user(new_id()), ServiceUser)


def _restricted(person: ServiceUser) -> None:
    person.restrict(IG_LEAD, NOW, Restriction(excluded=frozenset({"nurse-1"})), "My sister.")


async def _personal(opened: Opened) -> tuple[Any, Any]:
    [row] = await opened.database.run("SELECT * FROM service_users")
    return row["document"], row["nhs_number_hash"]


async def test_a_key_still_at_hand_brings_no_number_back(engines: Engines) -> None:
    """Another process destroyed it; this one may not have heard for `GOOD_FOR` seconds."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as one, fresh.opened() as another:
        people = commands(one, PEOPLE)
        await people.create(CALL, service_user, ServiceUser)
        assert await one.keys.sealer(SUBJECT)
        await destroyed(another.database, "referrals", SUBJECT)
        with pytest.raises(ContentDestroyed):
            await people.change(replace(CALL, if_match=1), ServiceUser, SERVICE_USER, _restricted)
        assert len(await one.store.read_after(0, 10)) == 1, "nothing was recorded"
        assert await _personal(one) == (None, None)


async def test_a_number_is_not_kept_by_who_wrote_while_it_was_destroyed(engines: Engines) -> None:
    """The write waits for the destruction's row, and finds the key gone."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as opened:
        people = commands(opened, PEOPLE)
        await people.create(CALL, service_user, ServiceUser)
        connection = await opened.database.connect()
        async with connection, connection.transaction():
            await destroy(connection, "referrals", SUBJECT, NOW)
            await clear(connection, referrals_projection.METADATA, SUBJECT)
            call = replace(CALL, if_match=1)
            changing = asyncio.create_task(
                people.change(call, ServiceUser, SERVICE_USER, _restricted)
            )
            await until(lambda: _waits_for_a_lock(opened))
        with pytest.raises(ContentDestroyed):
            await changing
        assert await _personal(opened) == (None, None)


async def _waits_for_a_lock(opened: Opened) -> bool:
    [row] = await opened.database.run("SELECT count(*) AS n FROM pg_locks WHERE NOT granted")
    return int(row["n"]) > 0


REVIVAL = "UPDATE keys.data_keys SET wrapped = 'x', kek = 'kek-1', destroyed_at = NULL"


@pytest.mark.parametrize(
    "change",
    [
        REVIVAL,
        "UPDATE keys.data_keys SET destroyed_at = now()",
        "UPDATE keys.data_keys SET key_id = gen_random_uuid()",
        "DELETE FROM keys.data_keys",
        "TRUNCATE keys.data_keys",
    ],
)
async def test_the_database_lets_no_one_revive_a_key(engines: Engines, change: str) -> None:
    fresh = engines.fresh("referrals")
    async with fresh.opened() as opened:
        await commands(opened, PEOPLE).create(CALL, service_user, ServiceUser)
        await destroyed(opened.database, "referrals", SUBJECT)
    refused = (psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)
    for dsn in (fresh.dsn, fresh.owner_dsn):
        with psycopg.connect(dsn) as connection, pytest.raises(refused):
            connection.execute(change)


async def _ids(opened: Opened) -> list[UUID]:
    return [row["key_id"] for row in await opened.database.run("SELECT key_id FROM keys.data_keys")]


@dataclass(frozen=True)
class _Changed(Said):
    """An event with other bytes where its sealed value was."""

    sealed: bytes = b""

    def body(self, key: DataKey) -> bytes:
        body = from_json(super().body(key))
        value = base64.b64encode(self.sealed).decode()
        return to_json({**body, "sealed": {**body["sealed"], "value": value}})


@pytest.mark.parametrize("sealed", [b"", b"short", b"long enough to be a sealed value"])
async def test_an_event_that_someone_changed_does_not_hide_the_others(
    audit: AuditService, caplog: pytest.LogCaptureFixture, sealed: bytes
) -> None:
    before = UNREADABLE._value.get()
    intact = registered()
    fields = {name: getattr(intact, name) for name in Said.__dataclass_fields__}
    await audit.arrive(intact, _Changed(**{**fields, "id": new_id()}, sealed=sealed))
    shown = {each["event_id"]: each for each in await events(audit, type="service-user-registered")}
    assert shown.pop(str(intact.id))["content_state"] == "shown"
    [other] = shown.values()
    assert (other["content"], other["content_state"]) == (None, "unreadable")
    assert EventView.model_validate(other)
    assert UNREADABLE._value.get() == before + 1
    [said] = [each for each in caplog.records if each.levelname == "ERROR"]
    assert f"event {other['index']} " in said.getMessage()
