"""C2SP `tlog-witness`, `add-checkpoint`: each answer, and that none is given before it is kept."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from unittest import mock

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.witness import WitnessSettings, create_app
from countersign.witness import files as files_module
from countersign.witness.files import CannotKeep, Files
from countersign.witness.logs import Logs
from countersign.witness.protocol import Answer, Witness
from shared.platform.signed_note import COSIGNATURE, Checkpoint, Signer, note, opened, split
from shared.platform.tlog_witness import MOST_HASHES, SIZE_TYPE, Submission
from tests.support.tlog import ORIGIN, SEED, MemoryLog, leaves

NAME = "witness.example/care"
SIGNER = Signer.parse(NAME, base64.b64encode(bytes(32)).decode(), COSIGNATURE)
NOW = 1_780_000_000
LOG = MemoryLog(leaves(300))
FORKED = MemoryLog(leaves(300, _3="something else"))


class Kept:
    """A witness on a directory; `again` is another process on it, after this one ended."""

    def __init__(self, directory: Path, known: str = f"{ORIGIN} {LOG.public_key}") -> None:
        self._directory, self._known = directory, known
        self.files = Files(directory)
        self.witness = Witness(SIGNER, Logs.parse(known), self.files, lambda: NOW)

    def add(self, log: MemoryLog, old: int, size: int) -> Answer:
        return self.witness.add_checkpoint(log.submission(old, size))

    def again(self) -> "Kept":
        self.files.close()
        return Kept(self._directory, self._known)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    found = Kept(tmp_path / "witness")
    yield found
    found.files.close()


def size_kept(kept: Kept, origin: str = LOG.origin) -> int | None:
    latest = kept.files.latest(origin)
    return Checkpoint.parse(split(latest)[0]).size if latest else None


def test_a_tree_that_grew_is_cosigned(kept: Kept) -> None:
    for old, size in ((0, 1), (1, 5), (5, 5), (5, 256), (256, 300)):
        answer = kept.add(LOG, old, size)
        assert answer.status == 200
        text, by = opened(LOG.note(size) + answer.body, [SIGNER.verifier])
        assert text == LOG.checkpoint(size).text
        assert by == [SIGNER.verifier]
        assert int.from_bytes(split(f"x\n\n{answer.body}")[1][0].value[:8]) == NOW
        assert size_kept(kept) == size


def test_the_empty_tree_is_a_tree(kept: Kept) -> None:
    assert kept.add(LOG, 0, 0).status == 200
    other = note(text := replace(LOG.checkpoint(0), root=bytes(32)).text, [LOG.signer.sign(text)])
    refused = kept.witness.add_checkpoint(Submission(0, (), other).body)
    assert (refused.status, refused.body) == (409, "0\n")
    assert kept.add(LOG, 0, 7).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"old 0\n",
        b"old 0\n\n",
        b"old 0\n\nonly a text\n",
        b"old 00\n\n" + LOG.note(1).encode(),
        b"old -1\n\n" + LOG.note(1).encode(),
        b"old 1 \n\n" + LOG.note(1).encode(),
        "old \N{ARABIC-INDIC DIGIT ONE}\n\n".encode() + LOG.note(1).encode(),
        b"size 0\n\n" + LOG.note(1).encode(),
        b"old 1\n????\n\n" + LOG.note(2).encode(),
        b"old 1\nAAAA\n\n" + LOG.note(2).encode(),
        b"old 1\r\n\r\n" + LOG.note(2).encode(),
        Submission(1, (bytes(32),) * (MOST_HASHES + 1), LOG.note(2)).body,
        b"old 0\n\n" + LOG.note(10).replace("\n10\n", "\n010\n").encode(),
        b"old 0\n\n" + LOG.note(10).replace("\n10\n", f"\n{'9' * 5000}\n").encode(),
    ],
)
def test_what_is_malformed_is_400(kept: Kept, body: bytes) -> None:
    assert kept.witness.add_checkpoint(body).status == 400
    assert size_kept(kept) is None


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_no_body_is_answered_with_anything_else(body: bytes) -> None:
    witness = Witness(SIGNER, Logs.parse(f"{ORIGIN} {LOG.public_key}"), mock.Mock(), lambda: NOW)
    assert witness.add_checkpoint(body).status == 400
    assert witness.add_checkpoint(b"old 0\n\n" + body).status == 400


def test_an_old_size_beyond_the_checkpoint_is_400(kept: Kept) -> None:
    kept.add(LOG, 0, 5)
    assert kept.witness.add_checkpoint(Submission(5, (), LOG.note(4)).body).status == 400
    assert size_kept(kept) == 5


@pytest.mark.parametrize(
    "origin",
    ["other.example/ledger", f"{ORIGIN}x", f"{ORIGIN}/", f"{ORIGIN}/26", f"{ORIGIN}/2026/2026",
     f"{ORIGIN}/year", ORIGIN.removesuffix("/ledger")],
)  # fmt: skip
def test_an_origin_that_is_not_known_is_404(kept: Kept, origin: str) -> None:
    assert kept.add(MemoryLog(leaves(5), origin), 0, 5).status == 404


def test_a_new_year_of_a_log_that_is_known_is_said_aloud_once(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """The first checkpoint of a tree can't be compared with anything: somebody has to look."""
    assert kept.add(LOG, 0, 5).status == 200
    assert not caplog.records
    following = MemoryLog(leaves(5), f"{ORIGIN}/2027")
    for old, size in ((0, 3), (3, 5)):
        assert kept.add(following, old, size).status == 200
    [said] = caplog.messages
    assert said.startswith(f"NEW YEAR: {ORIGIN}/2027, first seen at size 3, ")
    assert f"known by {LOG.origin}." in said


