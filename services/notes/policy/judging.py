"""What a team's rules say of a version of a note: pure functions of policy and facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.notes.policy.author import RECORD_KEEPING, Author
from services.notes.policy.boundaries import queried, unsigned
from services.notes.policy.calendar import end_of_working_day
from services.notes.policy.rules import InForce
from shared.contracts.notes import (
    Account,
    Alert,
    Contact,
    Flag,
    Outstanding,
    QueriedActivity,
    Reason,
    RecordKeepingRules,
    Requirement,
)
from shared.kernel.days import local_day
from shared.kernel.errors import Malformed
from shared.kernel.times import FUTURE_ALLOWED

PRACTITIONERS = frozenset({"registered_practitioner", "care_coordinator"})
"""Roles whose holders are expected to be in the register with a registration."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What policy says of a version of a note. Nothing that happened is refused: it is flagged."""

    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: Requirement


@dataclass(frozen=True, slots=True)
class Before:
    """The version that an amendment replaces, and what was judged of it.

    `policy` was in force when the note was first recorded. `concern`: one was raised with this or
    an earlier version.
    """

    policy: InForce
    contact: Contact
    account: Account
    judgement: Judgement
    concern: bool


def refuse_future_alerts(alerted: Iterable[Alert], now: datetime, pointer: str) -> None:
    """Nobody was told of a concern yet to come."""
    if any(each.at > now + FUTURE_ALLOWED for each in alerted):
        raise Malformed("an alert is in the future", pointer)


def judge(
    policy: InForce,
    author: Author,
    contact: Contact,
    account: Account,
    recorded_at: datetime,
    at: datetime,
    before: Before | None = None,
    *,
    after_death: bool = False,
) -> Judgement:
    """Flags, what is outstanding, and whether a countersignature is due (NMC 10.1, HB 5.15, RCN).

    `recorded_at` is when the note was first recorded, `at` when this version was, `policy` what is
    in force at that moment, `after_death` what `is_after_death` said. What was once late, outside
    the role or a concern stays so, whatever an amendment says; what an amendment leaves as it was
    isn't judged again.
    """
    late = _late(policy, contact, recorded_at, before)
    outside = any(each.practice == "outside_role" for each in account.boundary_activities) or (
        before is not None and "outside_role" in before.judgement.flags
    )
    unsupported, unanswered = _authority(policy.rules, author, contact, account, before)
    concern = account.concern is not None or (before is not None and before.concern)
    reasons = tuple(
        _reasons(
            policy.rules,
            author,
            account,
            outside=outside or unsupported,
            concern=concern,
        )
    )
    flags: list[Flag] = []
    if late:
        flags.append("late")
    if not author.related:
        flags.append("no_relationship")
    if outside:
        flags.append("outside_role")
    if after_death:
        flags.append("after_death")
    outstanding: list[Outstanding] = []
    if late and not account.late_entry_reason:
        outstanding.append("late_entry_reason")
    if unanswered:
        outstanding.append("boundary_authority")
    return Judgement(
        flags=tuple(flags),
        outstanding=tuple(outstanding),
        countersignature=Requirement(
            required=bool(reasons),
            due_at=_due(policy.rules, at, concern=concern) if reasons else None,
            policy_version=policy.policy_version,
            reasons=reasons,
        ),
    )


def day_of(contact: Contact) -> date:
    """The day of a contact, as people in England keep it."""
    return local_day(contact.occurred_at)


def wanting(rules: RecordKeepingRules, author: Author, account: Account, on: date) -> bool:
    """Whether it is for want of a sign-off, of training or of a plan that an account of a day is
    to be signed."""
    return _unauthorised(rules, author, account, on) or any(_incompetence(rules, author, account))


def newly_queried(
    rules: RecordKeepingRules, author: Author, contact: Contact, account: Account, before: Before
) -> tuple[QueriedActivity, ...]:
    """What an amendment asks of the manager beyond what was asked of the version before.

    Activities that are as they were ask nothing anew, on whatever day they are said to have been.
    """
    if account.boundary_activities == before.account.boundary_activities:
        return ()
    asked: tuple[QueriedActivity, ...] = ()
    if "outside_role" in before.judgement.countersignature.reasons:
        asked = queried(rules, author, before.account, day_of(before.contact))
    now = queried(rules, author, account, day_of(contact))
    return tuple(each for each in now if each not in asked)


def _late(policy: InForce, contact: Contact, recorded_at: datetime, before: Before | None) -> bool:
    """By the policy of when the note was first recorded: nothing applies backwards."""
    if before is None:
        return _past_limit(policy, contact, recorded_at)
    if "late" in before.judgement.flags or contact.occurred_at == before.contact.occurred_at:
        return "late" in before.judgement.flags
    return _past_limit(before.policy, contact, recorded_at)


def _past_limit(policy: InForce, contact: Contact, recorded_at: datetime) -> bool:
    limit = timedelta(hours=policy.rules.late_after_hours)
    return recorded_at - contact.occurred_at > limit


def _authority(
    rules: RecordKeepingRules,
    author: Author,
    contact: Contact,
    account: Account,
    before: Before | None,
) -> tuple[bool, bool]:
    """Whether a delegated task was without authority, and whether that waits for an answer."""
    if before and account.boundary_activities == before.account.boundary_activities:
        judged = before.judgement
        asked = "outside_role" in judged.countersignature.reasons and not author.registered
        return asked, "boundary_authority" in judged.outstanding
    missing = _unauthorised(rules, author, account, day_of(contact))
    return missing, missing


def _unauthorised(rules: RecordKeepingRules, author: Author, account: Account, on: date) -> bool:
    asked = queried(rules, author, account, on)
    return any(each.why == "authority_missing" for each in asked)


def _reasons(
    rules: RecordKeepingRules, author: Author, account: Account, *, outside: bool, concern: bool
) -> Iterator[Reason]:
    """Why a countersignature is asked for, in the contract's order; nothing if none is."""
    asked = list(_incompetence(rules, author, account))
    by_all = "author_not_registered" in rules.countersign_when and not author.registered
    if asked or by_all:
        yield "author_not_registered"
    yield from asked
    if outside:
        yield "outside_role"
    always = "always" in rules.countersign_when
    by_concern = "concern_raised" in rules.countersign_when and not author.registered
    # Whatever else asks, a concern is why it is due so soon.
    if concern and (asked or by_all or outside or always or by_concern):
        yield "concern_raised"
    if always:
        yield "policy"


def _incompetence(rules: RecordKeepingRules, author: Author, account: Account) -> Iterator[Reason]:
    """What an unregistered author lacks, of what the rules ask for.

    Whoever signed them off for record keeping saw to the training (domain, section 3: need is
    lifted by a current sign-off).
    """
    if author.registered:
        return
    lacking: dict[Reason, bool] = {
        "no_competence_sign_off": RECORD_KEEPING not in author.competences,
        "task_not_signed_off": bool(unsigned(rules, author, account)),
        "no_record_keeping_training": RECORD_KEEPING not in author.courses | author.competences,
    }
    for reason, lacks in lacking.items():
        if lacks and reason in rules.countersign_when:
            yield reason


def _due(rules: RecordKeepingRules, at: datetime, *, concern: bool) -> datetime:
    if concern:
        return at + timedelta(hours=rules.countersign_after_concern_hours)
    return end_of_working_day(at, rules.countersign_working_days)
