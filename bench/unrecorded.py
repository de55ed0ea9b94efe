"""The notes service as it is, but that who looked is not recorded. For comparison only."""

from fastapi import FastAPI

from services.notes.main import create_app as create_notes
from shared.platform.service import runtime


async def _nothing(*_: object) -> None:
    pass


def create_app() -> FastAPI:
    """The service in its role `api`, from its environment."""
    app = create_notes(role="api")
    runtime(app).access_log.shown = _nothing  # type: ignore[method-assign,assignment]
    return app
