"""The table author × competence × task sign-off × boundary class × concern × policy.

What is asked for, when and why is stated here from the domain text, and not read from the code:
RCN (need is lifted by a sign-off for record keeping and for each delegated task), HB 5.12 (after
training), HB 5.15 (the three classes of boundary activity), domain section 2 (plans say which tasks
they authorise), and the policy's triggers.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notes.policy import (
    DEFAULT,
    Author,
    InForce,
    Plan,
    day_of,
    end_of_working_day,
    judge,
    queried,
    wanting,
    wants_plan,
)
from shared.contracts.notes import BoundaryActivity, Concern, DelegatedTask, Trigger
from tests.support.build import NOW, account, contact

CONCERN = Concern(kind="risk", urgency="routine", description="Not sleeping.")
TASKS = {
    "prompt": ("medication", "plan", None),
    "administer": ("medication", "training", "medicines"),
    "ear drops": ("clinical_treatment", None, None),
    None: ("medication", None, None),
}
"""Each task with its boundary, and what the policy says it needs: nothing said, if it isn't listed.
None: the note doesn't name the task."""
LISTED = tuple(
    DelegatedTask(boundary=boundary, task=task, needs=needs, course=course)  # type: ignore[arg-type]
    for task, (boundary, needs, course) in TASKS.items()
    if needs
)


PLAN_ID, OTHER_ID = UUID(int=1), UUID(int=2)
TODAY = NOW.date()
PROMPTS = frozenset({("medication", "prompt")})
PLAN = Plan(PLAN_ID, "CP-7", PROMPTS, TODAY, TODAY)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    """A cell of the table."""

    registered: bool
    competent: bool
    trained: bool
    signed_off: frozenset[str]
    courses: frozenset[str]
    activities: tuple[BoundaryActivity, ...]
    concern: bool
    triggers: frozenset[str]
    working_days: int
    concern_hours: int
    plans: tuple[Plan, ...]


def _activities(practice: str, task: str | None, authority: str | None) -> BoundaryActivity:
    boundary: Any = TASKS[task][0]
    return BoundaryActivity(
        boundary=boundary,
        practice=practice,  # type: ignore[arg-type]
        task=task if practice == "delegated_task" else None,
        authority=authority,
    )


activities = st.builds(
    _activities,
    practice=st.sampled_from(["contribution", "delegated_task", "outside_role"]),
    task=st.sampled_from(list(TASKS)),
    authority=st.sampled_from([None, "CP-7", " cp-7 ", "CP-8", str(PLAN_ID).upper()]),
)
days = st.integers(-2, 2).map(lambda n: TODAY + timedelta(days=n))
plans = st.builds(
    Plan,
    id=st.sampled_from([PLAN_ID, OTHER_ID]),
    reference=st.sampled_from(["CP-7", "CP-8", "cp-7", None]),
    tasks=st.frozensets(
        st.sampled_from([("medication", "prompt"), ("medication", "administer"),
                         ("clinical_treatment", "prompt")])
    ),
    valid_from=days,
    valid_to=st.none() | days,
)  # fmt: skip
cases = st.builds(
    Case,
    registered=st.booleans(),
    competent=st.booleans(),
    trained=st.booleans(),
    signed_off=st.frozensets(
        st.sampled_from(["prompt", "medication_prompt", "administer", "ear_drops", "supervising"])
    ),
    courses=st.frozensets(st.sampled_from(["medicines", "first_aid"])),
    activities=st.lists(activities, max_size=3).map(tuple),
    concern=st.booleans(),
    triggers=st.frozensets(st.sampled_from(get_args(Trigger))),
    working_days=st.integers(1, 10),
    concern_hours=st.integers(1, 72),
    plans=st.lists(plans, max_size=3).map(tuple),
)


def _judged(case: Case) -> tuple[Any, Any, InForce, Author]:
    policy = InForce(
        7,
        replace(
            DEFAULT.rules,
            countersign_when=tuple(sorted(case.triggers)),  # type: ignore[arg-type]
            countersign_working_days=case.working_days,
            countersign_after_concern_hours=case.concern_hours,
            delegated_tasks=LISTED,
        ),
    )
    keeps_records = frozenset({"record_keeping"})
    author = Author(
        registered=case.registered,
        related=True,
        competences=case.signed_off | (keeps_records if case.competent else frozenset()),
        courses=case.courses | (keeps_records if case.trained else frozenset()),
        plans=case.plans,
    )
    words = account(boundary_activities=case.activities, concern=CONCERN if case.concern else None)
    return judge(policy, author, contact(), words, NOW, NOW), words, policy, author


def lacks_sign_off(case: Case, done: BoundaryActivity) -> bool:
    """A sign-off is for a task that the policy lists, by its name or by its boundary and name."""
    if done.task is None or TASKS[done.task][1] is None:
        return True
    name = done.task.replace(" ", "_")
    return not {name, f"{done.boundary}_{name}"} & case.signed_off


def lacks_authority(case: Case, done: BoundaryActivity) -> bool:
    """A task that the policy lists needs current training, or else a plan that the note names and
    that lists it; the rest can't be delegated."""
    _, needs, course = TASKS[done.task]
    if needs is None:
        return True
    if needs == "training":
        return course not in case.courses
    return not any(allows(plan, done) for plan in case.plans)


def allows(plan: Plan, done: BoundaryActivity) -> bool:
    """Named by its reference or its id, however they are spelt; valid today; and it lists it."""
    named = (done.authority or "").strip().lower()
    if named != str(plan.id) and (plan.reference is None or named != plan.reference.lower()):
        return False
    if plan.valid_from > TODAY or (plan.valid_to or date.max) < TODAY:
        return False
    return (done.boundary, done.task) in plan.tasks


