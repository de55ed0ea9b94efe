"""The demo team's notes as data: what was written, what was put right, and who signed for it.

Times are relative to the day of seeding, so the same day gives the same notes. Everything is
invented; nobody in it exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal, TypeAlias

from deploy.local.seed.people import BY_KEY, Need

Contact: TypeAlias = Literal["direct", "indirect", "proxy"]
Setting: TypeAlias = Literal[
    "home", "community", "clinic", "ward", "office", "gp_surgery", "college", "housing_office",
    "job_centre", "prison", "other",
]  # fmt: skip
Mechanism: TypeAlias = Literal[
    "face_to_face", "telephone", "talk_type", "email", "text", "instant_message", "video",
    "message_board", "chat_room", "other",
]  # fmt: skip
Attendance: TypeAlias = Literal[
    "attended", "attended_late", "late_not_seen", "did_not_attend", "cancelled_by_service_user",
    "cancelled_by_provider",
]  # fmt: skip
Other: TypeAlias = Literal[
    "carer", "family_member", "friend", "interpreter", "advocate", "agency_worker", "other",
]  # fmt: skip
RecordedFrom: TypeAlias = Literal["live", "paper", "downtime"]
Function: TypeAlias = Literal[
    "independent_living", "companionship", "practical_support", "daily_living", "ordinary_lives",
    "access_to_resources", "health_promotion", "involvement",
]  # fmt: skip
BoundaryName: TypeAlias = Literal[
    "clinical_treatment", "medication", "mental_health_act", "service_management", "counselling",
    "care_coordination",
]  # fmt: skip

LATE_AFTER = timedelta(hours=24)
"""The shipped policy's limit (domain §3); an older entry is late and gives its reason."""

TRANSFERRED = "Copied from the team's paper notes, written on the day, when this record was set up."


