"""The application behind the routes."""

from typing import Annotated

from fastapi import Path, Request

from services.supervision.application import Application
from shared.platform.http import Name
from shared.platform.service import runtime

StaffId = Annotated[Name, Path(description="The worker's id, as their token carries it")]


def application(request: Request) -> Application:
    found: Application = runtime(request.app).application
    return found
