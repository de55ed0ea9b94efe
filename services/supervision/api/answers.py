"""What a command on a session answers."""

from fastapi import Request
from fastapi.responses import Response

from services.supervision.api.application import application
from services.supervision.domain import Session
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.platform.http import created


async def answered(request: Request, call: Call, outcome: Outcome[Session]) -> Response:
    """201 with the session, as far as the caller may see it."""
    shown = await application(request).reading.answer(call, outcome.aggregate)
    return created(outcome, shown, "/v1/supervision/sessions")
