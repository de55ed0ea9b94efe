"""The application behind the routes."""

from fastapi import Request

from services.audit.application import Audit
from shared.platform.service import runtime


def application(request: Request) -> Audit:
    found: Audit = runtime(request.app).application
    return found
