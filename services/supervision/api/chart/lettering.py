"""How wide words are in a sans-serif letter, since nothing here can set them; words cut to fit,
and such as XML takes.

Widths are those of Helvetica and Arial, in thousandths of the size, a little more for others.
"""

import re
from itertools import accumulate

_WIDTHS = {
    **dict.fromkeys("ijl'|", 222),
    **dict.fromkeys("ft.,:;/!I ()[]-·", 300),
    **dict.fromkeys('rJ"*', 360),
    **dict.fromkeys("ckszvxy", 500),
    **dict.fromkeys("ABEKPSVXYZ&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM%", 850),
    **dict.fromkeys("W@—…", 1000),
}
_NO_LETTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OTHERS, _WIDE = 560, 1000
_WIDE_FROM = "\u1100"
"""Letters of the east are as wide as they are high."""


def width(words: str, size: float, *, bold: bool = False) -> float:
    return sum(map(_width, words)) * size * (1.08 if bold else 1.0) / 1000


def fitted(words: str, size: float, room: float, *, bold: bool = False) -> str:
    """As much of some words as there is room for."""
    if width(words, size, bold=bold) <= room:
        return words
    left = room - width("…", size, bold=bold)
    so_far = accumulate(width(each, size, bold=bold) for each in words)
    return words[: sum(each <= left for each in so_far)].rstrip() + "…"


def plain(words: str) -> str:
    """Words without what XML has no letter for."""
    return _NO_LETTER.sub("", words)


def _width(letter: str) -> int:
    return _WIDTHS.get(letter, _WIDE if letter >= _WIDE_FROM else _OTHERS)
