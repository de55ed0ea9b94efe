"""The conventional service's two forms: async throughout, and plain functions in threads."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from bench.crud.schemas import NoteIn, NoteOut
from bench.crud.tables import AuditRow, Note
from shared.kernel.ids import new_id

AUTHOR = "str-worker-1"
POOL = 16  # 4 to 16 measure alike, within the noise: the time goes on Python, not on waiting
UNOBSERVED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def _rows(body: NoteIn) -> tuple[Note, AuditRow]:
    """The note, and the row that says who made it, when and with what in it."""
    note = Note(id=new_id(), author_id=AUTHOR, **body.columns())
    change = body.model_dump(mode="json", by_alias=True)
    return note, AuditRow(who=AUTHOR, what="note-created", note=note, change=change)


def create_app() -> FastAPI:
    """The async form, on the database that BENCH_DSN names (`postgresql+psycopg://…`)."""
    engine = create_async_engine(os.environ["BENCH_DSN"], pool_size=POOL, max_overflow=0)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    async def session() -> AsyncIterator[AsyncSession]:
        async with sessions() as opened:
            yield opened

    app = FastAPI(lifespan=lifespan, telemetry=UNOBSERVED)

    @app.post("/v1/notes", status_code=201, response_model=NoteOut)
    async def record(body: NoteIn, db: Annotated[AsyncSession, Depends(session)]) -> Note:
        note, audit = _rows(body)
        db.add_all([note, audit])
        await db.commit()
        return note

    return app


def create_sync_app() -> FastAPI:
    """The same in FastAPI's thread pool."""
    engine = create_engine(os.environ["BENCH_DSN"], pool_size=POOL, max_overflow=0)
    sessions = sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    def session() -> Iterator[Session]:
        with sessions() as opened:
            yield opened

    app = FastAPI(lifespan=lifespan, telemetry=UNOBSERVED)

    @app.post("/v1/notes", status_code=201, response_model=NoteOut)
    def record(body: NoteIn, db: Annotated[Session, Depends(session)]) -> Note:
        note, audit = _rows(body)
        db.add_all([note, audit])
        db.commit()
        return note

    return app
