"""What looks as if it tells who somebody is, in words that are to be about nobody (HB 5.23).

A help to whoever writes, not a proof: of what is written nobody but a reader can tell.
"""

import re
from collections.abc import Iterable

from nhs_number import is_valid  # type: ignore[attr-defined]

SHORTEST_NAME = 3
"""Shorter names are words that anybody writes."""
_NUMBER = re.compile(r"(?<!\d)(?=(\d(?:[ .\-]?\d){9})(?!\d))")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w")
_TELEPHONE = re.compile(r"(?<!\w)\(?(?:\+\d{1,3}|0\d{2,4})(?:[ ().\-]{0,3}\d){6,12}(?!\d)")
_RECORD = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE
)


def identifying(words: str, names: Iterable[str]) -> str | None:
    """What in some words looks identifying, if anything does, but not which words those are.

    `names` are the names and ids of people who are known; each counts as a whole.
    """
    if any(is_valid(re.sub(r"\D", "", found)) for found in _NUMBER.findall(words)):
        return "an NHS number"
    if _MAIL.search(words):
        return "an e-mail address"
    if _RECORD.search(words):
        return "the id of a record"
    if _TELEPHONE.search(words):
        return "a telephone number"
    if _names_one(words, names):
        return "the name or the id of someone at work in the team"
    return None


def _names_one(words: str, names: Iterable[str]) -> bool:
    found = [
        r"\s+".join(map(re.escape, name.casefold().split()))
        for name in names
        if len(name.strip()) >= SHORTEST_NAME
    ]
    return bool(found) and bool(re.search(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", words.casefold()))
