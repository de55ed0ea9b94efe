"""A group session: one event, and an entry of their own for each who was to be there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen, MinLen

from shared.contracts.contract import published
from shared.contracts.notes.content import Attendance, Function, Mechanism, Setting
from shared.contracts.vocabulary import Need

Activity = Literal[
    "arts", "cooking", "education", "exercise", "gardening", "music", "outing", "peer_support",
    "relaxation", "self_help", "social", "work_skills", "other",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class GroupEntry:
    """One person's entry, known by its note: the session names nobody."""

    note_id: UUID
    attendance: Attendance


@published("notes", "group-session", "group-session-held")
@dataclass(frozen=True, kw_only=True)
class GroupSessionHeld:
    """One session with its leader, place and attendance. `duration_minutes` is whole minutes."""

    team_id: str | None
    leader_id: str
    activity: Activity
    occurred_at: datetime
    duration_minutes: int | None
    setting: Setting
    mechanism: Mechanism
    functions: tuple[Function, ...]
    needs: tuple[Need, ...]
    staff_present: tuple[str, ...]
    entries: Annotated[tuple[GroupEntry, ...], MinLen(1), MaxLen(50)]
