"""Which logs a witness knows, and by which keys."""

import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

from shared.platform.signed_note import (
    KEY_BYTES,
    SIGNATURE,
    MalformedNote,
    Verifier,
    decoded,
    named,
)

LONGEST_NAME = 200
"""Of an origin as a file is named by it, so that there is room for what belongs to it."""
_VKEY = re.compile(r"[^+]+\+[0-9a-f]{8}\+.+")
_YEAR = re.compile(r"(.+)/[0-9]{4}")


def file_name(origin: str) -> str:
    return quote(origin, safe="")


def same_log(origin: str, origins: Iterable[str]) -> list[str]:
    """Those that are other trees of an origin's log: the same prefix with other years, or none."""
    return [each for each in origins if each != origin and _prefix(each) == _prefix(origin)]


def _prefix(origin: str) -> str:
    year = _YEAR.fullmatch(origin)
    return year[1] if year else origin


class Logs:
    """Public keys of logs by the beginning of their origins.

    A ledger is a tree for each year: the origin of each is the prefix itself, or the prefix, a
    slash and a year. Several keys of one prefix: one that is new beside one that is going.
    """

    def __init__(self, keys: dict[str, list[bytes]]) -> None:
        self._keys = keys

    @classmethod
    def parse(cls, lines: str) -> "Logs":
        """Read lines of `<origin prefix> <key>`: the base64 of an Ed25519 public key, or the `vkey`
        of it, of whatever year. Raises `MalformedNote`, which names the line."""
        keys: dict[str, list[bytes]] = defaultdict(list)
        for number, line in enumerate(lines.splitlines(), start=1):
            if not line.strip():
                continue
            prefix, _, key = line.strip().partition(" ")
            try:
                keys[named(prefix)].append(_key(key.strip()))
            except MalformedNote as malformed:
                raise MalformedNote(f"line {number}: {malformed}") from None
            if prefix.endswith("/") or len(file_name(prefix)) > LONGEST_NAME:
                raise MalformedNote(f"line {number}: the origin ends in a slash, or is too long")
        if not keys:
            raise MalformedNote("no log is named")
        return cls(keys)

    def trusted(self, origin: str) -> list[Verifier]:
        """The keys that may sign checkpoints of an origin; none of one that isn't known. Each bears
        the origin's name, as the log's own do."""
        found = list(self._keys.get(origin, ()))
        if year := _YEAR.fullmatch(origin):
            found += self._keys.get(year[1], ())
        return [Verifier(origin, key) for key in dict.fromkeys(found)]


def _key(written: str) -> bytes:
    if not _VKEY.fullmatch(written):
        return decoded(written, KEY_BYTES)
    verifier = Verifier.parse(written)
    if verifier.kind != SIGNATURE:
        raise MalformedNote("the key is not of a log")
    return verifier.key
