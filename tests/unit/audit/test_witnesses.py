"""What a witness's answer means, and what is published then."""

import pytest

from services.audit.application.witnesses import parse
from services.audit.policy import Verdict, after, may_publish, verdict
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import COSIGNATURE, Signer
from tests.support.tlog import SEED

OLD, SIZE, TREE = 5, 9, 12


@pytest.mark.parametrize(
    ("status", "known", "found"),
    [
        (200, None, Verdict.COSIGNED),
        (422, None, Verdict.CONTRADICTS),
        (409, TREE + 1, Verdict.CONTRADICTS),
        (409, TREE, Verdict.AHEAD),
        (409, SIZE + 1, Verdict.AHEAD),
        (409, SIZE, Verdict.ASK_AGAIN),
        (409, 7, Verdict.ASK_AGAIN),
        (409, 3, Verdict.ASK_AGAIN),
        (409, 0, Verdict.ASK_AGAIN),
        (403, None, Verdict.REFUSES),
        (404, None, Verdict.REFUSES),
        (400, None, Verdict.REFUSES),
        (302, None, Verdict.REFUSES),
        (500, None, Verdict.AWAY),
        (503, None, Verdict.AWAY),
        (429, None, Verdict.AWAY),
        (408, None, Verdict.AWAY),
    ],
)
def test_what_an_answer_means(status: int, known: int | None, found: Verdict) -> None:
    assert verdict(status, known, old=OLD, size=SIZE, tree=TREE) is found


def test_a_conflict_about_the_very_size_that_was_proved_from_is_another_root() -> None:
    assert verdict(409, SIZE, old=SIZE, size=SIZE, tree=TREE) is Verdict.CONTRADICTS


@pytest.mark.parametrize(
    ("others", "published"),
    [
        ([], True),
        ([Verdict.AWAY, Verdict.REFUSES], True),
        ([Verdict.CONTRADICTS], False),
        ([Verdict.AHEAD], False),
    ],
)
def test_who_holds_a_checkpoint_up(others: list[Verdict], published: bool) -> None:
    assert may_publish([Verdict.COSIGNED, *others]) is published


def test_silence_takes_no_contradiction_back() -> None:
    for now in Verdict:
        stands = now if now is Verdict.COSIGNED else Verdict.CONTRADICTS
        assert after(Verdict.CONTRADICTS, now) is stands
        for last in (None, Verdict.COSIGNED, Verdict.AWAY, Verdict.REFUSES):
            assert after(last, now) is now


VKEY = Signer.parse("witness.example/care", SEED, COSIGNATURE).verifier.vkey


def test_witnesses_are_lines() -> None:
    [first, second] = parse(f"\n{VKEY} https://a.example/w/\n {OTHER}  http://b.example:8106\n")
    assert (first.verifier.name, first.url) == ("witness.example/care", "https://a.example/w")
    assert second.url == "http://b.example:8106"
    assert parse("") == ()


OTHER = Signer.parse("other.example", SEED, COSIGNATURE).verifier.vkey


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (VKEY, "line 1: its address"),
        (f"{VKEY} ftp://a.example", "line 1: its address"),
        (f"{VKEY} a.example", "line 1: its address"),
        (f"{VKEY} http://", "line 1: its address"),
        (f"\n{VKEY[:-4]} http://a.example", "line 2: not base64"),
        (f"{Signer.parse('log', SEED).verifier.vkey} http://a", "line 1: its key is not of a wit"),
        (f"{VKEY} http://a\n{VKEY} http://b", "one of them is there twice"),
    ],
)
def test_what_is_malformed_is_named(lines: str, said: str) -> None:
    with pytest.raises(MalformedSetting) as malformed:
        parse(lines)
    assert str(malformed.value).startswith(said)
    assert malformed.value.setting == "witnesses"
