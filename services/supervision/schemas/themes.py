"""Responses of themes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.supervision.policy import FEWEST
from shared.platform.http import ResponseModel


class ThemeView(ResponseModel):
    """`workers_at_least` is a multiple of five."""

    theme: str
    workers_at_least: Annotated[int, Field(ge=FEWEST, multiple_of=FEWEST)]


class ThemesView(ResponseModel):
    """What supervision recorded in a quarter was about, of a whole team: what fewer than five of
    its workers named isn't there."""

    quarter: str
    released_at: datetime
    themes: list[ThemeView]
