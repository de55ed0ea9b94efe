"""What a command on a note answers."""

from fastapi import Request
from fastapi.responses import Response

from services.notes.api.application import application
from services.notes.domain import Note
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.platform.http import representation


async def answered(request: Request, call: Call, outcome: Outcome[Note]) -> Response:
    """201 with the note, as far as the caller may see it now."""
    shown = await application(request).reading.answer(call, outcome)
    location = f"/v1/notes/{shown['id']}"
    return representation(
        shown, shown["version"], status=201, location=location, replayed=outcome.replayed
    )
