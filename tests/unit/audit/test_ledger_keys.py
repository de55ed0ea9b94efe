"""The keys that sign the ledger: read at start, under a name for each shard."""

import base64

import pytest

from services.audit.application import LedgerKeys
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import opened

SEEDS = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
ORIGIN = "ledger.example/v1/audit/ledger"


def test_all_keys_sign_and_a_shard_is_in_their_names() -> None:
    keys = LedgerKeys.parse(ORIGIN, "\n".join([*SEEDS, ""]))
    signed = keys.note("2026", 7, bytes(32))
    assert signed == keys.note("2026", 7, bytes(32)), "the same tree has the same bytes"
    trusted = [each.verifier for each in keys.signers("2026")]
    assert [each.name for each in trusted] == [f"{ORIGIN}/2026"] * 2
    for one in trusted:
        assert opened(signed, [one])[1] == [one]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("", "no key"),
        ("\n \n", "no key"),
        (f"{SEEDS[0]}\n{SEEDS[0]}", "twice"),
        (f"{SEEDS[0]}\nno-base64-at-all", "line 2"),
        (f"{SEEDS[0][:-4]}", "line 1: not base64 of 32 bytes"),
    ],
)
def test_keys_that_cannot_be_read_are_refused_without_what_is_in_them(lines: str, why: str) -> None:
    with pytest.raises(MalformedSetting, match=why) as refused:
        LedgerKeys.parse(ORIGIN, lines)
    assert refused.value.setting == "ledger_keys"
    assert not any(line and line in str(refused.value) for line in lines.split())
