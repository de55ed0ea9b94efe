"""A note: given events, when a command, then events or a refusal."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notes import policy
from services.notes.domain import (
    AlreadyCountersigned,
    BasisNotAllowed,
    BodyNotAccepted,
    CountersignatureNotRequired,
    DigestMismatch,
    NotAuthor,
    Note,
    NothingChanged,
    NotPresent,
    NotRegistered,
    OwnNote,
    Status,
    digest,
)
from shared.kernel.actor import Actor
from shared.kernel.errors import Refusal
from tests.support.build import NOW, NURSE, WORKER, account, contact, note

OT = replace(NURSE, staff_id="ot-1")
RULES = policy.DEFAULT.rules


def _sign(made: Note, by: Actor = NURSE, **changes: Any) -> None:
    request = {"basis": "validated", "digest": made.digest, "comment": None, **changes}
    made.countersign(by, NOW, **{"rules": RULES, **request})


def _amend(made: Note, by: Actor = WORKER, **changes: Any) -> None:
    words = account(**changes)
    judgement = policy.judge(policy.DEFAULT, policy.Author(False, True), contact(), words, NOW, NOW)
    made.amend(by, NOW, contact(), words, "Left something out.", "salt", judgement)


def test_recording_is_one_event_that_says_it_all() -> None:
    made = note()
    [event] = made.pending_events
    assert isinstance(event, Note.Recorded)
    assert event.actor == WORKER
    assert event.timestamp == NOW
    assert event.digest == made.digest
    assert (made.status, made.version) == (Status.AWAITING, 1)


def test_a_registered_author_needs_no_one_elses_signature() -> None:
    made = note(NURSE)
    assert made.status is Status.COMPLETE
    with pytest.raises(CountersignatureNotRequired):
        _sign(made, OT)


def test_countersigning_binds_to_the_version() -> None:
    made = note()
    _sign(made, comment="Checked with him.")
    assert made.status is Status.COUNTERSIGNED
    assert made.signed
    assert made.signed["digest"] == made.digest
    assert made.signed["by"] == NURSE
    assert made.author == WORKER, "the signer never becomes the author"


@pytest.mark.parametrize(
    ("refusal", "by", "changes"),
    [
        (OwnNote, WORKER, {}),
        (NotRegistered, replace(WORKER, staff_id="str-worker-3"), {}),
        (DigestMismatch, NURSE, {"digest": "0" * 64}),
        (NotPresent, NURSE, {"basis": "witnessed"}),
        (BasisNotAllowed, NURSE, {"basis": "reviewed"}),
        (BodyNotAccepted, NURSE, {"rules": replace(RULES, countersign_bodies=("HCPC",))}),
    ],
)
def test_who_and_what_does_not_countersign(
    refusal: type[Refusal], by: Actor, changes: dict[str, Any]
) -> None:
    made = note()
    made.collect_events()
    with pytest.raises(refusal):
        _sign(made, by, **changes)
    assert made.pending_events == []
    assert made.status is Status.AWAITING


def test_even_a_registered_author_does_not_sign_their_own() -> None:
    with pytest.raises(OwnNote):
        _sign(note(NURSE))


def test_a_witness_was_among_the_staff_present() -> None:
    made = note(contact_=contact(staff_present=("nurse-1",)))
    _sign(made, basis="witnessed")
    assert made.status is Status.COUNTERSIGNED


def test_a_team_may_accept_signatures_on_the_record_alone() -> None:
    made = note()
    _sign(made, basis="reviewed", rules=replace(RULES, countersign_bases=("reviewed",)))
    assert made.status is Status.COUNTERSIGNED


def test_a_version_is_signed_once() -> None:
    made = note()
    _sign(made)
    with pytest.raises(AlreadyCountersigned):
        _sign(made, OT)


def test_an_amendment_keeps_the_old_signature_on_the_old_version() -> None:
    made = note()
    _sign(made)
    first = made.digest
    _amend(made, narrative="Cooked a meal together and washed up.")
    assert made.version == 3
    assert made.status is Status.AWAITING
    assert made.signed is None
    [entry] = made.amendments
    assert entry["version"] == 3
    assert entry["changed"] == ("narrative",)
    assert entry["replaced_digest"] == first
    assert entry["replaced_signature"]["by"] == NURSE
    _sign(made, OT)
    assert made.signed


def test_a_signature_can_be_checked_against_the_version_it_was_given_for() -> None:
    made = note()
    _sign(made)
    _amend(made, narrative="Cooked a meal together and washed up.")
    then: Any = None
    for event in made.collect_events()[:2]:
        then = event.mutate(then)
    assert then.status is Status.COUNTERSIGNED
    assert digest(then.contact, then.account, then.salt) == then.signed["digest"]
    assert digest(made.contact, made.account, made.salt) == made.digest != then.digest


def test_only_the_author_amends_and_only_what_differs() -> None:
    made = note()
    with pytest.raises(NotAuthor):
        _amend(made, NURSE, narrative="Something else.")
    with pytest.raises(NothingChanged):
        _amend(made)
    assert made.version == 1


def test_the_digest_covers_every_word_and_the_salt() -> None:
    base = digest(contact(), account(), "salt")
    assert digest(contact(), account(), "salt") == base
    assert digest(contact(), account(narrative="Cooked a meal together!"), "salt") != base
    assert digest(contact(setting="community"), account(), "salt") != base
    assert digest(contact(occurred_at=NOW), account(), "salt") != base
    assert digest(contact(), account(), "pepper") != base


def test_replay_gives_the_same_note() -> None:
    made = note()
    _sign(made)
    _amend(made, narrative="Cooked a meal together and washed up.")
    again: Any = None
    for event in made.collect_events():
        again = event.mutate(again)
    assert again == made


def test_a_rule_tightened_later_does_not_break_old_streams() -> None:
    """Applying checks nothing: an event of a time when anyone signed is still applied."""
    made = note()
    made._countersigned(
        actor=WORKER, timestamp=NOW + timedelta(1), basis="reviewed", digest="x", comment=None
    )
    assert made.status is Status.COUNTERSIGNED