def test_the_prefix_itself_and_each_year_are_logs_of_their_own(kept: Kept) -> None:
    for origin in (ORIGIN, f"{ORIGIN}/2025", f"{ORIGIN}/2027"):
        assert kept.add(MemoryLog(leaves(5), origin), 0, 5).status == 200
    assert list(kept.files.all_latest()) == [ORIGIN, f"{ORIGIN}/2025", f"{ORIGIN}/2027"]


def test_who_signs_with_another_key_is_403(kept: Kept) -> None:
    thief = MemoryLog(leaves(5), seed=base64.b64encode(b"x" * 32).decode())
    assert kept.add(thief, 0, 5).status == 403
    unsigned = Submission(0, (), note(LOG.checkpoint(5).text, [])).body
    assert kept.witness.add_checkpoint(unsigned).status in (400, 403)
    wrong = LOG.note(5).replace(LOG.checkpoint(5).text, LOG.checkpoint(6).text)
    assert kept.witness.add_checkpoint(Submission(0, (), wrong).body).status == 403
    # A cosignature is no signature of a log, even under the key that is trusted.
    as_witness = Signer(LOG.origin, LOG.signer.key, COSIGNATURE)
    text = LOG.checkpoint(5).text
    body = Submission(0, (), note(text, [as_witness.sign(text, NOW)])).body
    assert kept.witness.add_checkpoint(body).status == 403


def test_a_second_key_may_sign_and_signatures_of_others_are_left_out(tmp_path: Path) -> None:
    following = MemoryLog(leaves(5), seed=base64.b64encode(b"y" * 32).decode())
    known = f"{ORIGIN} {LOG.public_key}\n\n{ORIGIN} {following.public_key}\n"
    kept = Kept(tmp_path, known)
    stranger = Signer.parse("stranger", SEED)
    text = following.checkpoint(5).text
    lines = [stranger.sign(text), following.signer.sign(text)]
    assert kept.witness.add_checkpoint(Submission(0, (), note(text, lines)).body).status == 200
    latest = kept.files.latest(LOG.origin)
    assert latest
    assert [each.name for each in split(latest)[1]] == [following.origin, NAME]
    kept.files.close()


def test_another_old_size_is_409_with_the_size(kept: Kept) -> None:
    kept.add(LOG, 0, 5)
    for old in (0, 4, 6):
        answer = kept.add(LOG, old, 9)
        assert (answer.status, answer.body, answer.media_type) == (409, "5\n", SIZE_TYPE)
    assert size_kept(kept) == 5


def test_a_smaller_tree_is_409(kept: Kept) -> None:
    kept.add(LOG, 0, 9)
    assert kept.add(LOG, 0, 5).status == 409
    assert size_kept(kept) == 9


def test_another_root_of_the_same_size_is_409_and_kept_as_evidence(kept: Kept) -> None:
    kept.add(LOG, 0, 9)
    for _ in range(3):
        answer = kept.add(FORKED, 9, 9)
        assert (answer.status, answer.body) == (409, "9\n")
    [evidence] = kept.files.all_refused()
    assert evidence["why"] == "root"
    assert evidence["note"] == FORKED.note(9)
    assert str(evidence["cosigned"]).startswith(LOG.note(9))
    assert size_kept(kept) == 9


def test_a_tree_that_was_rewritten_is_422_and_kept_as_evidence(kept: Kept) -> None:
    kept.add(LOG, 0, 9)
    assert kept.add(FORKED, 9, 20).status == 422
    assert kept.witness.add_checkpoint(Submission(9, (), LOG.note(20)).body).status == 422
    padded = Submission(9, (*LOG.proof(9, 20), bytes(32)), LOG.note(20)).body
    assert kept.witness.add_checkpoint(padded).status == 422
    assert [each["why"] for each in kept.files.all_refused()] == ["proof", "proof"]
    assert kept.add(LOG, 9, 20).status == 200


def test_a_proof_where_there_is_nothing_to_prove_is_422(kept: Kept) -> None:
    body = Submission(0, (bytes(32),), LOG.note(5)).body
    assert kept.witness.add_checkpoint(body).status == 422
    kept.add(LOG, 0, 5)
    same = Submission(5, (bytes(32),), LOG.note(5)).body
    assert kept.witness.add_checkpoint(same).status == 422


