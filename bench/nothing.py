"""FastAPI doing nothing: how many requests a second the framework leaves for work."""

from typing import Any

from fastapi import FastAPI

ANSWER = {"id": "0193f0a2-7c1e-7d52-9a55-3b6f0c1d2e4f", "version": 1, "status": "complete"}


def create_app() -> FastAPI:
    """Reads the note as JSON and answers a constant."""
    app = FastAPI()

    @app.post("/v1/notes", status_code=201)
    async def record(body: dict[str, Any]) -> dict[str, Any]:
        return ANSWER

    return app


def create_empty_app() -> FastAPI:
    """Leaves the note unread and answers a constant."""
    app = FastAPI()

    @app.post("/v1/notes", status_code=201)
    async def record() -> dict[str, Any]:
        return ANSWER

    return app
