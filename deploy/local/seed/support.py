"""What goes with the demo team's people, as data: agencies and who was helped to reach them, a
need that nobody meets, a carer and what may be told them, what to know before a visit.

Everything is invented. Telephone numbers are Ofcom's for drama, which ring nowhere; the
organisation code is none that is issued.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from deploy.local.seed.people import BY_KEY, Need

AgencyKind: TypeAlias = Literal[
    "benefits", "citizens_advice", "debt_advice", "housing", "advocacy_care_act"
]


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An entry of the directory; without an `ods_code` an extract says that it is missing."""

    id: str
    name: str
    kinds: tuple[AgencyKind, ...]
    telephone: str
    how_to_refer: str
    ods_code: str | None = None

    def body(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kinds": list(self.kinds),
            "telephone": self.telephone,
            "website": f"https://{self.id}.example.org",
            "how_to_refer": self.how_to_refer,
            "ods_code": self.ods_code,
        }


@dataclass(frozen=True, kw_only=True)
class OfSomeone:
    """Recorded by the worker on whose caseload the person is."""

    person: str

    @property
    def worker(self) -> str:
        worker = BY_KEY[self.person].referral.worker
        assert worker
        return worker


@dataclass(frozen=True, kw_only=True)
class OnwardReferral(OfSomeone):
    """With consent, given some days before it was made; acknowledged and ended the same day."""

    agency: str
    need: Need
    reason: str
    consented_days_ago: int
    acknowledged: str
    outcome: Literal["support_received"] | None = None
    came_of_it: str | None = None

    def body(self, service_user_id: str, now: datetime) -> dict[str, object]:
        given_on = _day(now, -self.consented_days_ago)
        return {
            "service_user_id": service_user_id,
            "agency_id": self.agency,
            "need": self.need,
            "reason": self.reason,
            "consent": {"basis": "consent", "given_on": given_on.isoformat()},
        }

    def is_this(self, held: dict[str, Any]) -> bool:
        return bool(held["agency"]["id"] == self.agency and held["need"] == self.need)

    def acknowledgement(self, now: datetime) -> dict[str, object]:
        return {"acknowledged_on": _day(now).isoformat(), "details": self.acknowledged}

    def ending(self, now: datetime) -> dict[str, object]:
        on = _day(now).isoformat()
        return {"outcome": self.outcome, "known_on": on, "details": self.came_of_it}


@dataclass(frozen=True, kw_only=True)
class UnmetNeed(OfSomeone):
    need: Need
    why: Literal["no_service"]
    details: str

    def body(self, service_user_id: str) -> dict[str, object]:
        return {
            "service_user_id": service_user_id,
            "need": self.need,
            "why": self.why,
            "details": self.details,
        }

    def is_this(self, held: dict[str, Any]) -> bool:
        return bool(held["need"] == self.need)


@dataclass(frozen=True, kw_only=True)
class VisitAlert(OfSomeone):
    risk: Literal["two_staff"]
    instructions: str
    review_in_days: int

    def body(self, now: datetime) -> dict[str, object]:
        review_due = _day(now, self.review_in_days).isoformat()
        return {"risk": self.risk, "instructions": self.instructions, "review_due": review_due}

    def is_this(self, held: dict[str, Any]) -> bool:
        return bool(held["risk"] == self.risk)


@dataclass(frozen=True, kw_only=True)
class Carer(OfSomeone):
    """`may_share` is what the person lets be told to this carer, as they said it."""

    name: str
    relationship: str
    in_confidence: str
    may_share: Literal["some"]
    own_words: str

    def body(self) -> dict[str, object]:
        return {
            "name": self.name,
            "relationship": self.relationship,
            "telephone": "01632 960104",
            "main_carer": True,
            "next_of_kin": True,
            "in_confidence": self.in_confidence,
        }

    def is_this(self, held: dict[str, Any]) -> bool:
        return bool(held["name"] == self.name)

    def preference(self, carer_id: str, now: datetime) -> dict[str, object]:
        return {
            "recipient": "carer",
            "carer_id": carer_id,
            "may_share": self.may_share,
            "own_words": self.own_words,
            "review_due": _day(now, 120).isoformat(),
        }


def _day(now: datetime, days: int = 0) -> date:
    """By UTC, which is never ahead of the day it is in England."""
    return now.astimezone(UTC).date() + timedelta(days=days)


AGENCIES = (
    Agency(
        id="citizens-advice",
        name="Citizens advice, North",
        kinds=("citizens_advice", "benefits", "debt_advice"),
        telephone="01632 960101",
        how_to_refer="Drop in on weekday mornings, or ring for an appointment. They see people "
        "with someone beside them if they wish.",
    ),
    Agency(
        id="housing-options",
        name="Housing options, North borough council",
        kinds=("housing",),
        telephone="01632 960102",
        how_to_refer="By telephone, with the person there. Same-day appointments for whoever may "
        "be without a home tonight.",
    ),
    Agency(
        id="care-act-advocacy",
        name="Care Act advocacy, North",
        kinds=("advocacy_care_act",),
        telephone="01632 960103",
        how_to_refer="By their form. They ring the person within three working days.",
        ods_code="DEMO1",
    ),
)
ONWARD_REFERRALS = (
    OnwardReferral(
        person="one",
        agency="citizens-advice",
        need="income_benefits",
        reason="He thinks that he may be owed help with council tax and would like somebody who "
        "knows to look at it.",
        consented_days_ago=5,
        acknowledged="Seen at their drop-in today.",
        outcome="support_received",
        came_of_it="They worked it out with him, and the claim for council tax reduction is sent.",
    ),
    OnwardReferral(
        person="six",
        agency="care-act-advocacy",
        need="voice_advocacy",
        reason="She would like somebody of her own beside her while the safeguarding enquiry "
        "about her neighbour goes on.",
        consented_days_ago=0,
        acknowledged="They have her form; an advocate will ring her at her sister's.",
    ),
)
UNMET_NEEDS = (
    UnmetNeed(
        person="ten",
        need="self_help_groups",
        why="no_service",
        details="She asked for a women's group in her own language. The nearest is in the next "
        "city, on an evening with no bus home.",
    ),
)
VISIT_ALERTS = (
    VisitAlert(
        person="six",
        risk="two_staff",
        instructions="A man from the floor above comes to her door for money and has been "
        "threatening. Visit in twos, ring her before you go up, and leave if he is there.",
        review_in_days=14,
    ),
)
CARERS = (
    Carer(
        person="four",
        name="Husband of Service User Four",
        relationship="Husband",
        in_confidence="He has not been sleeping, and does not want her to worry about it.",
        may_share="some",
        own_words="“Tell him what we cook and where we go. What I say about being ill is mine.”",
    ),
)
