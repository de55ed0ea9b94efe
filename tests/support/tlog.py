"""A log in memory, whose checkpoints a witness can be asked to cosign."""

import base64
from collections.abc import Sequence

from shared.kernel.merkle import Range, consistency, grown, hash_of, leaf_hash, whole
from shared.platform.signed_note import Checkpoint, Signer, note
from shared.platform.tlog_witness import Submission

SEED = base64.b64encode(bytes(range(32))).decode()
ORIGIN = "log.example/v1/audit/ledger"


def leaves(count: int, **otherwise: str) -> list[str]:
    """Entries `0`, `1`, …; `_3="x"` says what is at 3 in place of it."""
    return [otherwise.get(f"_{number}", str(number)) for number in range(count)]


class MemoryLog:
    def __init__(
        self, entries: Sequence[str], origin: str = f"{ORIGIN}/2026", seed: str = SEED
    ) -> None:
        self.origin = origin
        self.signer = Signer.parse(origin, seed)
        self._tiles = grown(0, {}, [leaf_hash(entry.encode()) for entry in entries])

    @property
    def public_key(self) -> str:
        return base64.b64encode(self.signer.verifier.key).decode()

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, self._hash(whole(size)))

    def note(self, size: int) -> str:
        text = self.checkpoint(size).text
        return note(text, [self.signer.sign(text)])

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        return tuple(map(self._hash, consistency(old, size))) if old else ()

    def submission(self, old: int, size: int) -> bytes:
        return Submission(old, self.proof(old, size), self.note(size)).body

    def _hash(self, nodes: Range) -> bytes:
        return hash_of(nodes, self._tiles)
