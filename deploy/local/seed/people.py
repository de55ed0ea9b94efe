"""The demo team's service users and how each was referred: invented people, as data.

Names are roles, NHS numbers come from the 999 range that is never issued to anyone, and nothing
here describes a living person.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal, TypeAlias

Need: TypeAlias = Literal[
    "budgeting", "education_training", "employment", "financial_awareness", "housing",
    "income_benefits", "internet_access", "leisure_exercise", "race_culture", "shopping",
    "social_sexual_relationships", "social_networks", "spirituality_creativity_identity",
    "transport", "lived_experience", "self_help_groups", "medicines_management", "health_checks",
    "allied_health", "primary_care", "voice_advocacy", "health_promotion",
]  # fmt: skip
Source: TypeAlias = Literal[
    "cmht", "primary_care", "self", "carer", "inpatient_ward", "crisis_team",
    "early_intervention", "housing", "voluntary_sector", "gp_practice", "other",
]  # fmt: skip
PrimaryReason: TypeAlias = Literal[
    "ongoing_psychosis", "bipolar", "depression", "anxiety", "phobias", "post_traumatic_stress",
    "in_crisis", "self_care", "adjustment_to_health",
]  # fmt: skip
Priority: TypeAlias = Literal["routine", "urgent"]
Ethnicity: TypeAlias = Literal[
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99"
]
"""The national codes: `Z` not stated, `99` not known."""
NhsNumberStatus: TypeAlias = Literal["verified", "not_traced", "no_match", "in_progress"]
PlanKind: TypeAlias = Literal["care_plan", "wrap", "crisis_contingency", "recovery_plan"]
DeclineReason: TypeAlias = Literal[
    "outside_criteria", "needs_met_elsewhere", "no_capacity", "person_declined",
    "insufficient_information", "other",
]  # fmt: skip

NORTH = "north-cmht"
SOUTH = "south-cmht"
MANAGERS = {NORTH: "manager-1", SOUTH: "manager-9"}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """To ask for `more_information` is to ask what the rationale says."""

    outcome: Literal["accepted", "waiting_list", "declined", "more_information"]
    rationale: str
    reason_code: DeclineReason | None = None
    priority: Priority | None = None

    def body(self) -> dict[str, object]:
        said = {
            "outcome": self.outcome,
            "rationale": self.rationale,
            "reason_code": self.reason_code,
            "priority": self.priority,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Referral:
    """How the person came to the team; no `decision` means it still waits for one."""

    received_days_ago: int
    source: Source
    reason: str
    needs: tuple[Need, ...]
    goals: tuple[str, ...]
    referrer: str
    organisation: str
    urgency: Priority = "routine"
    primary_reason: PrimaryReason | None = None
    decision: Decision | None = None
    worker: str | None = None

    def body(self, service_user_id: str, now: datetime) -> dict[str, object]:
        day = (now.astimezone(UTC) - timedelta(days=self.received_days_ago)).date()
        return {
            "service_user_id": service_user_id,
            "received_at": datetime.combine(day, time(10, 0), UTC).isoformat(),
            "source": self.source,
            "reason": self.reason,
            "needs": list(self.needs),
            "goals": list(self.goals),
            "urgency": self.urgency,
            "primary_reason": self.primary_reason,
            "referrer": {"name": self.referrer, "organisation": self.organisation},
        }


@dataclass(frozen=True, kw_only=True)
class Communication:
    language: str
    interpreter_needed: bool
    details: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Without an `nhs_number_status`, nobody has traced the number; without an `ethnicity`, nobody
    has asked (`Z` has been asked)."""

    key: str
    family: str
    nhs_number: str
    date_of_birth: str
    ethnicity: Ethnicity | None
    plan_kind: PlanKind
    plan_reference: str
    referral: Referral
    nhs_number_status: NhsNumberStatus | None = "verified"
    communication: Communication | None = None
    given: str = "Service User"
    team: str = NORTH
    care_coordinator: str = "coordinator-1"
    authorised: tuple[tuple[str, str], ...] = ()
    """The delegated tasks that the plan names, each with its boundary."""

    @property
    def manager(self) -> str:
        return MANAGERS[self.team]

    def body(self) -> dict[str, object]:
        said: dict[str, object] = {
            "nhs_number": self.nhs_number,
            "nhs_number_status": self.nhs_number_status,
            "ethnicity": self.ethnicity,
            "communication": asdict(self.communication) if self.communication else None,
            "local_ids": [{"system": "ehr", "value": f"DEMO-{self.key.upper()}"}],
            "name": {"given": [self.given], "family": self.family},
            "date_of_birth": self.date_of_birth,
            "team_id": self.team,
            "care_coordinator_id": self.care_coordinator,
        }
        return {name: value for name, value in said.items() if value is not None}

    def plan(self, now: datetime) -> dict[str, object]:
        """The plan that notes name, made when the person came to the team."""
        today = now.astimezone(UTC).date()
        return {
            "kind": self.plan_kind,
            "reference": self.plan_reference,
            "tasks": [{"boundary": each, "task": task} for each, task in self.authorised],
            "valid_from": (today - timedelta(days=self.referral.received_days_ago)).isoformat(),
            "review_due": (today + timedelta(days=120)).isoformat(),
            "agreed_with": ["Service user", "Care co-ordinator"],
            "goals": [{"goal": each} for each in self.referral.goals],
        }


