"""Builders of what is kept about a person: one of each kind, sensible by default."""

from datetime import timedelta
from typing import Any

from services.referrals.domain import Carer, Goal, Kept, Plan, SharingPreference, VisitAlert
from shared.contracts import referrals as contract
from shared.contracts.referrals import AuthorisedTask
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

NURSE = Actor("nurse-1", "Nurse 1", "registered_practitioner")
WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")
TODAY, DAY = NOW.date(), timedelta(days=1)
LATER = NOW + 30 * DAY
PROMPT = AuthorisedTask(boundary="medication", task="prompt")
ABOUT: dict[str, Any] = {"service_user_id": SERVICE_USER, "team_id": "north-cmht"}


def plan(**changes: Any) -> Plan:
    terms = {
        "plan_kind": "care_plan",
        "reference": "CP-7",
        "tasks": (PROMPT,),
        "valid_from": TODAY,
        "valid_to": None,
        "review_due": TODAY + 90 * DAY,
        "carer_involved": True,
        "agreed_with": ("Service user",),
        "own_words": "I want to keep my flat.",
        **changes,
    }
    return Plan.record(NURSE, NOW, new_id(), **ABOUT, **terms)


def goal() -> Goal:
    return Goal.record(
        WORKER, NOW, new_id(), **ABOUT, plan_id=None, need="housing", target_on=None,
        goal="Pay the rent on time",
    )  # fmt: skip


def carer(**changes: Any) -> Carer:
    who = contract.Carer(name="A sister", relationship="Sister", telephone="01632 960001")
    said = {"carer": who, "in_confidence": "Is worn out.", **changes}
    return Carer.record(WORKER, NOW, new_id(), **ABOUT, **said)


def preference() -> SharingPreference:
    return SharingPreference.record(
        WORKER, NOW, new_id(), **ABOUT, recipient="gp", carer_id=None, may_share="some",
        review_due=None, own_words="Not about my job.",
    )  # fmt: skip


def alert() -> VisitAlert:
    return VisitAlert.record(
        WORKER, NOW, new_id(), **ABOUT, review_due=TODAY + 30 * DAY, risk="animals",
        instructions="Ring first, so that the dog is put away.",
    )  # fmt: skip


def changed() -> list[Kept]:
    """One of each kind, with all that can be said of it."""
    of_plan, of_goal, of_carer, of_alert = plan(), goal(), carer(), alert()
    of_plan.review(NURSE, LATER, "continued", {}, "Going well.")
    of_goal.record_progress(WORKER, LATER, "achieved", "Paid.", "No arrears.")
    of_carer.update(WORKER, LATER, {"email": "sister@example.org", "next_of_kin": True})
    of_alert.review(NURSE, LATER, "kept", TODAY + 99 * DAY, None, "The dog is still there.")
    return [of_plan, of_goal, of_carer, preference(), of_alert]
