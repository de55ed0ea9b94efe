"""What a log sends a witness, and what comes back: C2SP `tlog-witness`."""

import base64
import re
from dataclasses import dataclass

from shared.platform.signed_note import MalformedNote, decoded

ADD_CHECKPOINT = "/add-checkpoint"
CHECKPOINTS = "/checkpoints"
"""Our own, for who wants to compare: the latest checkpoint of each log, with the cosignature."""
SIZE_TYPE = "text/x.tlog.size"
"""The media type of a conflict's answer: the size of the tree that the witness cosigned last."""
MOST_HASHES = 63
HASH_BYTES = 32
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint that is to be cosigned, and the proof that its tree has grown out of the one of
    size `old`, which the witness cosigned last."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @property
    def body(self) -> bytes:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}".encode()

    @classmethod
    def parse(cls, body: bytes) -> "Submission":
        """Read the body of a request; the note in it is not looked at. Raises `MalformedNote`."""
        try:
            head, _, note = body.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise MalformedNote("not UTF-8") from None
        first, *lines = head.split("\n")
        word, _, number = first.partition(" ")
        if word != "old" or not _NUMBER.fullmatch(number):
            raise MalformedNote("the first line is `old` and a size")
        if len(lines) > MOST_HASHES:
            raise MalformedNote(f"a proof has at most {MOST_HASHES} hashes")
        return cls(int(number), tuple(decoded(line, HASH_BYTES) for line in lines), note)


def parse_size(body: str) -> int:
    """Read the body of a conflict's answer. Raises `MalformedNote`."""
    if not body.endswith("\n") or not _NUMBER.fullmatch(body[:-1]):
        raise MalformedNote("not a size")
    return int(body)