PEOPLE: tuple[Person, ...] = (
    Person(
        key="one",
        family="One",
        nhs_number="9990013373",
        date_of_birth="1979-03-14",
        ethnicity="A",
        plan_kind="care_plan",
        plan_reference="CP-101",
        referral=Referral(
            received_days_ago=66,
            source="cmht",
            reason="Rent arrears and unopened post since his last spell of low mood; at risk of "
            "losing his flat. Would like someone to go through the letters with him.",
            needs=("housing", "budgeting", "financial_awareness"),
            goals=("Keep my flat", "Pay the rent on time", "Open the post every week"),
            referrer="Care co-ordinator",
            organisation="North community mental health team",
            primary_reason="depression",
            urgency="urgent",
            decision=Decision(
                outcome="accepted",
                rationale="Clear practical goals that he has set himself, and the tenancy makes it "
                "pressing. Weekly visits to begin with.",
            ),
            worker="str-worker-1",
        ),
    ),
    Person(
        key="two",
        family="Two",
        nhs_number="9990014744",
        date_of_birth="1991-11-02",
        ethnicity="C",
        plan_kind="wrap",
        plan_reference="WRAP-102",
        referral=Referral(
            received_days_ago=73,
            source="gp_practice",
            reason="Panic on public transport has kept her at home for a year. She wants to go to "
            "college and cannot yet get there.",
            needs=("transport", "education_training", "leisure_exercise"),
            goals=("Travel to college on my own", "Start a course in January"),
            referrer="General practitioner",
            organisation="Riverside surgery",
            primary_reason="phobias",
            decision=Decision(
                outcome="accepted",
                rationale="Graded practice with someone alongside is what this team can offer.",
            ),
            worker="str-worker-1",
        ),
    ),
    Person(
        key="three",
        family="Three",
        nhs_number="9990016119",
        date_of_birth="1966-07-21",
        ethnicity="A",
        plan_kind="care_plan",
        plan_reference="CP-103",
        referral=Referral(
            received_days_ago=80,
            source="voluntary_sector",
            reason="Lives alone since a bereavement and sees nobody from one week to the next. "
            "Used to grow vegetables and to walk a good deal.",
            needs=("social_networks", "leisure_exercise", "health_promotion"),
            goals=("Be outdoors twice a week", "Have people to talk to"),
            referrer="Day centre co-ordinator",
            organisation="Community day centre",
            primary_reason="depression",
            decision=Decision(
                outcome="accepted",
                rationale="Isolation is the main need, and the walking and allotment groups suit "
                "what he enjoys.",
            ),
            worker="str-worker-1",
        ),
    ),
    Person(
        key="four",
        family="Four",
        nhs_number="9990017484",
        date_of_birth="1958-01-30",
        ethnicity="J",
        plan_kind="recovery_plan",
        plan_reference="RP-104",
        referral=Referral(
            received_days_ago=59,
            source="carer",
            reason="Her husband does all the cooking and household jobs and is tired. She would "
            "like to take part again and he would like time to himself.",
            needs=("health_promotion", "shopping", "health_checks"),
            goals=("Cook a main meal twice a week", "Give my husband an afternoon off"),
            referrer="Carer",
            organisation="Family",
            primary_reason="bipolar",
            decision=Decision(
                outcome="accepted",
                rationale="Daily living support for her, with some relief for her carer. Carers' "
                "assessment suggested to the care co-ordinator.",
            ),
            worker="str-worker-1",
        ),
    ),
    Person(
        key="five",
        family="Five",
        nhs_number="9990018855",
        date_of_birth="2001-09-08",
        ethnicity="D",
        plan_kind="recovery_plan",
        plan_reference="RP-105",
        referral=Referral(
            received_days_ago=52,
            source="early_intervention",
            reason="Moving on after two years with early intervention. Wants work and to play "
            "music with others again.",
            needs=("employment", "internet_access", "spirituality_creativity_identity"),
            goals=("Find part-time work", "Play guitar with other people"),
            referrer="Care co-ordinator",
            organisation="Early intervention team",
            primary_reason="ongoing_psychosis",
            decision=Decision(
                outcome="accepted",
                rationale="Good engagement so far and goals we can help with. Joint first visit "
                "agreed with the team he is leaving.",
            ),
            worker="str-worker-1",
        ),
    ),
    Person(
        key="six",
        family="Six",
        nhs_number="9990020221",
        date_of_birth="1984-05-17",
        ethnicity="A",
        plan_kind="care_plan",
        plan_reference="CP-106",
        referral=Referral(
            received_days_ago=61,
            source="housing",
            reason="Her housing association is worried about the state of the flat. The washing "
            "machine is broken and laundry has built up.",
            needs=("housing", "shopping", "budgeting"),
            goals=("Clean clothes every week", "Pass the next flat inspection"),
            referrer="Tenancy sustainment officer",
            organisation="Housing association",
            primary_reason="self_care",
            decision=Decision(
                outcome="accepted",
                rationale="Practical support at home, done with her and not for her.",
            ),
            worker="str-worker-2",
        ),
    ),
    Person(
        key="seven",
        family="Seven",
        nhs_number="9990021597",
        date_of_birth="1972-12-05",
        ethnicity="M",
        plan_kind="care_plan",
        plan_reference="CP-107",
        authorised=(("medication", "prompt"),),
        referral=Referral(
            received_days_ago=70,
            source="cmht",
            reason="Finds reading hard and has missed benefit letters because of it. His payments "
            "have been stopped once already.",
            needs=("income_benefits", "education_training", "voice_advocacy"),
            goals=("Deal with official letters without panic", "Read a newspaper"),
            referrer="Social worker",
            organisation="North community mental health team",
            primary_reason="anxiety",
            decision=Decision(
                outcome="accepted",
                rationale="Support with forms now, and an introduction to adult learning.",
            ),
            worker="str-worker-2",
        ),
    ),
    Person(
        key="eight",
        family="Eight",
        nhs_number="9990022968",
        date_of_birth="1969-08-26",
        ethnicity="H",
        plan_kind="crisis_contingency",
        plan_reference="CC-108",
        referral=Referral(
            received_days_ago=47,
            source="inpatient_ward",
            reason="Going home after eleven weeks on the ward. She asks for someone to be around "
            "in the first months while she settles.",
            needs=("social_networks", "voice_advocacy", "self_help_groups"),
            goals=("Stay well at home", "Notice early when things start to slip"),
            referrer="Ward manager",
            organisation="Adult inpatient unit",
            primary_reason="ongoing_psychosis",
            urgency="urgent",
            decision=Decision(
                outcome="accepted",
                rationale="Discharge support from an experienced worker who knows her early "
                "warning signs.",
            ),
            worker="str-worker-3",
        ),
    ),
    Person(
        key="nine",
        family="Nine",
        nhs_number="9990024332",
        date_of_birth="1953-04-11",
        ethnicity="B",
        plan_kind="care_plan",
        plan_reference="CP-109",
        referral=Referral(
            received_days_ago=75,
            source="gp_practice",
            reason="Has not had his diabetes looked at for two years. Will not go to the surgery "
            "alone because he fears that he will not be listened to.",
            needs=("primary_care", "health_checks", "voice_advocacy"),
            goals=("Go to my health checks", "Say what I want to say to the doctor"),
            referrer="Practice nurse",
            organisation="Mill Lane surgery",
            primary_reason="adjustment_to_health",
            decision=Decision(
                outcome="accepted",
                rationale="Going along to appointments and helping him prepare for them.",
            ),
            worker="str-worker-3",
        ),
    ),
    Person(
        key="ten",
        family="Ten",
        nhs_number="9990025703",
        date_of_birth="1996-06-19",
        ethnicity="N",
        communication=Communication(
            language="Tigrinya",
            interpreter_needed=True,
            details="Not the interpreter of the first visits for hospital matters: the town is "
            "small. Short messages in plain English are welcome.",
        ),
        plan_kind="wrap",
        plan_reference="WRAP-110",
        referral=Referral(
            received_days_ago=55,
            source="crisis_team",
            reason="New to the town, her first language is not English, and she has nobody here "
            "who shares her faith or her food.",
            needs=("race_culture", "spirituality_creativity_identity", "social_networks"),
            goals=("Find a place to pray", "Make one friend", "Improve my English"),
            referrer="Crisis team nurse",
            organisation="Crisis and home treatment team",
            primary_reason="post_traumatic_stress",
            decision=Decision(
                outcome="accepted",
                rationale="Time with a worker who can look for community links with her. "
                "Interpreter booked for the first visits.",
            ),
            worker="str-worker-3",
        ),
    ),
    Person(
        key="eleven",
        family="Eleven",
        nhs_number="9990027072",
        date_of_birth="1987-10-23",
        ethnicity="Z",
        plan_kind="care_plan",
        plan_reference="CP-111",
        referral=Referral(
            received_days_ago=16,
            source="gp_practice",
            reason="Would like help to set up a new flat and to learn to manage bills.",
            needs=("housing", "budgeting"),
            goals=("Set up my flat",),
            referrer="General practitioner",
            organisation="Riverside surgery",
            primary_reason="anxiety",
            decision=Decision(
                outcome="declined",
                rationale="A floating support worker from the housing association already visits "
                "twice a week for the same goals, and he told us that he does not want two people "
                "coming. The referrer has been told, and may refer again if that support ends.",
                reason_code="needs_met_elsewhere",
            ),
        ),
    ),
    Person(
        key="twelve",
        family="Twelve",
        nhs_number="9990028443",
        date_of_birth="1993-02-09",
        ethnicity="R",
        plan_kind="recovery_plan",
        plan_reference="RP-112",
        referral=Referral(
            received_days_ago=4,
            source="self",
            reason="Has asked for someone to go with her to an art class and to help her find her "
            "way back to volunteering.",
            needs=("spirituality_creativity_identity", "employment", "social_networks"),
            goals=("Go to the art class", "Volunteer one morning a week"),
            referrer="The service user",
            organisation="Self-referral",
        ),
    ),
    Person(
        key="thirteen",
        family="Thirteen",
        nhs_number="9990029814",
        date_of_birth="1988-08-15",
        ethnicity="A",
        team=SOUTH,
        care_coordinator="nurse-9",
        plan_kind="recovery_plan",
        plan_reference="RP-113",
        referral=Referral(
            received_days_ago=63,
            source="cmht",
            reason="Wants to get fit, to lose the weight that he has put on, and to go back to "
            "warehouse work.",
            needs=("leisure_exercise", "employment", "health_promotion"),
            goals=("Go to the gym twice a week", "Get an interview"),
            referrer="Community psychiatric nurse",
            organisation="South community mental health team",
            primary_reason="bipolar",
            decision=Decision(
                outcome="accepted",
                rationale="Motivated, and the leisure centre offers a scheme that we can use.",
            ),
            worker="str-worker-9",
        ),
    ),
    Person(
        key="fourteen",
        family="Fourteen",
        nhs_number="9990031185",
        date_of_birth="1961-12-28",
        ethnicity="K",
        team=SOUTH,
        care_coordinator="nurse-9",
        plan_kind="care_plan",
        plan_reference="CP-114",
        referral=Referral(
            received_days_ago=58,
            source="voluntary_sector",
            reason="Catalogue debts and very little food in the house. Avoids the supermarket "
            "because of the crowds.",
            needs=("shopping", "financial_awareness", "social_networks"),
            goals=("Do my own food shop", "Be clear of the catalogue debt"),
            referrer="Debt adviser",
            organisation="Citizens Advice",
            primary_reason="anxiety",
            decision=Decision(
                outcome="accepted",
                rationale="Shopping support and help to follow the debt plan she has agreed.",
            ),
            worker="str-worker-9",
        ),
    ),
    Person(
        key="fifteen",
        family="Fifteen",
        nhs_number="9990032556",
        date_of_birth="1976-02-17",
        ethnicity="E",
        plan_kind="crisis_contingency",
        plan_reference="CC-115",
        referral=Referral(
            received_days_ago=9,
            source="crisis_team",
            reason="Home treatment ends next week. His sister, who had stayed with him, has gone "
            "back, and he has not left the house on his own since.",
            needs=("social_networks", "shopping", "self_help_groups"),
            goals=("Go to the shop by myself", "Know whom to ring on a bad day"),
            referrer="Crisis team nurse",
            organisation="Crisis and home treatment team",
            urgency="urgent",
            primary_reason="in_crisis",
            decision=Decision(
                outcome="waiting_list",
                rationale="He should have an experienced worker, and ours is seeing somebody three "
                "times a week until the end of the month. He is next. Home treatment rings him "
                "twice a week until then.",
                priority="urgent",
            ),
        ),
    ),
    Person(
        key="sixteen",
        family="Sixteen",
        nhs_number="9990033927",
        nhs_number_status="in_progress",
        date_of_birth="1999-07-03",
        ethnicity=None,
        plan_kind="wrap",
        plan_reference="WRAP-116",
        referral=Referral(
            received_days_ago=24,
            source="housing",
            reason="Settling into a first tenancy after supported lodgings. Would like company to "
            "try the sports centre and a hand with the shopping.",
            needs=("leisure_exercise", "shopping", "housing"),
            goals=("Play five-a-side again", "Cook for myself on weekdays"),
            referrer="Housing support officer",
            organisation="Housing association",
            primary_reason="depression",
            decision=Decision(
                outcome="waiting_list",
                rationale="What we are for, and it can wait a little: the housing support officer "
                "goes on visiting until we begin.",
                priority="routine",
            ),
        ),
    ),
    Person(
        key="seventeen",
        family="Seventeen",
        nhs_number="9990035296",
        nhs_number_status=None,
        date_of_birth="1982-11-26",
        ethnicity="L",
        plan_kind="care_plan",
        plan_reference="CP-117",
        referral=Referral(
            received_days_ago=6,
            source="gp_practice",
            reason="Would benefit from a support worker.",
            needs=(),
            goals=(),
            referrer="General practitioner",
            organisation="Mill Lane surgery",
            decision=Decision(
                outcome="more_information",
                rationale="What would she like help with, has she agreed to the referral, and is "
                "anyone else working with her?",
            ),
        ),
    ),
)

BY_KEY = {person.key: person for person in PEOPLE}