def test_evidence_does_not_fill_the_disk(kept: Kept) -> None:
    kept.add(LOG, 0, 3)
    with mock.patch.object(files_module, "MOST_REFUSED", 2):
        for other in range(4):
            kept.add(MemoryLog(leaves(3, _0=f"other {other}")), 3, 3)
        kept.add(MemoryLog(leaves(20, _0="other")), 3, 20)
    assert [each["why"] for each in kept.files.all_refused()].count("root") == 2
    assert len(kept.files.all_refused()) == 3


def test_of_twenty_at_once_the_state_only_grows(kept: Kept) -> None:
    kept.add(LOG, 0, 1)
    ready = Barrier(20)

    def add(size: int) -> Answer:
        ready.wait()
        return kept.add(LOG, 1, size)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(add, range(2, 22)))
    cosigned = [size for size, answer in enumerate(answers, 2) if answer.status == 200]
    assert len(cosigned) == 1
    assert {each.body for each in answers if each.status == 409} == {f"{cosigned[0]}\n"}
    assert size_kept(kept) == cosigned[0]


def test_two_forks_at_once_are_never_both_cosigned(kept: Kept) -> None:
    forks = [MemoryLog(leaves(8, _2=f"fork {number}")) for number in range(20)]
    ready = Barrier(20)

    def add(log: MemoryLog) -> Answer:
        ready.wait()
        return kept.add(log, 0, 8)

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(answer.status for answer in pool.map(add, forks))
    assert statuses == [200] + [409] * 19


def test_what_was_cosigned_is_remembered_after_a_crash_before_the_answer(kept: Kept) -> None:
    kept.add(LOG, 0, 5)
    kept.add(LOG, 5, 9)  # nobody heard the answer
    then = kept.again()
    conflict = then.add(LOG, 5, 12)
    assert (conflict.status, conflict.body) == (409, "9\n")
    assert then.add(FORKED, 5, 12).status == 409
    assert then.add(FORKED, 9, 12).status == 422
    assert then.add(LOG, 9, 12).status == 200
    then.files.close()


def test_nothing_is_cosigned_that_can_not_be_kept(kept: Kept) -> None:
    kept.add(LOG, 0, 5)
    with (
        mock.patch("os.fsync", side_effect=OSError(28, "No space left")),
        pytest.raises(OSError, match="No space"),
    ):
        kept.add(LOG, 5, 9)
    assert size_kept(kept) == 5
    assert kept.add(LOG, 5, 9).status == 200
    then = kept.again()
    assert size_kept(then) == 9
    then.files.close()


def test_a_directory_is_one_witness_s(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(CannotKeep, match="another witness"):
        Files(tmp_path / "witness")


@pytest.mark.parametrize("content", ["", "half a no", LOG.note(5).replace("2026", "2025")])
def test_a_file_that_can_not_be_read_is_never_taken_for_none(kept: Kept, content: str) -> None:
    kept.add(LOG, 0, 5)
    kept.files.close()
    [file] = (kept._directory / "latest").glob("*.note")
    file.write_text(content)
    with pytest.raises(CannotKeep):
        Files(kept._directory)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.AsyncClient]:
    found = WitnessSettings(
        name=NAME, key=base64.b64encode(bytes(32)).decode(),
        logs=f"{ORIGIN} {LOG.public_key}", directory=tmp_path,
    )  # fmt: skip
    files = Files(tmp_path)
    transport = httpx.ASGITransport(create_app(found, files, lambda: NOW))
    yield httpx.AsyncClient(transport=transport, base_url="http://witness")
    files.close()


@pytest.mark.anyio
async def test_over_http(client: httpx.AsyncClient) -> None:
    added = await client.post("/add-checkpoint", content=LOG.submission(0, 5))
    assert added.status_code == 200
    assert opened(LOG.note(5) + added.text, [SIGNER.verifier])
    conflict = await client.post("/add-checkpoint", content=LOG.submission(4, 9))
    assert (conflict.status_code, conflict.text) == (409, "5\n")
    assert conflict.headers["content-type"] == "text/x.tlog.size"
    forked = await client.post("/add-checkpoint", content=FORKED.submission(5, 5))
    assert forked.status_code == 409
    assert (await client.post("/add-checkpoint", content=b"x" * 65_537)).status_code == 413
    assert (await client.get("/add-checkpoint")).status_code == 405
    assert (await client.get("/health/live")).json() == {"status": "ok"}
    assert (await client.get("/checkpoints")).json() == {
        "witness": SIGNER.verifier.vkey,
        "checkpoints": [{"origin": LOG.origin, "size": 5, "note": LOG.note(5) + added.text}],
    }
    [refused] = (await client.get("/refused")).json()["refused"]
    assert refused["note"] == FORKED.note(5)


@pytest.mark.anyio
async def test_a_disk_that_fails_is_503(client: httpx.AsyncClient) -> None:
    with mock.patch("os.fsync", side_effect=OSError(5, "Input/output")):
        added = await client.post("/add-checkpoint", content=LOG.submission(0, 5))
    assert added.status_code == 503
    assert (await client.get("/checkpoints")).json()["checkpoints"] == []
