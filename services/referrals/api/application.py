"""The application behind the routes."""

from fastapi import Request

from services.referrals.application import Application
from shared.platform.service import runtime


def application(request: Request) -> Application:
    found: Application = runtime(request.app).application
    return found
