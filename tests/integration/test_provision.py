"""`countersign provision`: what is missing is made, and each kind of difference is told."""

import asyncio
from typing import Any

import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from countersign.cli import app
from countersign.provision import described
from deploy.local.layout import ODS_CODE
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import ask
from shared.eventstore.streams import (
    ADJUSTABLE,
    WHY,
    adjust,
    create,
    provide,
    stream_of_events,
    stream_of_keys,
)
from tests.support.engines import Engines

pytestmark = pytest.mark.anyio
NOTES = Names(ODS_CODE, "notes")
ELSEWHERE = {"name": "CARE_ELSEWHERE", "subjects": ["elsewhere.>"]}
DIFFERENT: list[tuple[str, dict[str, Any]]] = [
    ("subjects", {"subjects": ["care.OTHER.notes.>"]}),
    ("storage", {"storage": "memory"}),
    ("retention", {"retention": "interest"}),
    ("discard", {"discard": "old"}),
    ("allow_atomic", {"allow_atomic": False}),
    ("deny_delete", {"deny_delete": False}),
    ("max_age", {"max_age": 86_400_000_000_000}),
    ("max_msgs", {"max_msgs": 1000}),
    ("max_bytes", {"max_bytes": 1_000_000}),
    ("max_msgs_per_subject", {"max_msgs_per_subject": 5}),
    ("max_msg_size", {"max_msg_size": 4096}),
    ("max_consumers", {"max_consumers": 2}),
    ("duplicate_window", {"duplicate_window": 60_000_000_000}),
    ("no_ack", {"no_ack": True, "allow_atomic": False}),
    ("republish", {"republish": {"src": ">", "dest": "told.>"}}),
    ("sources", {"sources": [{"name": "CARE_ELSEWHERE"}]}),
    ("subject_transform", {"subject_transform": {"src": "care.>", "dest": "cared.>"}}),
    ("allow_msg_ttl", {"allow_msg_ttl": True}),
    ("allow_rollup_hdrs", {"allow_rollup_hdrs": True}),
]


async def _made_as(connection: Client, changes: dict[str, Any]) -> None:
    await ask(connection, f"STREAM.DELETE.{NOTES.stream}")
    await create(connection, dict(stream_of_events(NOTES)) | changes)


@pytest.mark.parametrize(("setting", "changes"), DIFFERENT, ids=[each[0] for each in DIFFERENT])
async def test_each_difference_is_told_and_nothing_is_done(
    engines: Engines, setting: str, changes: dict[str, Any]
) -> None:
    async with engines.stream("notes") as (connection, names):
        await _made_as(connection, changes)
        found = await provide(connection, stream_of_events(names))
        assert not found.made
        assert setting in {each.setting for each in found.differences}
        assert any(
            line.startswith(f"CARE_NOTES: {setting} is ") and line.endswith(WHY[setting])
            for line in described(found)
        )
        assert await provide(connection, stream_of_events(names)) == found


@pytest.mark.parametrize(
    ("setting", "changes"),
    [each for each in DIFFERENT if each[0] in ADJUSTABLE],
    ids=[each[0] for each in DIFFERENT if each[0] in ADJUSTABLE],
)
async def test_what_can_be_changed_is(
    engines: Engines, setting: str, changes: dict[str, Any]
) -> None:
    async with engines.stream("notes") as (connection, names):
        await _made_as(connection, changes)
        await connection.request(f"care.{ODS_CODE}.notes.note.note-recorded", b"{}")
        assert (await adjust(connection, stream_of_events(names))).differences == ()
        state = (await ask(connection, f"STREAM.INFO.{names.stream}"))["state"]
        assert state["messages"] == 1, "it was changed, not made anew"


async def test_what_can_not_be_changed_stays_and_is_still_told(engines: Engines) -> None:
    async with engines.stream("notes") as (connection, names):
        await _made_as(connection, {"storage": "memory", "max_msgs": 1000})
        left = (await adjust(connection, stream_of_events(names))).differences
        assert [each.setting for each in left] == ["storage"]


async def test_every_difference_is_of_a_kind_that_was_tried() -> None:
    """A copy (`mirror`) has no subjects; a stream is sealed by update; servers, see the faults."""
    assert {each[0] for each in DIFFERENT} | {"mirror", "sealed", "num_replicas"} == set(WHY)


async def test_too_few_copies_are_told_and_more_are_not(engines: Engines) -> None:
    async with engines.stream("notes") as (connection, names):
        found = await provide(connection, stream_of_events(names, replicas=3))
        [difference] = found.differences
        assert (difference.setting, difference.found, difference.wanted) == ("num_replicas", 1, 3)


async def test_a_sealed_stream_and_a_copy_are_told(engines: Engines) -> None:
    async with engines.stream("notes") as (connection, names):
        config = (await ask(connection, f"STREAM.INFO.{names.stream}"))["config"]
        await ask(connection, f"STREAM.UPDATE.{names.stream}", config | {"sealed": True})
        found = await provide(connection, stream_of_events(names))
        assert "sealed" in {each.setting for each in found.differences}
        await ask(connection, f"STREAM.DELETE.{names.stream}")
        mirror = {"name": names.stream, "mirror": {"name": ELSEWHERE["name"]}, "storage": "file"}
        await create(connection, ELSEWHERE)
        try:
            await create(connection, mirror)
            found = await provide(connection, stream_of_events(names))
            assert {"mirror", "subjects"} <= {each.setting for each in found.differences}
        finally:
            await ask(connection, "STREAM.DELETE.CARE_ELSEWHERE")


async def test_of_a_key_only_the_last_word_may_stay(engines: Engines) -> None:
    async with engines.key_stream() as connection:
        wanted = stream_of_keys(ODS_CODE)
        await ask(connection, f"STREAM.DELETE.{KEYS}")
        await create(connection, dict(wanted) | {"max_msgs_per_subject": -1})
        found = await provide(connection, wanted)
        assert [each.setting for each in found.differences] == ["max_msgs_per_subject"]
        assert (await adjust(connection, wanted)).differences == ()


async def test_the_command(
    engines: Engines, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """As in production: the address from the environment, the password from a file."""
    (tmp_path / "countersign_operator_nats_password").write_text(
        engines.layout.secret("nats", "operator")
    )
    monkeypatch.setenv("COUNTERSIGN_OPERATOR_NATS_URL", engines.layout.nats_url)
    monkeypatch.setenv("COUNTERSIGN_SECRETS_DIR", str(tmp_path))
    async with engines.stream("notes") as (connection, names):
        await ask(connection, f"STREAM.DELETE.{names.stream}")
        code, said = await _run("provision")
        assert (code, "CARE_NOTES: made" in said) == (0, True)
        await _made_as(connection, {"max_age": 86_400_000_000_000})
        code, said = await _run("provision")
        assert code == 1
        assert "CARE_NOTES: max_age is 86400000000000 and must be 0: messages would go" in said
        assert "CARE_REFERRALS: as it must be" in said
        assert (await _run("provision", "--adjust"))[0] == 0
        code, said = await _run("provision", "--replicas", "3")
        assert code == 1
        assert "CARE_NOTES: num_replicas is 1 and must be 3" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nats://127.0.0.1:1", "The broker can't be reached"),
        ("nats://broker.example:4222", "NATS_URL: what is sent to another machine"),
    ],
)
async def test_a_broker_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("COUNTERSIGN_OPERATOR_NATS_URL", url)
    code, said = await _run("provision")
    assert (code, words in said) == (2, True), said


async def _run(*arguments: str) -> tuple[int, str]:
    """It has an event loop of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    return result.exit_code, result.output
