"""A team's policy: given versions, when a draft or a decision, then events or a refusal."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.notes.domain import RecordKeepingPolicy
from services.notes.policy import DEFAULT, TRUST_FLOOR
from shared.contracts.notes import RecordKeepingRules
from shared.kernel import team_policy
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed, Refusal
from shared.kernel.team_policy import (
    BelowTrustFloor,
    EffectiveInThePast,
    LooseningNeedsCommittee,
    NoProposal,
    NothingChanged,
    OwnProposal,
    ends,
    in_force,
    refuse_review,
    version_at,
)
from tests.support.build import NOW

Draft = team_policy.Draft[RecordKeepingRules]
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
DAY = timedelta(days=1)
STRICTER = replace(DEFAULT.rules, late_after_hours=12)
LOOSER = replace(DEFAULT.rules, late_after_hours=48)
COMMITTEE: dict[str, Any] = {
    "committee_reference": "RKC 2026/11",
    "review_on": date(2027, 5, 31),
}


def begun(draft: Draft, at: datetime = NOW) -> RecordKeepingPolicy:
    return RecordKeepingPolicy.begin_with(MANAGER, at, "north-cmht", draft, TRUST_FLOOR)


def put(policy: RecordKeepingPolicy, draft: Draft, at: datetime = NOW) -> None:
    policy.replace(MANAGER, at, draft, TRUST_FLOOR)


def approve(policy: RecordKeepingPolicy, at: datetime = NOW, by: Actor = LEAD) -> None:
    policy.approve(by, at, None, TRUST_FLOOR)


def held(policy: RecordKeepingPolicy, at: datetime) -> int:
    return in_force(policy.versions, at, DEFAULT).policy_version


def test_what_is_not_looser_is_in_force_at_once() -> None:
    policy = begun(Draft(rules=STRICTER))
    [event] = policy.pending_events
    assert isinstance(event, RecordKeepingPolicy.Published)
    assert (event.policy_version, event.proposed_by, event.approved_by) == (2, "manager-1", None)
    assert (event.loosened, event.effective_from) == ((), NOW)
    assert (policy.version, policy.proposal) == (1, None)
    assert held(policy, NOW) == 2
    assert held(policy, NOW - DAY) == DEFAULT.policy_version, "nothing applies backwards"
    assert policy.resource_id == policy.subject == policy.team_id == "north-cmht"


def test_what_loosens_waits_for_a_second_person() -> None:
    policy = begun(Draft(rules=LOOSER, **COMMITTEE))
    [event] = policy.pending_events
    assert isinstance(event, RecordKeepingPolicy.Proposed)
    assert event.loosened == ("late_after_hours",)
    assert held(policy, NOW) == 1
    approve(policy, NOW + DAY)
    [version] = policy.versions
    assert (version.proposed_by, version.approved_by) == ("manager-1", "ig-lead-1")
    assert version.committee_reference == "RKC 2026/11"
    assert version.effective_from == NOW + DAY, "from its approval, as it came too late"
    assert (policy.version, policy.proposal) == (2, None)
    with pytest.raises(NoProposal):
        approve(policy)


def test_what_is_approved_in_time_takes_effect_when_it_was_to() -> None:
    policy = begun(Draft(rules=LOOSER, effective_from=NOW + 7 * DAY, **COMMITTEE))
    approve(policy, NOW + DAY)
    assert held(policy, NOW + 6 * DAY) == 1
    assert held(policy, NOW + 7 * DAY) == 2


def test_what_is_declined_changes_nothing() -> None:
    policy = begun(Draft(rules=LOOSER, **COMMITTEE))
    policy.decline(LEAD, NOW, "Two days are too long to remember.")
    assert (policy.proposal, policy.versions, policy.version) == (None, (), 2)
    with pytest.raises(NoProposal):
        policy.decline(LEAD, NOW, "Again.")


@pytest.mark.parametrize(
    ("draft", "refusal", "names"),
    [
        (Draft(rules=LOOSER), LooseningNeedsCommittee, ("late_after_hours",)),
        (
            Draft(rules=LOOSER, committee_reference="RKC 2026/11"),
            LooseningNeedsCommittee,
            ("late_after_hours",),
        ),
        (
            Draft(rules=LOOSER, review_on=date(2027, 5, 31)),
            LooseningNeedsCommittee,
            ("late_after_hours",),
        ),
        (
            Draft(rules=replace(LOOSER, late_after_hours=73, countersign_when=()), **COMMITTEE),
            BelowTrustFloor,
            ("late_after_hours", "countersign_when"),
        ),
        (Draft(rules=STRICTER, effective_from=NOW - DAY), EffectiveInThePast, None),
        (Draft(rules=DEFAULT.rules), NothingChanged, None),
    ],
)
def test_what_is_refused(
    draft: Draft, refusal: type[Refusal], names: tuple[str, ...] | None
) -> None:
    with pytest.raises(refusal) as refused:
        begun(draft)
    assert refused.value.members.get("loosened") == names
    policy = begun(Draft(rules=replace(DEFAULT.rules, escalate_every_minutes=30)))
    policy.collect_events()
    if refusal is not NothingChanged:
        with pytest.raises(refusal):
            put(policy, draft)
        assert policy.pending_events == []


def test_nobody_decides_on_their_own_proposal() -> None:
    policy = begun(Draft(rules=LOOSER, **COMMITTEE))
    with pytest.raises(OwnProposal):
        policy.refuse_proposer(MANAGER)
    with pytest.raises(OwnProposal):
        approve(policy, by=MANAGER)
    with pytest.raises(OwnProposal):
        policy.decline(MANAGER, NOW, "On second thoughts.")
    assert policy.version == 1


def test_a_draft_takes_the_place_of_what_is_proposed() -> None:
    policy = begun(Draft(rules=LOOSER, **COMMITTEE))
    put(policy, Draft(rules=replace(LOOSER, late_after_hours=36), **COMMITTEE))
    assert policy.proposal
    assert policy.proposal["rules"].late_after_hours == 36
    put(policy, Draft(rules=STRICTER))
    assert policy.proposal is None
    assert held(policy, NOW) == 2


def test_looser_is_looser_than_what_is_in_force_when_it_begins() -> None:
    policy = begun(Draft(rules=STRICTER, effective_from=NOW + 7 * DAY))
    between = replace(DEFAULT.rules, late_after_hours=18)
    put(policy, Draft(rules=between, effective_from=NOW + DAY))
    assert [each.policy_version for each in policy.versions] == [2, 3]
    with pytest.raises(LooseningNeedsCommittee):
        put(policy, Draft(rules=between, effective_from=NOW + 7 * DAY))
    with pytest.raises(NothingChanged):
        put(policy, Draft(rules=STRICTER, effective_from=NOW + 8 * DAY))
    assert [held(policy, NOW + days * DAY) for days in (0, 1, 6, 7, 30)] == [1, 3, 3, 2, 2]
    assert ends(policy.versions) == {3: NOW + 7 * DAY, 2: None}


def test_of_two_that_begin_at_once_the_later_published_counts() -> None:
    policy = begun(Draft(rules=STRICTER, effective_from=NOW + DAY))
    put(policy, Draft(rules=replace(STRICTER, late_after_hours=6), effective_from=NOW + DAY))
    assert held(policy, NOW + DAY) == 3
    assert ends(policy.versions) == {2: NOW + DAY, 3: None}
    found = version_at(policy.versions, NOW + DAY)
    assert found
    assert found.rules.late_after_hours == 6


def test_a_floor_that_was_raised_meanwhile_stops_an_approval() -> None:
    policy = begun(Draft(rules=LOOSER, **COMMITTEE))
    with pytest.raises(BelowTrustFloor):
        policy.approve(LEAD, NOW, None, replace(TRUST_FLOOR, late_after_hours=24))
    assert policy.proposal


def test_what_is_loosened_is_said_as_it_is_when_it_takes_effect() -> None:
    """A stricter version has come into force between proposal and approval."""
    strict = replace(DEFAULT.rules, countersign_working_days=1)
    policy = begun(Draft(rules=strict, effective_from=NOW + 2 * DAY))
    put(policy, Draft(rules=LOOSER, effective_from=NOW + DAY, **COMMITTEE))
    assert policy.proposal
    assert policy.proposal["loosened"] == ("late_after_hours",)
    approve(policy, NOW + 3 * DAY)
    assert policy.versions[-1].loosened == ("late_after_hours", "countersign_working_days")


def test_it_is_reviewed_after_it_has_begun() -> None:
    refuse_review(Draft(rules=LOOSER, **COMMITTEE), NOW)
    for draft in (
        Draft(rules=LOOSER, review_on=NOW.date()),
        Draft(rules=LOOSER, review_on=NOW.date() + DAY, effective_from=NOW + DAY),
    ):
        with pytest.raises(Malformed) as refused:
            refuse_review(draft, NOW)
        assert refused.value.pointer == "#/review_on"


def test_replay_gives_the_same_policy() -> None:
    policy = begun(Draft(rules=LOOSER, **COMMITTEE))
    policy.decline(LEAD, NOW, "Not so long.")
    put(policy, Draft(rules=STRICTER))
    put(policy, Draft(rules=LOOSER, **COMMITTEE))
    approve(policy, NOW + DAY)
    again: Any = None
    for event in policy.collect_events():
        again = event.mutate(again)
    assert again == policy
    assert [each.policy_version for each in again.versions] == [2, 3]
