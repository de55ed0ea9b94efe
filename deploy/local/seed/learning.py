"""What the demo team has learnt besides record keeping, as data: the pathway's steps, and courses
that run out (HB 6.14).

Everything is invented. Days are absolute where they belong to somebody's first years, and relative
to the day of seeding where they run out.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Training:
    """Completed on a day, or so many days ago; good for so many days, or for good."""

    worker: str
    course: str
    evidence: str
    on: date | None = None
    days_ago: int = 0
    good_for: int | None = None
    awarded_by: str | None = None

    def body(self, now: datetime) -> dict[str, object]:
        on = self.on or now.astimezone(UTC).date() - timedelta(days=self.days_ago)
        body: dict[str, object] = {
            "course": self.course,
            "completed_on": on.isoformat(),
            "evidence": self.evidence,
        }
        if self.good_for is not None:
            body["expires_on"] = (on + timedelta(days=self.good_for)).isoformat()
        if self.awarded_by is not None:
            body |= {"award": "qualification", "awarded_by": self.awarded_by}
        return body


LIST = "All of the list ticked, and signed by the practice supervisor of the time."
SEEN = "Certificate seen."
THREE_YEARS = 3 * 365
TRAINING = (
    Training(worker="str-worker-1", course="induction", on=date(2024, 3, 22), evidence=LIST),
    Training(
        worker="str-worker-1",
        course="level_3",
        on=date(2025, 10, 17),
        evidence=SEEN,
        awarded_by="Demonstration College",
    ),
    Training(
        worker="str-worker-1",
        course="first_aid",
        days_ago=THREE_YEARS - 20,
        good_for=THREE_YEARS,
        evidence=SEEN,
    ),
    Training(worker="str-worker-3", course="induction", on=date(2019, 8, 2), evidence=LIST),
    Training(
        worker="str-worker-3",
        course="level_3",
        on=date(2021, 3, 19),
        evidence=SEEN,
        awarded_by="Demonstration College",
    ),
    Training(
        worker="str-worker-3",
        course="medicines",
        days_ago=400,
        good_for=365,
        evidence="Half a day with the pharmacist, and the questions answered.",
    ),
    Training(worker="str-worker-9", course="induction", on=date(2023, 4, 21), evidence=LIST),
)
"""str-worker-2 is in the twelve weeks still, and str-worker-9 past the two years for Level 3."""
