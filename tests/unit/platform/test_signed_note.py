"""Signed notes and checkpoints, against what others published of theirs."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.platform.signed_note import (
    COSIGNATURE,
    DASH,
    TIME_BYTES,
    Checkpoint,
    MalformedNote,
    NotSigned,
    Signer,
    Verifier,
    cosigned,
    joined,
    note,
    opened,
    signature,
    split,
)

# golang.org/x/mod/sumdb/note, its tests
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETERS = (
    f"{DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdn"
    "gotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCHS = (
    f"{DASH} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnW"
    "Lox33WWd1RvMc+QQ=\n"
)
# transparency-dev/formats, its tests: keys of a log and of a witness, and a cosignature
A_LOG = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"
A_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
ITS_TIME = 1727964367
A_COSIGNATURE = (
    "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXO"
    "RmnFBOBA=="
)
ROOT = base64.b64encode(bytes(32)).decode()
# C2SP tlog-cosignature, its example
WITNESSED = f"""example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

{DASH} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
{DASH} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501


def test_a_published_signature_is_made_and_checked_the_same() -> None:
    seed = base64.b64encode(base64.b64decode(PETERS_KEY)[1:]).decode()
    signer = Signer.parse("PeterNeumann", seed)
    assert signer.verifier.vkey == PETER
    assert signer.sign(TEXT) == PETERS
    peter, enoch = Verifier.parse(PETER), Verifier.parse(ENOCH)
    both = note(TEXT, [PETERS, ENOCHS])
    assert opened(both, [peter]) == (TEXT, [peter])
    assert opened(both, [enoch, peter]) == (TEXT, [peter, enoch])
    for signed, trusted in (
        (note(TEXT, [ENOCHS]), peter),
        (note(TEXT, [PETERS.replace("x08go/Z", "x08go/a")]), peter),
        (both.replace("answer", "question"), enoch),
    ):
        with pytest.raises(NotSigned):
            opened(signed, [trusted])


@pytest.mark.parametrize("vkey", [PETER, ENOCH, A_LOG, A_WITNESS])
def test_published_keys(vkey: str) -> None:
    assert Verifier.parse(vkey).vkey == vkey


@pytest.mark.parametrize(
    "vkey",
    [
        "", "PeterNeumann", PETER[:-1], PETER.replace("c74f", "c74e"), PETER.upper(),
        PETER.replace("Peter", "Peter "), PETER.replace("PeterNeumann", ""),
        # its key is too long, or of a kind that isn't known; ids adjusted
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)  # fmt: skip
def test_what_is_no_key(vkey: str) -> None:
    with pytest.raises(MalformedNote):
        Verifier.parse(vkey)


def test_the_example_of_a_witnessed_checkpoint() -> None:
    text, [log, witness] = split(WITNESSED)
    head = Checkpoint.parse(text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text == text
    assert (log.name, log.key_id.hex()) == (head.origin, "033de0ae")
    assert (witness.name, witness.key_id.hex()) == ("witness.example.com/w1", "8d66cf3f")
    assert int.from_bytes(witness.value[:TIME_BYTES]) == 1679315147
    assert cosigned(text, 1679315147).split("\n")[:3] == [
        "cosignature/v1", "time 1679315147", head.origin,
    ]  # fmt: skip
    published = signature(f"{DASH} w {A_COSIGNATURE}\n")
    assert int.from_bytes(published.value[:TIME_BYTES]) == ITS_TIME


def test_a_cosignature_is_over_the_text_and_the_time() -> None:
    witness = Signer.parse("w", base64.b64encode(bytes(range(32))).decode(), COSIGNATURE)
    text = Checkpoint("example.com/log", 7, bytes(32)).text
    line = witness.sign(text, ITS_TIME)
    assert opened(note(text, [line]), [witness.verifier])[1] == [witness.verifier]
    value = bytearray(base64.b64decode(line.split(" ")[2]))
    value[11] ^= 1
    later = f"{DASH} w {base64.b64encode(value).decode()}\n"
    with pytest.raises(NotSigned):
        opened(note(text, [later]), [witness.verifier])


def test_a_note_has_each_signature_once() -> None:
    peters, enochs = note(TEXT, [PETERS]), note(TEXT, [ENOCHS])
    both = note(TEXT, [PETERS, ENOCHS])
    assert joined(peters, enochs) == both
    assert joined(both, enochs) == both
    with pytest.raises(MalformedNote):
        joined(peters, note("Another text.\n", [ENOCHS]))


@pytest.mark.parametrize(
    "broken",
    [
        "", TEXT, f"{TEXT}\n", PETERS, f"{TEXT}{PETERS}", f"{TEXT}\n{PETERS}".rstrip("\n"),
        f"{TEXT}\n{PETERS}x\n", f"{TEXT}\n{PETERS.replace(DASH, '-')}", f"\r\n\n{PETERS}",
        f"{TEXT}\n{DASH} a+b x08go/Y=\n", f"{TEXT}\n{DASH} a x08g\n", f"{TEXT}\n{DASH} a\n",
        f"{TEXT}\n{PETERS * 101}", f"{TEXT}\n{DASH} a !!!!\n",
    ],
)  # fmt: skip
def test_what_is_no_note(broken: str) -> None:
    with pytest.raises(MalformedNote):
        split(broken)


@pytest.mark.parametrize(
    "text",
    ["", "a\n", f"a\n{'9' * 5000}\n{ROOT}\n", "a\n1\n", "a\n1\n\n",
     "a\n01\nAA==\n", "a\n1\nAA==\n", "a\n-1\nx\n", "a\n٣\nx\n",
     WITNESSED.split("\n\n")[0], f"\n1\n{ROOT}\n"],
)  # fmt: skip
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)


@given(st.text())
def test_anything_else_is_refused_and_nothing_breaks(anything: str) -> None:
    for read in (split, Checkpoint.parse, Verifier.parse, signature):
        try:
            read(anything)
        except MalformedNote:
            continue
        raise AssertionError(read)