@dataclass(frozen=True, kw_only=True)
class Boundary:
    boundary: BoundaryName
    kind: Literal["contribution", "delegated_task", "outside_role"]
    task: str
    authority: str | None = None

    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"boundary": self.boundary, "class": self.kind, "task": self.task}
        if self.authority is not None:
            body["authority"] = self.authority
        return body


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Who was alerted is always told before the note is written: `after_minutes` from its start."""

    kind: Literal["relapse_sign", "risk", "safeguarding", "medication"]
    urgency: Literal["routine", "urgent"]
    description: str
    who: str
    how: Literal["telephone", "in_person", "message"]
    after_minutes: int
    told: bool = True
    not_told_reason: str | None = None
    plan: str | None = None
    """What the care co-ordinator, who acknowledged it, will do; None while it waits."""

    def body(self, occurred_at: datetime) -> dict[str, object]:
        at = occurred_at + timedelta(minutes=self.after_minutes)
        return {
            "kind": self.kind,
            "urgency": self.urgency,
            "description": self.description,
            "alerted": [{"who": self.who, "how": self.how, "at": at.isoformat()}],
            "service_user_told": self.told,
            "not_told_reason": self.not_told_reason,
        }


@dataclass(frozen=True)
class Money:
    amount_pence: int
    purpose: str
    receipt: bool = True
    witness: str | None = None

    def body(self) -> dict[str, object]:
        return {
            "amount_pence": self.amount_pence,
            "purpose": self.purpose,
            "receipt": self.receipt,
            "witness": self.witness,
        }


@dataclass(frozen=True)
class Amendment:
    reason: str
    changes: Mapping[str, object]

    def body(self) -> dict[str, object]:
        return {"reason": self.reason, **self.changes}


@dataclass(frozen=True)
class Signature:
    by: str
    basis: Literal["validated", "witnessed"] = "validated"
    comment: str | None = None

    def body(self, digest: str) -> dict[str, object]:
        body: dict[str, object] = {"basis": self.basis, "digest": digest}
        if self.comment is not None:
            body["comment"] = self.comment
        return body


@dataclass(frozen=True, kw_only=True)
class Note:
    """One contact. `at` is the time of day; today's notes say instead how long ago they ended.

    `signed` is the countersignature to give, None to leave the note awaiting one (or complete,
    where its author is registered). `goal` indexes the person's own goals, None names no plan.
    """

    key: str
    person: str
    author: str
    days_ago: int
    minutes: int
    narrative: str
    functions: tuple[Function, ...]
    needs: tuple[Need, ...]
    at: str | None = None
    ended_minutes_ago: int = 0
    contact: Contact = "direct"
    setting: Setting = "home"
    mechanism: Mechanism = "face_to_face"
    attendance: Attendance = "attended"
    others_present: tuple[Other, ...] = ()
    staff_present: tuple[str, ...] = ()
    goal: int | None = 0
    view: str | None = None
    carer_view: str | None = None
    boundaries: tuple[Boundary, ...] = ()
    concern: Concern | None = None
    money: Money | None = None
    recorded_from: RecordedFrom = "live"
    late_entry_reason: str | None = None
    late_reason_given: bool = True
    amended: Amendment | None = None
    signed: Signature | None = None

    def occurred_at(self, now: datetime) -> datetime:
        """When the contact began. A weekend moves back to the Friday; never in the future."""
        now = now.astimezone(UTC).replace(second=0, microsecond=0)
        if self.at is None:
            return now - timedelta(minutes=self.minutes + self.ended_minutes_ago)
        day = (now - timedelta(days=self.days_ago)).date()
        day -= timedelta(days=max(0, day.weekday() - 4))
        return datetime.combine(day, time.fromisoformat(self.at), UTC)

    def body(self, service_user_id: str, now: datetime) -> dict[str, object]:
        """What is posted; a field with nothing to say is left out."""
        occurred_at = self.occurred_at(now)
        late = now - occurred_at > LATE_AFTER
        transferred = late and self.late_entry_reason is None and self.late_reason_given
        body: dict[str, object | None] = {
            "service_user_id": service_user_id,
            "occurred_at": occurred_at.isoformat(),
            "duration_minutes": self.minutes,
            "recorded_from": "paper" if transferred else self.recorded_from,
            "contact": self.contact,
            "setting": self.setting,
            "mechanism": self.mechanism,
            "attendance": self.attendance,
            "others_present": list(self.others_present),
            "staff_present": list(self.staff_present),
            "functions": list(self.functions),
            "needs": list(self.needs),
            "plan": self._plan(),
            "narrative": self.narrative,
            "service_user_view": self.view,
            "carer_view": self.carer_view,
            "boundary_activities": [each.body() for each in self.boundaries],
            "concern": self.concern.body(occurred_at) if self.concern else None,
            "money": self.money.body() if self.money else None,
            "late_entry_reason": TRANSFERRED if transferred else self.late_entry_reason,
        }
        return {name: value for name, value in body.items() if value is not None}

    def _plan(self) -> dict[str, object] | None:
        if self.goal is None:
            return None
        person = BY_KEY[self.person]
        return {
            "kind": person.plan_kind,
            "reference": person.plan_reference,
            "goal": person.referral.goals[self.goal],
        }


NOTES: tuple[Note, ...] = (
    # --- One: rent, post, tenancy ---------------------------------------------------------------
    Note(
        key="one-post",
        person="one",
        author="str-worker-1",
        days_ago=38,
        at="10:00",
        minutes=75,
        narrative="First visit to go through the post together. There were 43 unopened envelopes "
        "in the kitchen drawer; he opened each one and I kept a list on his pad. Most were "
        "circulars. Four were from the council about rent and one was a final notice dated three "
        "weeks ago. He put the council letters in date order and the rest in the recycling.",
        functions=("practical_support", "independent_living"),
        needs=("housing", "financial_awareness"),
        goal=2,
        view="“I thought it would be worse. Half of it was pizza menus.”",
        signed=Signature("coordinator-1", comment="He told me the same on the telephone that day."),
    ),
    Note(
        key="one-tenancy-letter",
        person="one",
        author="str-worker-1",
        days_ago=36,
        at="16:30",
        minutes=50,
        narrative="We read the final notice line by line. It gives him fourteen days to agree a "
        "repayment plan before the council applies to court. He understood this once we had said "
        "it in our own words. He wrote a reply offering £12 a week and asked me to check the "
        "spelling. He posted it himself on the way back from the shop.",
        functions=("practical_support", "access_to_resources"),
        needs=("housing", "budgeting"),
        signed=Signature("coordinator-1"),
    ),
    Note(
        key="one-housing-call",
        person="one",
        author="str-worker-1",
        days_ago=33,
        at="12:30",
        minutes=25,
        contact="indirect",
        setting="office",
        mechanism="telephone",
        narrative="Telephoned the housing office for him, with his written consent on file. The "
        "income officer has his letter and will accept £12 a week if the first payment arrives by "
        "the end of next week. No court date has been set. I asked for this in writing. Sent him "
        "a text message with the outcome straight after the call.",
        functions=("practical_support", "access_to_resources"),
        needs=("housing", "voice_advocacy"),
        signed=Signature("coordinator-1", comment="Confirmed with the income officer by e-mail."),
    ),
    Note(
        key="one-budget",
        person="one",
        author="str-worker-1",
        days_ago=26,
        at="10:00",
        minutes=60,
        narrative="Worked out a weekly budget on one sheet of paper: rent, the £12 repayment, "
        "electricity, food, tobacco, everything else. He found that £9 a week was going on two "
        "subscriptions he had forgotten. He cancelled one on his telephone while I was there and "
        "will do the other with his sister. The sheet is on the fridge.",
        functions=("daily_living", "independent_living"),
        needs=("budgeting",),
        goal=1,
        view="“Seeing it on one page, it is not as frightening as in my head.”",
        signed=Signature("nurse-1"),
    ),
    Note(
        key="one-abortive",
        person="one",
        author="str-worker-1",
        days_ago=19,
        at="10:00",
        minutes=15,
        attendance="did_not_attend",
        narrative="Called at the agreed time. No answer at the door and the curtains were closed. "
        "Rang his mobile twice and it went to voicemail. I left a card with the office number and "
        "a new time. Told the care co-ordinator, who had spoken to him the evening before and was "
        "not worried.",
        functions=("practical_support",),
        needs=("housing",),
        signed=Signature("coordinator-1", comment="I had spoken to him the evening before."),
    ),
    Note(
        key="one-text",
        person="one",
        author="str-worker-1",
        days_ago=18,
        at="16:30",
        minutes=5,
        mechanism="text",
        setting="other",
        narrative="Text message from him: he had overslept after a late night and was sorry to "
        "have missed me. He asked for the same time next week. I replied to confirm the time and "
        "to thank him for letting me know.",
        functions=("companionship",),
        needs=("housing",),
        amended=Amendment(
            "I read his message and answered it at the office; I had not given the place.",
            {"setting": "office"},
        ),
        signed=Signature("nurse-1"),
    ),
    Note(
        key="one-fourth-payment",
        person="one",
        author="str-worker-1",
        days_ago=5,
        at="14:00",
        minutes=45,
        setting="housing_office",
        others_present=("agency_worker",),
        narrative="Met him outside the housing office. He paid the fourth £12 at the counter and "
        "got a stamped card. The income officer showed him that the balance is going down and he "
        "asked her a question of his own, about setting up a standing order. I sat beside him and "
        "did not need to say anything.",
        functions=("independent_living", "involvement"),
        needs=("housing", "budgeting"),
        goal=1,
        view="“I did the talking. Did you notice?”",
        money=Money(1200, "Rent arrears repayment, his own cash", True, "Income officer"),
        signed=Signature("coordinator-1", comment="Payment card seen."),
    ),
    Note(
        key="one-standing-order",
        person="one",
        author="str-worker-1",
        days_ago=0,
        ended_minutes_ago=20,
        minutes=40,
        narrative="He set up the standing order with his bank's app at the kitchen table. He "
        "asked me to look away while he typed his password, and I did. Two letters had come this "
        "week and both were already open. We agreed to meet every fortnight from next month.",
        functions=("independent_living", "practical_support"),
        needs=("budgeting", "internet_access"),
        goal=1,
        view="“Every fortnight is about right now.”",
    ),
    # --- Two: buses and college -----------------------------------------------------------------
    Note(
        key="two-bus-pass",
        person="two",
        author="str-worker-1",
        days_ago=37,
        at="11:30",
        minutes=55,
        narrative="Filled in the form for a disabled person's bus pass. I read the questions out "
        "and she decided what to put. She needs a passport photograph and a letter from the "
        "community team; I will ask the care co-ordinator for the letter. We looked at the route "
        "map and she marked the stop nearest the college.",
        functions=("access_to_resources", "practical_support"),
        needs=("transport",),
        signed=Signature("nurse-1"),
    ),
    Note(
        key="two-bus-stop",
        person="two",
        author="str-worker-1",
        days_ago=31,
        at="10:00",
        minutes=40,
        setting="community",
        narrative="Walked to the bus stop and stood there while three buses went by, as planned. "
        "She used the breathing exercise from her wellness plan and said when she wanted to move "
        "back from the kerb. We did not get on. On the way home she chose the step for next week: "
        "one stop, sitting downstairs near the door.",
        functions=("ordinary_lives", "companionship"),
        needs=("transport",),
        view="“My legs were jelly but I stayed for three.”",
        signed=Signature("ot-1", comment="Talked through with her at the anxiety group."),
    ),
    Note(
        key="two-one-stop",
        person="two",
        author="str-worker-1",
        days_ago=24,
        at="14:30",
        minutes=45,
        setting="community",
        staff_present=("ot-1",),
        narrative="Rode one stop with her, the occupational therapist sitting a few rows behind "
        "at her request. She held the rail and counted lamp posts. We got off, walked back, and "
        "she asked to do it again, so we did. The second time she looked out of the window.",
        functions=("ordinary_lives", "companionship"),
        needs=("transport",),
        signed=Signature("ot-1", "witnessed"),
    ),
    Note(
        key="two-open-day",
        person="two",
        author="str-worker-1",
        days_ago=16,
        at="13:00",
        minutes=120,
        setting="college",
        narrative="College open day. We went by bus, four stops. She spoke to the tutor for the "
        "access course and asked about the size of the classes and whether one may leave the room. "
        "The tutor said yes to the second and gave her the learning support form. She wanted to "
        "leave after an hour and a half because the hall had become loud, and we did.",
        functions=("access_to_resources", "ordinary_lives"),
        needs=("education_training", "transport"),
        goal=1,
        view="“The tutor did not make a face when I asked about leaving.”",
        signed=Signature("nurse-1"),
    ),
    Note(
        key="two-photo",
        person="two",
        author="str-worker-1",
        days_ago=10,
        at="14:00",
        minutes=35,
        setting="community",
        narrative="Went to the supermarket for the passport photograph. The machine refused the "
        "first two pictures and she laughed about it. She paid £8.00 with a ten pound note that "
        "she gave me to feed in, since she did not want to take her gloves off. I gave the change "
        "back at once and she has the slip.",
        functions=("practical_support",),
        needs=("transport",),
        money=Money(600, "Passport photograph for the bus pass", True, None),
        amended=Amendment(
            "The price on the slip is £6.00; I first wrote £8.00.",
            {
                "narrative": "Went to the supermarket for the passport photograph. The machine "
                "refused the first two pictures and she laughed about it. She paid £6.00 (slip "
                "seen) with a ten pound note that she gave me to feed in, since she did not want "
                "to take her gloves off. I gave her £4.00 change at once and she has the slip."
            },
        ),
        signed=Signature("ot-1", comment="Slip and change checked with her."),
    ),
    Note(
        key="two-alone",
        person="two",
        author="str-worker-1",
        days_ago=2,
        at="14:30",
        minutes=50,
        setting="community",
        narrative="She travelled two stops alone and I followed in the car, as she had asked. I "
        "was at the stop when she got off. She was shaking a little and smiling a lot. We had tea "
        "and she wrote down what had helped: sitting downstairs, music in one ear, knowing that "
        "someone was waiting.",
        functions=("independent_living", "ordinary_lives"),
        needs=("transport",),
        view="“Two stops. On my own. Write that down.”",
    ),
    # --- Three: outdoors and company ------------------------------------------------------------
    Note(
        key="three-first-walk",
        person="three",
        author="str-worker-1",
        days_ago=35,
        at="13:30",
        minutes=90,
        setting="community",
        narrative="Went along with him to the walking group for the first time. Nine "
        "people came; the walk was two miles around the reservoir. He walked with me for the "
        "first half and with the walk leader for the second, talking about dry stone walls. He "
        "stayed for the tea.",
        functions=("companionship", "health_promotion"),
        needs=("leisure_exercise", "social_networks"),
        view="“Better than the telly. I shall come again if it is not raining.”",
        signed=Signature("ot-1"),
    ),
    Note(
        key="three-walk-rain",
        person="three",
        author="str-worker-1",
        days_ago=28,
        at="13:30",
        minutes=10,
        mechanism="telephone",
        setting="office",
        attendance="cancelled_by_service_user",
        narrative="He rang before the walking group to say that he would not come because of the "
        "rain. He sounded cheerful and had been to the library instead. I reminded him that the "
        "group starts from the car park next week.",
        functions=("companionship",),
        needs=("leisure_exercise",),
        signed=Signature("nurse-1"),
    ),
    Note(
        key="three-allotment",
        person="three",
        author="str-worker-1",
        days_ago=21,
        at="13:30",
        minutes=120,
        setting="community",
        narrative="Allotment group. He dug over the far bed and showed two newer members how to "
        "earth up leeks. The volunteer who runs it asked whether he would look after the compost "
        "rota, and he said he would think about it. Brought home a bag of beetroot. Hands washed; "
        "a small blister was cleaned and covered by the group's first aider.",
        functions=("ordinary_lives", "companionship"),
        needs=("leisure_exercise", "social_networks"),
        signed=Signature("ot-1", comment="The volunteer who runs the group confirms this."),
    ),
    Note(
        key="three-anniversary",
        person="three",
        author="str-worker-1",
        days_ago=13,
        at="13:30",
        minutes=65,
        narrative="Visited at his request because it would have been his wife's birthday. We "
        "looked at photographs and he talked about their holidays. Mostly I listened. He had "
        "eaten lunch and had slept. I told him about the bereavement café at the church hall; he "
        "kept the leaflet but does not want to go yet.",
        functions=("companionship",),
        needs=("social_networks", "spirituality_creativity_identity"),
        goal=1,
        boundaries=(
            Boundary(
                boundary="counselling",
                kind="contribution",
                task="Listening to him talk about his wife",
            ),
        ),
        view="“Thank you for saying her name. People step round it.”",
        signed=Signature("nurse-1"),
    ),
    Note(
        key="three-compost",
        person="three",
        author="str-worker-1",
        days_ago=0,
        ended_minutes_ago=120,
        minutes=90,
        setting="community",
        narrative="Allotment group. He has taken on the compost rota and had made a chart on "
        "squared paper. He travelled there with another member, not with me. I stayed for the "
        "first hour only. He asked whether the group has a key that he might hold, and I will ask "
        "the allotment society.",
        functions=("ordinary_lives", "independent_living"),
        needs=("social_networks", "leisure_exercise"),
        goal=1,
        view="“It is good to be asked to be in charge of something.”",
    ),
    # --- Four: cooking, and her carer -----------------------------------------------------------
    Note(
        key="four-soup",
        person="four",
        author="str-worker-1",
        days_ago=32,
        at="11:00",
        minutes=80,
        others_present=("carer",),
        narrative="Made vegetable soup together. She peeled and chopped sitting down and told me "
        "what came next from memory. Her husband stayed in the garden for most of it, then came in "
        "to taste. She needed a reminder to turn the hob off and has put a red label beside the "
        "knob.",
        functions=("daily_living", "health_promotion"),
        needs=("health_promotion",),
        carer_view="He said that the house smelt like it used to.",
        signed=Signature("ot-1"),
    ),
    Note(
        key="four-shopping-list",
        person="four",
        author="str-worker-1",
        days_ago=25,
        at="11:00",
        minutes=70,
        setting="community",
        narrative="Wrote a shopping list from two recipes and went to the market. She compared the "
        "price of loose and packed carrots and chose the loose ones. I carried the heavier bag. "
        "She gave me £20 to pay at the fish stall while she sat down; the change and the receipt "
        "went straight into her purse.",
        functions=("daily_living", "practical_support"),
        needs=("shopping", "budgeting"),
        money=Money(875, "Fish and vegetables at the market", True, "Fish stall assistant"),
        signed=Signature("coordinator-1", comment="Receipt seen on my visit."),
    ),
    Note(
        key="four-health-check",
        person="four",
        author="str-worker-1",
        days_ago=14,
        at="09:30",
        minutes=60,
        setting="gp_surgery",
        narrative="Went with her to the annual physical health check. She took her list of "
        "questions and asked all four. The practice nurse took her blood pressure and blood for "
        "tests; I waited outside for that part, as she wished. She is to ring for the results in a "
        "week, and has put this on the calendar.",
        functions=("health_promotion", "involvement"),
        needs=("health_checks", "primary_care"),
        goal=None,
        boundaries=(
            Boundary(
                boundary="clinical_treatment",
                kind="contribution",
                task="Going along to a health check",
            ),
        ),
        signed=Signature("nurse-1", comment="Agrees with the surgery's letter."),
    ),
    Note(
        key="four-carer-call",
        person="four",
        author="str-worker-1",
        days_ago=9,
        at="16:00",
        minutes=20,
        contact="proxy",
        setting="office",
        mechanism="telephone",
        others_present=("carer",),
        narrative="Her husband rang while she was asleep, with her knowledge. He has had his first "
        "free afternoon and went bowling. He asked about the carers' assessment, and I gave him "
        "the number of the carers' centre and told the care co-ordinator that he is waiting.",
        functions=("access_to_resources",),
        needs=("voice_advocacy",),
        goal=1,
        carer_view="He is less tired and would like the afternoon to be the same day every week.",
        late_reason_given=False,
        signed=Signature("coordinator-1"),
    ),
    Note(
        key="four-fish-pie",
        person="four",
        author="str-worker-1",
        days_ago=1,
        at="11:00",
        minutes=85,
        others_present=("carer",),
        narrative="She cooked a fish pie from start to finish and I only washed up. The hob was "
        "off before I looked. Her husband came home from bowling and found the table laid. She "
        "would like to try baking bread next.",
        functions=("daily_living", "independent_living"),
        needs=("health_promotion",),
        view="“He did not believe that I had done the sauce.”",
        carer_view="Very pleased; two meals this week were hers.",
    ),
    # --- Five: work and music -------------------------------------------------------------------
    Note(
        key="five-joint-visit",
        person="five",
        author="str-worker-1",
        days_ago=34,
        at="15:30",
        minutes=50,
        staff_present=("coordinator-1",),
        narrative="First visit, jointly with his care co-ordinator. He told us in his own words "
        "what he wants from the next six months and we wrote the recovery plan from that. Work "
        "comes first, mornings rather than evenings. He does not want us to ring before ten.",
        functions=("involvement", "ordinary_lives"),
        needs=("employment",),
        view="“I would rather have a rubbish job than another group about jobs.”",
        signed=Signature("coordinator-1", "witnessed"),
    ),
    Note(
        key="five-library",
        person="five",
        author="str-worker-1",
        days_ago=27,
        at="15:30",
        minutes=75,
        setting="community",
        narrative="Joined the library and booked a computer. He made an e-mail address that is fit "
        "for applications and set up alerts for part-time jobs within four miles. He knows more "
        "about computers than I do, so I read out the requirements and he typed. Saved a first "
        "draft of his curriculum vitae.",
        functions=("access_to_resources", "ordinary_lives"),
        needs=("internet_access", "employment"),
        signed=Signature("ot-1"),
    ),
    Note(
        key="five-job-centre",
        person="five",
        author="str-worker-1",
        days_ago=20,
        at="15:30",
        minutes=45,
        setting="job_centre",
        others_present=("agency_worker",),
        attendance="attended_late",
        narrative="Went with him to see his work coach. He arrived ten minutes late because of the "
        "traffic and was still seen. He explained that mornings suit him and that he takes "
        "medication which makes early starts slow, so they settled on from ten o'clock. The work "
        "coach will look for a work trial and put the agreement in his online journal.",
        functions=("access_to_resources", "involvement"),
        needs=("employment", "income_benefits"),
        signed=Signature("nurse-1"),
    ),
    Note(
        key="five-video",
        person="five",
        author="str-worker-1",
        days_ago=12,
        at="16:00",
        minutes=30,
        setting="other",
        mechanism="video",
        narrative="Video call, his choice since he had a cold. Practised interview questions for "
        "the garden centre. He gave three good examples for working with others, all from the band "
        "he played in. He asked how much he must say about his illness and we read the guidance on "
        "the employment rights website together.",
        functions=("ordinary_lives", "access_to_resources"),
        needs=("employment",),
        signed=Signature("coordinator-1"),
    ),
    Note(
        key="five-open-mic",
        person="five",
        author="str-worker-1",
        days_ago=4,
        at="18:30",
        minutes=90,
        setting="community",
        narrative="Evening visit by arrangement to the open session at the arts centre. He played "
        "two songs on guitar and one with a player whom he had just met. They exchanged numbers. I "
        "sat at the back and left at half past eight, when he said he would walk home with the "
        "others.",
        functions=("ordinary_lives", "companionship"),
        needs=("spirituality_creativity_identity", "social_networks"),
        goal=1,
        view="“My hands remembered before I did.”",
        amended=Amendment(
            "I gave the wrong finishing time: I left at eight, when he joined the others.",
            {
                "narrative": "Evening visit by arrangement to the open session at the arts centre. "
                "He played two songs on guitar and one with a player whom he had just met. They "
                "exchanged numbers. I sat at the back and left at eight o'clock, when he said he "
                "would walk home with the others."
            },
        ),
    ),
    # --- Six: laundry and the flat --------------------------------------------------------------
    Note(
        key="six-launderette",
        person="six",
        author="str-worker-2",
        days_ago=36,
        at="10:30",
        minutes=95,
        setting="community",
        narrative="Took four bags to the launderette on foot with a trolley. I showed her the "
        "change machine and how to choose the programme. She did the second machine by herself. "
        "While it ran we had a hot chocolate and she told me about the jobs she used to have in a "
        "hotel laundry.",
        functions=("daily_living", "independent_living"),
        needs=("budgeting",),
        money=Money(1140, "Two washes and one tumble dryer", False, "Launderette attendant"),
        view="“I used to fold eighty sheets an hour, you know.”",
        signed=Signature("nurse-1", comment="The attendant remembers them both."),
    ),
    Note(
        key="six-machine-quote",
        person="six",
        author="str-worker-2",
        days_ago=30,
        at="10:30",
        minutes=40,
        contact="indirect",
        setting="office",
        mechanism="telephone",
        narrative="Rang three places about a reconditioned washing machine for her. The furniture "
        "project has one for £85 delivered and will take instalments. Wrote down the prices to "
        "show her. She agreed last week that I could ring.",
        functions=("access_to_resources",),
        needs=("housing", "shopping"),
        signed=Signature("ot-1"),
    ),
    Note(
        key="six-kitchen",
        person="six",
        author="str-worker-2",
        days_ago=23,
        at="10:30",
        minutes=110,
        staff_present=("ot-1",),
        narrative="Worked on the kitchen with the occupational therapist and her. She decided what "
        "to keep, what to give away and what to throw out, one shelf at a time. She stopped us "
        "when we went too fast. Two shelves are clear and the cooker can be used again.",
        functions=("daily_living", "practical_support"),
        needs=("housing",),
        goal=1,
        signed=Signature("ot-1", "witnessed"),
    ),
    Note(
        key="six-not-in",
        person="six",
        author="str-worker-2",
        days_ago=17,
        at="10:30",
        minutes=20,
        attendance="did_not_attend",
        narrative="No reply when I rang the bell. Her neighbour said she had gone out early. I put "
        "a note through the door and rang from the car, no answer. Asked the duty worker to try "
        "again in the afternoon, and she was in then and well.",
        functions=("practical_support",),
        needs=("housing",),
        signed=Signature("nurse-1", comment="I made the afternoon call."),
    ),
    Note(
        key="six-inspection",
        person="six",
        author="str-worker-2",
        days_ago=8,
        at="14:30",
        minutes=60,
        others_present=("agency_worker",),
        narrative="I was with her when the housing association inspected the flat. The officer was "
        "content with the kitchen and bathroom and wants the hallway clear by the next visit, in "
        "six weeks. She was pale and quiet while the officer was there but asked for it in "
        "writing, as we had practised.",
        functions=("independent_living", "involvement"),
        needs=("housing", "voice_advocacy"),
        goal=1,
        late_entry_reason="I was on sick leave from the day after the visit and wrote this on my "
        "first day back, from the jottings in my diary.",
        recorded_from="paper",
        signed=Signature("coordinator-1", comment="The officer's letter says the same."),
    ),
    Note(
        key="six-machine-here",
        person="six",
        author="str-worker-2",
        days_ago=3,
        at="14:30",
        minutes=50,
        narrative="The reconditioned machine came and the driver fitted it. She read the leaflet "
        "and ran an empty wash. She has paid the first £10 to the furniture project and put the "
        "receipt in her folder. The first real load was on the line when I left.",
        functions=("daily_living",),
        needs=("budgeting", "housing"),
        view="“No more trolley.”",
    ),
    Note(
        key="six-neighbour",
        person="six",
        author="str-worker-2",
        days_ago=0,
        ended_minutes_ago=35,
        minutes=45,
        narrative="She told me that a man from the floor above has come for money three times "
        "since the weekend and stays until she gives it. She has handed over £60 and has not got "
        "enough for food. I told her that I must pass this on and what I would say, and she "
        "agreed. I rang the duty nurse from outside the flat. She has gone to her sister's for "
        "tonight.",
        functions=("practical_support", "involvement"),
        needs=("voice_advocacy", "housing"),
        goal=None,
        concern=Concern(
            kind="safeguarding",
            urgency="urgent",
            description="A neighbour is taking money from her at her door; £60 since the weekend, "
            "and she is frightened of him.",
            who="nurse-1",
            how="telephone",
            after_minutes=50,
            plan="Safeguarding referral made today; visiting her with the worker tomorrow at ten.",
        ),
        view="“I only want him to stop coming. I do not want trouble.”",
    ),
    # --- Seven: letters and reading -------------------------------------------------------------
    Note(
        key="seven-form",
        person="seven",
        author="str-worker-2",
        days_ago=34,
        at="13:30",
        minutes=90,
        narrative="Started the Personal Independence Payment review form. I read each question to "
        "him and wrote what he said, then read it back. We did the first five questions and "
        "stopped because he was tired. The form has to be back in three weeks.",
        functions=("practical_support", "access_to_resources"),
        needs=("income_benefits",),
        signed=Signature("coordinator-1", comment="Read back to him; he says it is right."),
    ),
    Note(
        key="seven-form-two",
        person="seven",
        author="str-worker-2",
        days_ago=27,
        at="13:30",
        minutes=80,
        narrative="Finished the form. He corrected one answer from last time, about how far he can "
        "walk on a bad day. He signed it. We took a photograph of every page on his telephone and "
        "sent it by recorded delivery; he has the slip.",
        functions=("practical_support", "access_to_resources"),
        needs=("income_benefits",),
        money=Money(335, "Recorded delivery", True, None),
        amended=Amendment(
            "I left out which question he corrected and he asked me to add it.",
            {
                "narrative": "Finished the form. He corrected one answer from last time, question "
                "12, about how far he can walk on a bad day: twenty metres, not two hundred. He "
                "signed it. We took a photograph of every page on his telephone and sent it by "
                "recorded delivery; he has the slip."
            },
        ),
        signed=Signature("nurse-1", comment="Photographs of the form seen with him."),
    ),
    Note(
        key="seven-tutor",
        person="seven",
        author="str-worker-2",
        days_ago=20,
        at="13:30",
        minutes=60,
        setting="college",
        others_present=("agency_worker",),
        narrative="Went with him to meet the adult literacy tutor. He nearly turned back at the "
        "gate, so we sat on the wall until he was ready. The tutor talked with him about football "
        "and then showed him a page with a coloured sheet over it. He read four lines aloud. "
        "Lessons are weekly and free.",
        functions=("ordinary_lives", "access_to_resources"),
        needs=("education_training",),
        goal=1,
        view="“The letters stopped moving under the yellow one.”",
        signed=Signature("ot-1"),
    ),
    Note(
        key="seven-prompt",
        person="seven",
        author="str-worker-2",
        days_ago=11,
        at="13:30",
        minutes=35,
        narrative="He had a new box of tablets and could not read the label, so I read it out to "
        "him and reminded him that it was time for the midday one. He took it himself. I am not "
        "sure whether his plan says that I may remind him and I have asked my manager.",
        functions=("practical_support",),
        needs=("medicines_management",),
        goal=None,
        boundaries=(Boundary(boundary="medication", kind="delegated_task", task="prompt"),),
        late_reason_given=False,
    ),
    Note(
        key="seven-award",
        person="seven",
        author="str-worker-2",
        days_ago=6,
        at="10:30",
        minutes=40,
        narrative="He opened the decision letter with me. The award goes on at the same rate for "
        "three years. He picked out the figure himself before I read the rest. He rang his brother "
        "to tell him and then we put the letter in his folder.",
        functions=("independent_living", "practical_support"),
        needs=("income_benefits", "financial_awareness"),
        signed=Signature("coordinator-1", comment="Letter seen."),
    ),
    Note(
        key="seven-newspaper",
        person="seven",
        author="str-worker-2",
        days_ago=1,
        at="10:30",
        minutes=45,
        narrative="Read the back page of the local paper together, a sentence each. He needed help "
        "with the longer names. He has been to five lessons and has missed none. He would like a "
        "library card next.",
        functions=("ordinary_lives", "companionship"),
        needs=("education_training",),
        goal=1,
        view="“That was a whole match report.”",
    ),
    # --- Eight: home from the ward --------------------------------------------------------------
    Note(
        key="eight-ward",
        person="eight",
        author="str-worker-3",
        days_ago=39,
        at="11:00",
        minutes=60,
        setting="ward",
        staff_present=("nurse-1",),
        narrative="Met her on the ward with the community nurse before she goes home. She listed "
        "what tells her that things are slipping: not sleeping, leaving the telephone off, and "
        "turning the mirror to the wall. She wants us to say so plainly if we see them. Agreed to "
        "visit the day after discharge and twice weekly at first.",
        functions=("involvement", "companionship"),
        needs=("voice_advocacy", "social_networks"),
        goal=1,
        view="“Do not tiptoe. Tell me and then ring the nurse.”",
        signed=Signature("nurse-1", "witnessed"),
    ),
    Note(
        key="eight-home",
        person="eight",
        author="str-worker-3",
        days_ago=33,
        at="14:00",
        minutes=70,
        narrative="Day after discharge. The heating had been off, so we rang the supplier and she "
        "read out the meter. Stocked the fridge from a list that she had made on the ward. Her "
        "neighbour had looked after the cat and brought it back while I was there. She slept for "
        "six hours last night.",
        functions=("practical_support", "daily_living"),
        needs=("shopping", "housing"),
        signed=Signature("nurse-1"),
    ),
    Note(
        key="eight-hearing-voices",
        person="eight",
        author="str-worker-3",
        days_ago=26,
        at="17:30",
        minutes=100,
        setting="community",
        narrative="Went with her to the hearing voices group, which is run by people who hear "
        "voices themselves. I waited in the café, as is the group's rule for staff. She came out "
        "talking with one of the facilitators and has put the next date in her telephone.",
        functions=("access_to_resources", "companionship"),
        needs=("self_help_groups", "lived_experience"),
        view="“Nobody in there looked at me sideways.”",
        signed=Signature("ot-1"),
    ),
    Note(
        key="eight-tribunal-letter",
        person="eight",
        author="str-worker-3",
        days_ago=22,
        at="14:00",
        minutes=45,
        others_present=("advocate",),
        narrative="Her advocate came to go through the letter about her care review, and she asked "
        "me to stay. She wants the meeting to be at the day centre and not at the hospital. The "
        "advocate will ask for that. I took no part in what should be decided; I wrote down her "
        "points in her words.",
        functions=("involvement",),
        needs=("voice_advocacy",),
        goal=None,
        boundaries=(
            Boundary(
                boundary="mental_health_act",
                kind="contribution",
                task="Being there while her advocate explained the review",
            ),
        ),
        signed=Signature("coordinator-1", comment="The advocate has sent me the same points."),
    ),
    Note(
        key="eight-baking",
        person="eight",
        author="str-worker-3",
        days_ago=15,
        at="14:00",
        minutes=75,
        others_present=("friend",),
        narrative="She and a friend from the group were baking when I came. We looked at the plan "
        "for the week and she crossed out one of our two visits, because she will be at the group. "
        "Sleeping seven hours, by her own diary. The mirror is where it should be, and she pointed "
        "this out herself.",
        functions=("ordinary_lives", "involvement"),
        needs=("social_networks",),
        amended=Amendment(
            "I stayed a quarter of an hour longer than I first put down.", {"duration_minutes": 90}
        ),
        signed=Signature("nurse-1"),
    ),
    Note(
        key="eight-nurse-review",
        person="eight",
        author="nurse-1",
        days_ago=7,
        at="09:30",
        minutes=40,
        setting="clinic",
        narrative="Clinic review, with her agreement to share the outcome with her support worker. "
        "Sleep is steady at seven hours and she describes the voices as quieter than before "
        "admission. No changes to treatment. She knows to ring the duty number if sleep drops "
        "below five hours for two nights, and this is in her contingency plan.",
        functions=("involvement", "health_promotion"),
        needs=("medicines_management",),
        goal=1,
        view="“Quiet enough to hear the radio.”",
    ),
    Note(
        key="eight-signs",
        person="eight",
        author="str-worker-3",
        days_ago=0,
        ended_minutes_ago=25,
        minutes=55,
        narrative="The telephone was off the hook and the hall mirror was turned to the wall. She "
        "said that she had slept for about three hours on each of the last two nights. I told her "
        "plainly what I had seen, as she asked us to when she was on the ward. She was cross at "
        "first and then said that I should ring. I rang the care co-ordinator from the flat, with "
        "her sitting beside me, and they spoke. The nurse will visit this afternoon.",
        functions=("involvement", "companionship"),
        needs=("voice_advocacy",),
        goal=1,
        concern=Concern(
            kind="relapse_sign",
            urgency="routine",
            description="Three of the early warning signs that she named: about three hours' sleep "
            "for two nights, telephone off the hook, mirror turned to the wall.",
            who="coordinator-1",
            how="telephone",
            after_minutes=35,
        ),
        view="“You said that you would tell me, and you did. Ring her.”",
    ),
    # --- Nine: appointments and being heard -----------------------------------------------------
    Note(
        key="nine-preparing",
        person="nine",
        author="str-worker-3",
        days_ago=40,
        at="09:30",
        minutes=50,
        narrative="Prepared for his appointment. He said what he wants the doctor to know and I "
        "wrote it as five short points on a card. He practised saying the first one aloud. He "
        "asked that I speak only if he taps the table.",
        functions=("involvement",),
        needs=("primary_care", "voice_advocacy"),
        goal=1,
        signed=Signature("nurse-1"),
    ),
    Note(
        key="nine-appointment",
        person="nine",
        author="str-worker-3",
        days_ago=35,
        at="09:15",
        minutes=70,
        setting="gp_surgery",
        narrative="Went with him to his general practitioner. He read from his card and did not "
        "tap the table. The doctor ordered blood tests, referred him for eye screening and a "
        "foot check, and asked him to come back in a month. He asked her to write it down, and "
        "she did.",
        functions=("involvement", "health_promotion"),
        needs=("primary_care", "health_checks"),
        boundaries=(
            Boundary(
                boundary="clinical_treatment",
                kind="contribution",
                task="Going along to an appointment",
            ),
        ),
        view="“She looked at me and not at the screen.”",
        signed=Signature("nurse-1", comment="Matches the letter from the surgery."),
    ),
    Note(
        key="nine-eyes",
        person="nine",
        author="str-worker-3",
        days_ago=25,
        at="10:00",
        minutes=90,
        setting="clinic",
        narrative="Eye screening. We went by taxi because the drops blur his sight. He was "
        "anxious in the waiting room and we did the crossword aloud. The result will come by "
        "post in two to three weeks, in large print as he asked.",
        functions=("health_promotion", "practical_support"),
        needs=("allied_health", "health_checks"),
        signed=Signature("coordinator-1"),
    ),
    Note(
        key="nine-late",
        person="nine",
        author="str-worker-3",
        days_ago=19,
        at="14:00",
        minutes=25,
        setting="clinic",
        attendance="late_not_seen",
        narrative="Foot clinic. The lift at his building was out of order and he had to rest on "
        "each landing. We arrived twenty minutes after his time and the clinic could not see him. "
        "The receptionist gave him a new date. I reported the lift to the landlord at his request.",
        functions=("health_promotion", "practical_support"),
        needs=("allied_health", "housing"),
        signed=Signature("ot-1", comment="Landlord's job number for the lift seen."),
    ),
    Note(
        key="nine-tablets",
        person="nine",
        author="str-worker-3",
        days_ago=12,
        at="10:00",
        minutes=45,
        narrative="He mentioned that the new tablets upset his stomach and that he has been "
        "leaving out the evening one. I said that I would have to let the nurse know and why, "
        "and he was content with that. I gave no advice about the tablets. Rang the community "
        "nurse from his flat; she will speak to the surgery and ring him tomorrow.",
        functions=("health_promotion", "involvement"),
        needs=("medicines_management",),
        goal=1,
        boundaries=(
            Boundary(
                boundary="medication",
                kind="contribution",
                task="Reporting a worry about tablets",
            ),
        ),
        view="“I would rather you said it than me.”",
        signed=Signature("nurse-1", comment="I took the call and rang him next day."),
    ),
    Note(
        key="nine-lunch-club",
        person="nine",
        author="str-worker-3",
        days_ago=5,
        at="12:00",
        minutes=95,
        setting="community",
        narrative="Took him to see the lunch club at the community centre. He knew one of the "
        "cooks from his working days on the buses. He ate the diabetic pudding and called it "
        "“educational”. He will try two lunches by himself; transport is by the centre's minibus.",
        functions=("ordinary_lives", "companionship"),
        needs=("social_networks", "health_promotion"),
        goal=None,
        signed=Signature("ot-1", comment="The centre confirms his place."),
    ),
    Note(
        key="nine-second-box",
        person="nine",
        author="str-worker-3",
        days_ago=0,
        ended_minutes_ago=150,
        minutes=35,
        narrative="While looking for his glasses he showed me a second, full box of last month's "
        "tablets in the bread bin. He did not know whether he had missed them or been given too "
        "many. I left both boxes as they were, told him that I would ring the nurse, and did so "
        "from the kitchen. She has asked him not to take any more until she comes today.",
        functions=("health_promotion", "involvement"),
        needs=("medicines_management",),
        goal=0,
        boundaries=(
            Boundary(
                boundary="medication",
                kind="contribution",
                task="Reporting a worry about tablets",
            ),
        ),
        concern=Concern(
            kind="medication",
            urgency="routine",
            description="A full box of last month's tablets was found; he is not sure what he has "
            "taken.",
            who="nurse-1",
            how="telephone",
            after_minutes=20,
            plan="Nurse to call with the pharmacist and go through the box with him.",
        ),
    ),
    # --- Ten: a new town ------------------------------------------------------------------------
    Note(
        key="ten-interpreter",
        person="ten",
        author="str-worker-3",
        days_ago=38,
        at="15:00",
        minutes=80,
        others_present=("interpreter",),
        narrative="First visit, with an interpreter. She would like to pray with others, to cook "
        "the food of home, and to speak English without being laughed at. She does not wish the "
        "same interpreter to be used for hospital matters, because the town is small. I have "
        "told the office.",
        functions=("involvement", "companionship"),
        needs=("race_culture", "spirituality_creativity_identity"),
        view="Through the interpreter: “Here nobody asks what I can do, only what I cannot.”",
        signed=Signature("coordinator-1"),
    ),
    Note(
        key="ten-church",
        person="ten",
        author="str-worker-3",
        days_ago=29,
        at="10:00",
        minutes=110,
        setting="community",
        others_present=("other",),
        narrative="Visited the two congregations that she had picked from my list. She preferred "
        "the smaller one, where a service is held in her language once a month. The person who "
        "welcomes newcomers gave her the dates and a telephone number. I stayed by the door.",
        functions=("ordinary_lives", "access_to_resources"),
        needs=("spirituality_creativity_identity", "race_culture"),
        signed=Signature("ot-1"),
    ),
    Note(
        key="ten-market",
        person="ten",
        author="str-worker-3",
        days_ago=21,
        at="10:00",
        minutes=85,
        setting="community",
        narrative="Found the spice stall in the covered market. She asked for everything in "
        "English and the stallholder answered slowly and kindly. She bought what she needed for "
        "one dish with her own money, and paid with the right coins. On the bus she taught me "
        "three words.",
        functions=("daily_living", "ordinary_lives"),
        needs=("shopping", "race_culture"),
        goal=2,
        signed=Signature("coordinator-1"),
    ),
    Note(
        key="ten-message",
        person="ten",
        author="str-worker-3",
        days_ago=16,
        at="16:45",
        minutes=10,
        setting="office",
        mechanism="instant_message",
        narrative="She sent a picture of the finished dish and asked how to write “recipe”. I "
        "wrote back with the word and with the time of the English class. She replied that she "
        "would go if I came the first time.",
        functions=("companionship",),
        needs=("education_training",),
        goal=2,
        signed=Signature("nurse-1", comment="She showed me the messages."),
    ),
    Note(
        key="ten-english",
        person="ten",
        author="str-worker-3",
        days_ago=9,
        at="13:00",
        minutes=100,
        setting="college",
        narrative="English class, first session. She sat beside a woman from the same region and "
        "by the end they were sharing a book. The teacher will hold her place until the fee "
        "waiver comes through. I filled in my part of the waiver and she did hers.",
        functions=("access_to_resources", "ordinary_lives"),
        needs=("education_training", "social_networks"),
        goal=1,
        view="“She has my mother's way of laughing.”",
        signed=Signature("coordinator-1", comment="She told me about it herself."),
    ),
    Note(
        key="ten-cancelled",
        person="ten",
        author="str-worker-3",
        days_ago=2,
        at="15:00",
        minutes=5,
        setting="office",
        mechanism="telephone",
        attendance="cancelled_by_provider",
        narrative="I had to cancel today's visit because I was needed for an urgent visit "
        "elsewhere. Rang her to say so and to apologise, using the telephone interpreting line. "
        "She did not mind and was on her way to meet someone from the class. New time agreed.",
        functions=("companionship",),
        needs=("social_networks",),
        goal=1,
        others_present=("interpreter",),
    ),
    # --- Thirteen: the gym and work (south) -----------------------------------------------------
    Note(
        key="thirteen-gym",
        person="thirteen",
        author="str-worker-9",
        days_ago=37,
        at="10:00",
        minutes=75,
        setting="community",
        narrative="Gym induction on the exercise referral scheme. The instructor showed him the "
        "rowing machine and the bicycle and set a gentle programme. I did it as well, badly, and "
        "that helped him to laugh. Sessions cost £2.50 with the card.",
        functions=("health_promotion", "ordinary_lives"),
        needs=("leisure_exercise", "health_promotion"),
        signed=Signature("nurse-9"),
    ),
    Note(
        key="thirteen-gym-two",
        person="thirteen",
        author="str-worker-9",
        days_ago=30,
        at="10:00",
        minutes=60,
        setting="community",
        narrative="Fourth session at the gym. He had been on his own in between, twice. He is up "
        "to fifteen minutes on the bicycle. He asked about swimming and we picked up the "
        "timetable.",
        functions=("health_promotion", "independent_living"),
        needs=("leisure_exercise",),
        view="“I get out of breath later than I used to.”",
        signed=Signature("nurse-9", comment="His attendance card shows the two visits."),
    ),
    Note(
        key="thirteen-agency",
        person="thirteen",
        author="str-worker-9",
        days_ago=22,
        at="13:30",
        minutes=55,
        setting="community",
        others_present=("agency_worker",),
        narrative="Registered with the employment agency for warehouse work. He explained the "
        "gap in his work history in the two sentences we had prepared. The consultant asked for "
        "his forklift licence, which has lapsed; a refresher takes a day and the scheme may pay "
        "for it.",
        functions=("access_to_resources", "ordinary_lives"),
        needs=("employment",),
        goal=1,
        signed=Signature("nurse-9"),
    ),
    Note(
        key="thirteen-email",
        person="thirteen",
        author="str-worker-9",
        days_ago=13,
        at="16:00",
        minutes=20,
        contact="indirect",
        setting="office",
        mechanism="email",
        narrative="Wrote to the employment scheme, with his agreement and a copy to him, to ask "
        "whether it will pay for the forklift refresher. Gave no details about his health. They "
        "answered the same afternoon with a form for him to sign.",
        functions=("access_to_resources",),
        needs=("employment", "education_training"),
        goal=1,
        signed=Signature("nurse-9", comment="Copy of the message seen."),
    ),
    Note(
        key="thirteen-interview",
        person="thirteen",
        author="str-worker-9",
        days_ago=1,
        at="14:00",
        minutes=40,
        setting="community",
        narrative="Had coffee with him after his interview, as he had asked. He was there in "
        "good time and answered everything. They will let him know by the end of next week. He "
        "said that he will go swimming whatever they say.",
        functions=("ordinary_lives", "companionship"),
        needs=("employment",),
        goal=1,
        view="“A year ago I could not have sat in that chair.”",
    ),
    # --- Fourteen: shopping and debt (south) ----------------------------------------------------
    Note(
        key="fourteen-quiet-hour",
        person="fourteen",
        author="str-worker-9",
        days_ago=36,
        at="09:00",
        minutes=60,
        setting="community",
        narrative="Went to the supermarket in its quiet hour. We stayed near the door for the "
        "first ten minutes. She got six of the eight things on her list and left the freezer "
        "aisle for another day. She paid at the till and not at the machine, because she likes "
        "the cashier.",
        functions=("daily_living", "ordinary_lives"),
        needs=("shopping",),
        money=Money(1463, "Groceries, paid by her in cash", True, "Cashier"),
        signed=Signature("nurse-9"),
    ),
    Note(
        key="fourteen-adviser",
        person="fourteen",
        author="str-worker-9",
        days_ago=28,
        at="13:30",
        minutes=70,
        setting="community",
        others_present=("agency_worker",),
        narrative="Joined her at the debt adviser's. They went through the plan: £5 a week to "
        "each of two catalogues and the interest frozen. She had brought the statements in "
        "order. The adviser will write to the third company, and she knows not to answer its "
        "telephone calls until then.",
        functions=("access_to_resources", "involvement"),
        needs=("financial_awareness", "budgeting"),
        goal=1,
        view="“I have stopped hiding when the telephone rings.”",
        signed=Signature("nurse-9", comment="Plan seen."),
    ),
    Note(
        key="fourteen-freezer",
        person="fourteen",
        author="str-worker-9",
        days_ago=15,
        at="09:00",
        minutes=55,
        setting="community",
        others_present=("family_member",),
        narrative="Supermarket again, this time with her daughter as well. She did the freezer "
        "aisle. Her daughter walked ahead and I walked behind, and half-way round she sent us "
        "both to the café. She came to find us with a full trolley.",
        functions=("daily_living", "independent_living"),
        needs=("shopping",),
        carer_view="Her daughter had not seen her shop alone for four years.",
        signed=Signature("nurse-9"),
    ),
    Note(
        key="fourteen-coffee-morning",
        person="fourteen",
        author="str-worker-9",
        days_ago=7,
        at="11:00",
        minutes=80,
        setting="community",
        narrative="Coffee morning at the library. She talked to two people and won a pot plant "
        "in the raffle. She has asked to help with the raffle next month. I was there for the "
        "first half only, and she went home by herself.",
        functions=("companionship", "ordinary_lives"),
        needs=("social_networks",),
        goal=None,
    ),
    Note(
        key="fourteen-statement",
        person="fourteen",
        author="str-worker-9",
        days_ago=0,
        ended_minutes_ago=30,
        minutes=40,
        narrative="Her new statements show both balances lower, with no interest added. She "
        "ticked them off against the plan on the wall. The third company has agreed to the same "
        "terms. She did her shop alone yesterday and kept the receipt to show me.",
        functions=("independent_living", "practical_support"),
        needs=("financial_awareness", "shopping"),
        goal=1,
    ),
)
