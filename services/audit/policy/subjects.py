"""Whose an event is: the people it is about, and the team whose work it was."""

from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]
"""An event as it was published, read as JSON."""
ABOUT_ONE = frozenset(
    {"note", "referral", "service-user", "access-override", "concern", "case-decision"}
)
"""Kinds of resource whose subject is always a service user."""


def subjects_of(body: Body) -> tuple[str, ...]:
    """Everyone an event is about: its own subject, the service users its data name, the workers
    whose confidential record was looked at, and the supervisor whose record was disclosed."""
    data = body["data"]
    named = [body["subject"], *data.get("service_user_ids", ()), data.get("service_user_id")]
    named += data.get("staff_ids", ())
    if body["resource"]["kind"] == "supervision-disclosure":
        named.append(data.get("supervisor_id"))
    return tuple(dict.fromkeys(str(each) for each in named if each is not None))


def person_of(body: Body) -> str | None:
    """The one service user an event is about; None when it is about none, or several."""
    if body["resource"]["kind"] in ABOUT_ONE:
        return str(body["subject"])
    data = body["data"]
    several = data.get("service_user_ids", ())
    one = several[0] if len(several) == 1 else data.get("service_user_id")
    return None if one is None else str(one)


def team_of(body: Body) -> str | None:
    team = body["team"] or body["data"].get("team_id")
    return None if team is None else str(team)
