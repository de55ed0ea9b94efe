"""What a team's supervision was about in a quarter, told once (HB 5.22)."""

from datetime import datetime
from typing import Self

from eventsourcing.domain import event

from services.supervision.policy import Quarter
from shared.contracts.supervision import SupervisionThemesReleased, Theme
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class ThemeRelease(Aggregate):
    """The only event of a stream that follows from team and quarter: what was told stays so."""

    kind = "supervision-themes"

    class Released(SupervisionThemesReleased, Aggregate.Created):
        pass

    @classmethod
    def release(
        cls, by: Actor, at: datetime, team_id: str, quarter: Quarter, themes: tuple[Theme, ...]
    ) -> Self:
        released: Self = cls.begin(
            cls.Released,
            id=named_id("supervision-themes", f"{team_id} {quarter.name}"),
            at=at,
            actor=by,
            team_id=team_id,
            quarter=quarter.name,
            themes=themes,
        )
        return released

    @event(Released)
    def __init__(self, team_id: str, quarter: str, themes: tuple[Theme, ...]) -> None:
        self.team = team_id
        self.quarter = Quarter.named(quarter)
        self.themes = themes

    @property
    def subject(self) -> str:
        return self.team

    @property
    def team_id(self) -> str:
        return self.team
