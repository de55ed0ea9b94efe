"""FastAPI doing nothing does receive the note, and answers what the notes service would."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic_core import to_json

from bench.body import note
from bench.nothing import ID, create_app, create_empty_app
from services.notes import policy
from services.notes.domain import Note
from services.notes.projection import document
from services.notes.schemas import NoteRequest
from shared.contracts.notes import Account, Contact
from shared.kernel.actor import Actor

NOW = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


def shown() -> bytes:
    """The note as its service answers it."""
    body = NoteRequest(**note(ID, NOW))
    contact, account = Contact(**body.contact_fields()), Account(**body.account_fields())
    knows = policy.Author(False, True)
    judgement = policy.judge(policy.DEFAULT, knows, contact, account, NOW, NOW)
    by = Actor("str-worker-1", "STR worker 1", "str_worker")
    args = (UUID(ID), body.service_user_id, "north-cmht", contact, account, "5a" * 16, judgement)
    return to_json(document(Note.record(by, NOW, *args)))


def post(app: FastAPI, content: bytes) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            headers = {"Content-Type": "application/json"}
            return await client.post("/v1/notes", content=content, headers=headers)

    return asyncio.run(answer())


def test_it_answers_a_note_of_the_same_size() -> None:
    answer = post(create_app(), to_json(note(ID, NOW)))
    assert answer.status_code == 201
    assert abs(len(answer.content) - len(shown())) <= 10


def test_it_refuses_what_is_not_a_note() -> None:
    answer = post(create_app(), to_json(note(ID, NOW) | {"setting": "moon"}))
    assert answer.status_code == 422


def test_empty_reads_nothing() -> None:
    answer = post(create_empty_app(), b"not JSON")
    assert answer.status_code == 201
