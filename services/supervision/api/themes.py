"""Routes of themes: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.schemas import ThemesView
from shared.kernel.call import Call
from shared.platform.http import Cursor, Limit, Name, Page, decode_cursor, page, permit, word

themes = APIRouter(prefix="/v1/supervision/themes", tags=["themes of supervision"])


@themes.get("", response_model=Page[ThemesView])
async def list_themes(
    request: Request,
    call: Annotated[Call, permit(access.READ_THEMES)],
    team_id: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What a team of yours brought to supervision, quarter by quarter, the newest first.

    Told once, after the quarter has ended, and never changed: themes that five or more workers'
    records named, each number rounded down to a multiple of five. If you have one team, you
    needn't name it.
    """
    after = decode_cursor(cursor, word)
    found = await application(request).themes.page(call, team_id, after, limit)
    return page(found, lambda last: [last["quarter"]])