@given(cases)
def test_the_whole_table(case: Case) -> None:
    found, words, policy, author = _judged(case)
    delegated = [each for each in case.activities if each.practice == "delegated_task"]
    outside = [each for each in case.activities if each.practice == "outside_role"]
    unregistered = not case.registered
    unauthorised = [each for each in delegated if unregistered and lacks_authority(case, each)]

    expected = set()
    if unregistered:
        if not case.competent and "no_competence_sign_off" in case.triggers:
            expected.add("no_competence_sign_off")
        if not (case.trained or case.competent) and "no_record_keeping_training" in case.triggers:
            expected.add("no_record_keeping_training")
        if "task_not_signed_off" in case.triggers and any(
            lacks_sign_off(case, each) for each in delegated
        ):
            expected.add("task_not_signed_off")
        if expected or "author_not_registered" in case.triggers:
            expected.add("author_not_registered")
        if case.concern and "concern_raised" in case.triggers:
            expected.add("concern_raised")
    if outside or unauthorised:
        expected.add("outside_role")
    if "always" in case.triggers:
        expected.add("policy")
    if expected and case.concern:
        expected.add("concern_raised")

    requirement = found.countersignature
    assert set(requirement.reasons) == expected
    assert len(requirement.reasons) == len(expected), "each reason once"
    assert requirement.required == bool(expected)
    assert requirement.policy_version == 7
    if not expected:
        assert requirement.due_at is None
    elif case.concern:
        assert requirement.due_at == NOW + timedelta(hours=case.concern_hours)
    else:
        assert requirement.due_at == end_of_working_day(NOW, case.working_days)

    assert found.flags == (("outside_role",) if outside else ())
    assert found.outstanding == (("boundary_authority",) if unauthorised else ())
    on = day_of(contact())
    assert on == TODAY
    assert [(each.boundary, each.why) for each in queried(policy.rules, author, words, on)] == [
        (each.boundary, "outside_role" if each in outside else "authority_missing")
        for each in case.activities
        if each in outside or each in unauthorised
    ]
    assert wants_plan(policy.rules, author, words, on) == any(
        TASKS[each.task][1] == "plan" and each.authority is not None for each in unauthorised
    )
    assert wanting(policy.rules, author, words, on) == (
        bool(unauthorised)
        or bool(expected & {
            "no_competence_sign_off", "task_not_signed_off", "no_record_keeping_training",
        })
    )  # fmt: skip


@given(cases)
def test_a_registered_authors_note_is_asked_for_by_always_or_outside_the_role_alone(
    case: Case,
) -> None:
    found, *_ = _judged(replace(case, registered=True))
    outside = any(each.practice == "outside_role" for each in case.activities)
    assert found.countersignature.required == (outside or "always" in case.triggers)


@given(cases)
def test_nothing_is_asked_for_of_no_triggers_but_what_was_outside_the_role(case: Case) -> None:
    found, *_ = _judged(replace(case, triggers=frozenset()))
    assert set(found.countersignature.reasons) <= {"outside_role", "concern_raised"}


@given(cases)
def test_more_competence_never_asks_for_more(case: Case) -> None:
    found, *_ = _judged(case)
    better, *_ = _judged(
        replace(
            case,
            competent=True,
            trained=True,
            signed_off=frozenset({"prompt", "administer", "ear_drops"}),
            courses=case.courses | {"medicines"},
            plans=(*case.plans, PLAN),
        )
    )
    assert set(better.countersignature.reasons) <= set(found.countersignature.reasons)


COMPETENT = Author(
    registered=False,
    related=True,
    competences=frozenset({"record_keeping", "prompt"}),
    courses=frozenset({"record_keeping"}),
    plans=(PLAN,),
)
PROMPT = BoundaryActivity(
    boundary="medication", practice="delegated_task", task="Prompt", authority="CP-7"
)


@pytest.mark.parametrize(
    ("author", "changes", "reasons"),
    [
        (COMPETENT, {}, ()),
        (COMPETENT, {"boundary_activities": (PROMPT,)}, ()),
        (COMPETENT, {"concern": CONCERN}, ("concern_raised",)),
        (replace(COMPETENT, courses=frozenset()), {}, ()),
        (
            replace(COMPETENT, courses=frozenset(), competences=frozenset()),
            {},
            (
                "author_not_registered",
                "no_competence_sign_off",
                "no_record_keeping_training",
            ),
        ),
        (
            replace(COMPETENT, competences=frozenset({"prompt"})),
            {},
            ("author_not_registered", "no_competence_sign_off"),
        ),
        (
            replace(COMPETENT, competences=frozenset({"record_keeping"})),
            {"boundary_activities": (PROMPT,)},
            ("author_not_registered", "task_not_signed_off"),
        ),
        (
            COMPETENT,
            {"boundary_activities": (replace(PROMPT, authority=None),)},
            ("outside_role",),
        ),
        (
            replace(COMPETENT, plans=()),
            {"boundary_activities": (PROMPT,)},
            ("outside_role",),
        ),
    ],
)
def test_what_the_shipped_policy_asks_for(
    author: Author, changes: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    found = judge(DEFAULT, author, contact(), account(**changes), NOW, NOW)
    assert found.countersignature.reasons == reasons


def test_a_version_is_due_from_when_it_was_made() -> None:
    later = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    unregistered = Author(registered=False, related=True)
    found = judge(DEFAULT, unregistered, contact(), account(), NOW, later)
    assert found.countersignature.due_at == end_of_working_day(later, 3)
