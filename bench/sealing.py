"""What sealing costs, measured apart from everything else: one note's event and document.

Both are sealed as the notes service seals them, by its own mapper and projection, once with a key
and once with a key whose cipher does nothing. So the difference is AES-GCM and the random nonces;
encoding as JSON and base64 is in both.
"""

from time import perf_counter
from typing import Any, cast
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.body import note
from services.notes import policy
from services.notes.domain import Note
from services.notes.main import SERVICE
from services.notes.projection import rows
from services.notes.schemas import NoteRequest
from shared.contracts.notes import Account, Contact
from shared.eventstore.sealing import DataKey, sealer
from shared.kernel.actor import Actor

AUTHOR = Actor("str-worker-1", "STR worker 1", "str_worker")


class _Nothing:
    """Where AES-GCM would be."""

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        return data


def cost_us(times: int = 500, rounds: int = 5) -> tuple[float, float]:
    """Microseconds to make a note's event and row, sealed and not (the fastest round of each)."""
    made = [_note() for _ in range(times)]
    subject = made[0].data_subject
    sealing = DataKey(UUID(int=1), subject, AESGCM(bytes(32)))
    plain = DataKey(UUID(int=1), subject, cast(Any, _Nothing()))
    found: dict[str, list[float]] = {"sealed": [], "plain": []}
    for _ in range(rounds):
        for name, key in (("sealed", sealing), ("plain", plain)):
            found[name].append(_timed(made, key))
    return min(found["sealed"]), min(found["plain"])


def report(request_us: float) -> str:
    """One line: the cost beside the processor time that a whole request took."""
    sealed, plain = cost_us()
    cost = max(sealed - plain, 0.0)
    return (
        f"Sealing a note's event and its document takes {cost:.0f} µs of processor time in a loop "
        f"({sealed:.0f} µs with, {plain:.0f} µs with a cipher that does nothing): "
        f"{cost / request_us:.1%} of the {request_us:,.0f} µs that recording it takes."
    )


def _timed(made: list[Note], key: DataKey) -> float:
    mapper = SERVICE.mapper()
    pending = [list(each.pending_events) for each in made]
    began = perf_counter()
    for each in made:
        mapper.store(each, key, None)
        rows(each, sealer(key, each.id))
    took = perf_counter() - began
    for each, events in zip(made, pending, strict=True):
        each.pending_events.extend(events)
    return took / len(made) * 1e6


def _note() -> Note:
    request = NoteRequest.model_validate(note(str(uuid4())))
    contact, account = Contact(**request.contact_fields()), Account(**request.account_fields())
    at = contact.occurred_at
    knows = policy.Author(registered=False, related=True)
    judgement = policy.judge(policy.DEFAULT, knows, contact, account, at, at)
    return Note.record(
        AUTHOR, at, uuid4(), request.service_user_id, "north-cmht", contact, account, "salt",
        judgement,
    )  # fmt: skip
