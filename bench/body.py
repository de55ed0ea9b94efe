"""A believable routine note, the same for every service that is measured.

`python -m bench.body <service user id>` prints it, for `bench.load --body-file`.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

NARRATIVE = (
    "Met at home as planned. Kitchen tidier than last week and the post had been opened. We went "
    "through the electricity and rent letters together and worked out what is due before the end "
    "of the month; agreed to set up a standing order and rang the housing office from the flat, "
    "who confirmed the arrears plan stays at ten pounds a fortnight. Slept better since the "
    "weekend, eating twice a day, walked to the library on Tuesday without company. A little "
    "anxious about the review on the 4th and asked me to come along. No change in early warning "
    "signs. Next visit Thursday at 10, when we will practise the bus route to college."
)


def note(service_user_id: str, now: datetime | None = None) -> dict[str, Any]:
    """The body of a POST /v1/notes that any of the measured services accepts.

    The visit ended ten minutes before `now`, so the note is not late for the next 23 hours.
    """
    ended = (now or datetime.now(UTC)).astimezone(UTC) - timedelta(minutes=10)
    return {
        "service_user_id": service_user_id,
        "occurred_at": (ended - timedelta(minutes=50)).isoformat(timespec="seconds"),
        "duration_minutes": 50,
        "recorded_from": "live",
        "contact": "direct",
        "setting": "home",
        "mechanism": "face_to_face",
        "attendance": "attended",
        "others_present": ["carer"],
        "staff_present": [],
        "functions": ["daily_living", "practical_support"],
        "needs": ["budgeting", "housing"],
        "plan": {"kind": "care_plan", "reference": "CP-7", "goal": "Pay rent on time"},
        "narrative": NARRATIVE,
        "service_user_view": "It helped to look at the letters together.",
        "carer_view": None,
        "boundary_activities": [],
        "concern": None,
        "money": None,
        "late_entry_reason": None,
    }


if __name__ == "__main__":
    print(json.dumps(note(sys.argv[1])))
