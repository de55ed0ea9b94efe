"""A leaf of the ledger: a small record of an event, which stands in the tree for its bytes.

Canonical JSON: keys sorted, no spaces, ASCII. The payload lies beside it and is known by its
digest. Of whom the event is about there is a hash with a random salt, and the person's own running
number: with all numbers from 1 to n and their salts, an export of one person is shown to be whole,
and says nothing about others whom the same events are about. The salt is never in the leaf: who
knows a person's id and the event's can't tell that the one is about the other. Of an event about
very many the leaf has only the digest of that list, since it is served after its length in 16 bits
(C2SP `tlog-tiles`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

LEDGER = "ledger"
"""The service of what the ledger itself puts into the tree: the link from a shard to the one
before."""
LINK = "uk.countersign.ledger.shard-opened.v1"


MOST_LISTED = 500
SALT_BYTES = 16


class Numbered(NamedTuple):
    """A person whom an event is about, the event's number among all that is about them, from 1 on,
    and what the leaf's hash of them is salted with."""

    person: str
    number: int
    salt: bytes

    def about(self, event_id: str) -> str:
        """How the leaf names them: SHA-256 (hex) of the salt in hex (32 digits, lower case), a line
        feed, the event's id, a line feed and the person's id."""
        return hashlib.sha256(f"{self.salt.hex()}\n{event_id}\n{self.person}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf says. `digest` is the SHA-256 of the `size` bytes as stored and published."""

    service: str
    position: int
    previous: int
    event_id: str
    type: str
    digest: bytes
    size: int
    recorded_at: datetime
    people: tuple[Numbered, ...] = ()

    @property
    def pairs(self) -> list[list[Any]]:
        """The list of people, as it is hashed: `[about, number]` of each, in order."""
        return sorted([each.about(self.event_id), each.number] for each in self.people)

    @property
    def record(self) -> bytes:
        """The bytes that are hashed into the tree."""
        said = {
            "v": 1,
            "service": self.service,
            "position": self.position,
            "previous": self.previous,
            "event": self.event_id,
            "type": self.type,
            "digest": self.digest.hex(),
            "size": self.size,
            "recorded_at": self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "people": _short(self.pairs),
        }
        return _canonical(said)


def _short(pairs: list[list[Any]]) -> Any:
    """The list; of more than 500 how many they are, and the SHA-256 (hex) of it."""
    if len(pairs) <= MOST_LISTED:
        return pairs
    return {"count": len(pairs), "digest": hashlib.sha256(_canonical(pairs)).hexdigest()}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def numbered(
    people: Iterable[str], last: dict[str, int], salt: Callable[[], bytes]
) -> tuple[Numbered, ...]:
    """The next number of each person, after `last`, which is brought forward; each with a salt of
    its own, `SALT_BYTES` that nobody can guess."""
    found = []
    for each in people:
        last[each] = last.get(each, 0) + 1
        found.append(Numbered(each, last[each], salt()))
    return tuple(found)


def shard_of(at: datetime) -> str:
    """The shard an event goes into that is recorded at a moment: its year, in UTC."""
    return str(at.astimezone(UTC).year)
