"""Least privilege on the broker: a service publishes its own subjects and follows what it reads."""

import asyncio

import nats
import pytest
from nats.aio.client import Client

from deploy.local.layout import ODS_CODE
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import StreamRefused, ask
from tests.support.engines import Engines
from tests.support.wait import until

pytestmark = pytest.mark.anyio
REFERRALS, SUPERVISIONS = (Names(ODS_CODE, name).keys for name in ("referrals", "supervision"))


async def _as(name: str, engines: Engines, refusals: list[str]) -> Client:
    async def refused(error: Exception) -> None:
        refusals.append(str(error).lower())

    return await nats.connect(
        engines.layout.nats_url,
        user=name,
        password=engines.layout.secret("nats", name),
        inbox_prefix=f"_INBOX_{name}",
        error_cb=refused,
    )


@pytest.mark.parametrize(
    "subject",
    [
        f"care.{ODS_CODE}.audit.query.ledger-queried",
        f"care.{ODS_CODE}.referrals.referral.referral-decided",
        f"care-head.{ODS_CODE}.audit",
        "$JS.API.STREAM.DELETE.CARE_NOTES",
        "$JS.API.STREAM.PURGE.CARE_NOTES",
        "$JS.API.STREAM.UPDATE.CARE_NOTES",
        "$JS.API.CONSUMER.DELETE.CARE_REFERRALS.audit-from-referrals",
        f"care-keys.{ODS_CODE}.notes.a-key",
        f"care-keys.{ODS_CODE}.referrals.a-key",
        "$JS.API.STREAM.MSG.GET.CARE_KEYS",
        "$JS.API.STREAM.PURGE.CARE_KEYS",
        "$JS.API.CONSUMER.CREATE.CARE_KEYS",
        "$JS.API.CONSUMER.CREATE.CARE_KEYS.notes-keys-from-referrals",
        f"$JS.API.CONSUMER.CREATE.CARE_KEYS.notes-keys-from-supervision.{SUPERVISIONS}",
        f"$JS.API.CONSUMER.CREATE.CARE_KEYS.notes-keys-from-referrals.{SUPERVISIONS}",
        f"$JS.API.CONSUMER.CREATE.CARE_KEYS.audit-keys-from-referrals.{REFERRALS}",
    ],
)
async def test_what_notes_may_not_publish(engines: Engines, subject: str) -> None:
    await _refused("notes", engines, subject)


@pytest.mark.parametrize("name", ["notes", "referrals", "supervision"])
@pytest.mark.parametrize("what", ["range", "digests"])
async def test_only_the_ledger_may_ask_for_events(engines: Engines, name: str, what: str) -> None:
    await _refused(name, engines, f"care-ask.{ODS_CODE}.referrals.{what}")


async def test_nobody_answers_for_another_what_its_store_holds(engines: Engines) -> None:
    refusals: list[str] = []
    connection = await _as("notes", engines, refusals)
    try:
        await connection.subscribe(f"care-ask.{ODS_CODE}.referrals.range")
        await connection.flush()
        await until(lambda: any("subscription" in refusal for refusal in refusals))
    finally:
        await connection.close()


async def test_referrals_does_not_get_the_keys_of_workers(engines: Engines) -> None:
    """Nothing there is sealed under one; it makes the keys of service users."""
    durable = f"referrals-keys-from-supervision.{SUPERVISIONS}"
    await _refused("referrals", engines, f"$JS.API.CONSUMER.CREATE.CARE_KEYS.{durable}")


async def _refused(name: str, engines: Engines, subject: str) -> None:
    refusals: list[str] = []
    connection = await _as(name, engines, refusals)
    try:
        await connection.publish(subject, b"{}")
        await connection.flush()
        await until(lambda: any(subject.lower() in refusal for refusal in refusals))
    finally:
        await connection.close()


@pytest.mark.parametrize("subject", ["care.>", "$JS.EVENT.>", "_INBOX_audit.>", ">"])
async def test_what_notes_may_not_hear(engines: Engines, subject: str) -> None:
    refusals: list[str] = []
    connection = await _as("notes", engines, refusals)
    try:
        await connection.subscribe(subject)
        await connection.flush()
        await until(lambda: any("subscription" in refusal for refusal in refusals))
    finally:
        await connection.close()


async def test_a_follower_of_one_owners_keys_can_not_ask_for_anothers(engines: Engines) -> None:
    """What the subject allows is checked by the broker against what the request says."""
    connection = await _as("notes", engines, [])
    durable = "notes-keys-from-referrals"
    config = {"durable_name": durable, "name": durable, "ack_policy": "all"}
    try:
        for filters in (
            {"filter_subject": SUPERVISIONS},
            {"filter_subjects": [REFERRALS, SUPERVISIONS]},
            {},
        ):
            request = {"stream_name": KEYS, "config": {**config, **filters}}
            with pytest.raises(StreamRefused):
                await ask(connection, f"CONSUMER.CREATE.{KEYS}.{durable}.{REFERRALS}", request)
    finally:
        await connection.close()


async def test_no_one_enters_without_a_password(engines: Engines) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", engines.layout.ports["nats"])
    try:
        await reader.readline()
        writer.write(b'CONNECT {"verbose": true}\r\nPING\r\n')
        assert b"Authorization Violation" in await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_message_of_a_stream_can_not_be_deleted_even_by_the_operator(
    engines: Engines,
) -> None:
    async with engines.stream("notes") as (connection, names):
        with pytest.raises(Exception, match="delete"):
            await ask(connection, f"STREAM.MSG.DELETE.{names.stream}", {"seq": 1})
