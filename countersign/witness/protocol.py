"""What a witness does with a checkpoint: C2SP `tlog-witness`, `add-checkpoint`."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from countersign.witness.files import Files
from countersign.witness.logs import Logs, same_log
from shared.kernel.merkle import EMPTY, consistent
from shared.platform.signed_note import (
    Checkpoint,
    NotSigned,
    Signer,
    Verifier,
    note,
    opened,
    split,
)
from shared.platform.tlog_witness import SIZE_TYPE, Submission

ANOTHER_ROOT = "root"
"""A second root of the same size: proof that the log forked, if both are signed."""
NOT_CONSISTENT = "proof"
"""A tree that was not shown to have grown out of the last one: a fork, or a wrong proof."""
PLAIN = "text/plain; charset=utf-8"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    media_type: str = PLAIN


class Witness:
    """Cosigns the checkpoints of logs, each only if it has grown out of the last.

    `now` says the time in seconds since 1970. Safe to be called by many threads at once.
    """

    def __init__(self, signer: Signer, logs: Logs, files: Files, now: Callable[[], float]) -> None:
        self._signer = signer
        self._logs = logs
        self._files = files
        self._now = now
        self._turn = threading.Lock()

    @property
    def verifier(self) -> Verifier:
        return self._signer.verifier

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request. Raises OSError when the answer can't be kept: then none is given."""
        try:
            submission = Submission.parse(body)
            checkpoint = Checkpoint.parse(split(submission.note)[0])
        except ValueError as malformed:
            return Answer(400, f"{malformed}\n")
        trusted = self._logs.trusted(checkpoint.origin)
        if not trusted:
            return Answer(404, "This origin is not known here.\n")
        try:
            signed = _by(submission.note, trusted)
        except NotSigned as unsigned:
            return Answer(403, f"{unsigned}\n")
        if submission.old > checkpoint.size:
            return Answer(400, "The old size is more than the checkpoint's.\n")
        # Between the look at the last checkpoint and the new one on the disk nobody else has a
        # turn: or of two that come at once the smaller could be kept last.
        with self._turn:
            return self._decide(checkpoint, submission, signed)

    def _decide(self, checkpoint: Checkpoint, submission: Submission, signed: str) -> Answer:
        kept = self._files.latest(checkpoint.origin)
        last = Checkpoint.parse(split(kept)[0]) if kept else Checkpoint(checkpoint.origin, 0, EMPTY)
        conflict = Answer(409, f"{last.size}\n", SIZE_TYPE)
        if checkpoint.size == last.size and checkpoint.root != last.root:
            self._keep_evidence(ANOTHER_ROOT, submission, signed, kept)
            return conflict
        if submission.old != last.size:
            return conflict
        grown = consistent(last.size, checkpoint.size, submission.proof, last.root, checkpoint.root)
        if not grown:
            self._keep_evidence(NOT_CONSISTENT, submission, signed, kept)
            return Answer(422, "The proof doesn't show that the log has only grown.\n")
        line = self._signer.sign(split(signed)[0], int(self._now()))
        self._files.keep(checkpoint.origin, f"{signed}{line}")
        if kept is None:
            self._first_seen(checkpoint)
        return Answer(200, line)

    def _first_seen(self, checkpoint: Checkpoint) -> None:
        """A year that is new is trusted as it is first seen: how it is linked to the one before
        stands in its first leaf, which nobody shows a witness."""
        others = same_log(checkpoint.origin, self._files.all_latest())
        if others:
            log.warning(
                "NEW YEAR: %s, first seen at size %s, of a log that is known by %s. Whether it goes"
                " on from there can't be seen here: is its turn come, and is it the log's?",
                checkpoint.origin,
                checkpoint.size,
                ", ".join(others),
            )

    def _keep_evidence(
        self, kind: str, submission: Submission, signed: str, kept: str | None
    ) -> None:
        text = split(signed)[0]
        origin, size = text.split("\n")[:2]
        log.error("refused: %s at size %s contradicts what was cosigned (%s)", origin, size, kind)
        evidence = {
            "at": int(self._now()),
            "why": kind,
            "note": signed,
            "old": submission.old,
            "proof": [each.hex() for each in submission.proof],
            "cosigned": kept,
        }
        self._files.refuse(kind, text, evidence)


def _by(signed: str, trusted: list[Verifier]) -> str:
    """A note with none but the signatures of trusted keys. Raises `NotSigned`."""
    text, keys = opened(signed, trusted)
    known = {(each.name, each.id) for each in keys}
    lines = [each.line for each in split(signed)[1] if (each.name, each.key_id) in known]
    return note(text, dict.fromkeys(lines))
