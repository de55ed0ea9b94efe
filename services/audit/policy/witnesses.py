"""What a witness's answer means for a checkpoint (C2SP `tlog-witness`)."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    COSIGNED = "cosigned"
    AHEAD = "ahead"
    """It has cosigned a later checkpoint of this tree already: that one is to be published."""
    ASK_AGAIN = "ask_again"
    """It knows the tree at another size than was thought: a proof from there may satisfy it."""
    AWAY = "away"
    """It didn't answer, or couldn't."""
    REFUSES = "refuses"
    """It doesn't know the log or its keys, or its answer is no cosignature of its own: somebody's
    settings are wrong."""
    CONTRADICTS = "contradicts"
    """It has cosigned what this tree is not, or has not grown out of."""


OK, CONFLICT, MALFORMED_PROOF = 200, 409, 422
TIMED_OUT, TOO_MANY, BROKEN = 408, 429, 500


def verdict(status: int, known: int | None, *, old: int, size: int, tree: int) -> Verdict:
    """What a status says to a checkpoint of a size, proved from the tree of size `old`.

    `known` is the size that comes with a conflict; `tree` is how far the log has committed.
    """
    if status == OK:
        return Verdict.COSIGNED
    if status == MALFORMED_PROOF:
        return Verdict.CONTRADICTS
    if status == CONFLICT and known is not None:
        if known > tree or known == old == size:
            return Verdict.CONTRADICTS
        return Verdict.AHEAD if known > size else Verdict.ASK_AGAIN
    if status >= BROKEN or status in (TIMED_OUT, TOO_MANY):
        return Verdict.AWAY
    return Verdict.REFUSES


def may_publish(verdicts: Iterable[Verdict]) -> bool:
    """Who is away, or refuses, holds nothing up: a witness that is down must not stop the ledger.
    Who contradicts does, and so does who has seen a later one, which is due next."""
    return not {Verdict.CONTRADICTS, Verdict.AHEAD} & set(verdicts)


def after(last: Verdict | None, now: Verdict) -> Verdict:
    """How a witness stands. What contradicted goes on to until it is cosigned: silence is no
    answer to it."""
    return Verdict.CONTRADICTS if last is Verdict.CONTRADICTS and now != Verdict.COSIGNED else now
