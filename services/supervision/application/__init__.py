"""Use cases of supervision, the workforce register and duty."""

from dataclasses import dataclass

from services.supervision.application import development
from services.supervision.application.competence import Competence
from services.supervision.application.duty import Duties
from services.supervision.application.themes import Themes
from services.supervision.application.workers import Workers
from shared.platform.feeds import Feed

__all__ = ["Application", "Competence", "Duties", "Themes", "Workers", "development"]


@dataclass(frozen=True, slots=True)
class Application:
    workers: Workers
    competence: Competence
    duties: Duties
    plans: development.Agreeing
    plan_reading: development.Reading
    themes: Themes
    feed: Feed
