"""What the witnesses list, each asked for itself, and whether it is their own word.

They are asked twice: before the ledger is read, which can't have less than they saw; and once it is
being read, when they can't have seen less than it says they cosigned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countersign.against import SEEN, Web
from countersign.verify import (
    Checkpoint,
    Key,
    Noting,
    Report,
    Unreadable,
    Wrong,
    log_of,
    read_checkpoint,
)

Known = Mapping[str, Sequence[tuple[int, bytes, str]]]
"""By origin, sizes and roots that trees are known to have had, and from where."""


@dataclass(frozen=True)
class Seen:
    """What one witness says, or why it can't be had."""

    key: Key
    whence: str
    listed: Sequence[tuple[str, int, Checkpoint]] = ()
    """Origin and size as they are said, and the note that must say the same."""
    unreadable: str = ""

    @property
    def id(self) -> str:
        return f"{self.key.name}+{self.key.id(self.key.name).hex()}"


@dataclass(frozen=True)
class Followed:
    """How far a witness says it has followed each tree of the log."""

    id: str
    name: str
    sizes: Mapping[str, int]


def asked(url: str, key: Key) -> Seen:
    """What a witness lists now."""
    whence = f"the witness {url} saw it"
    try:
        said = Web(url).json("/checkpoints", SEEN)
        listed = [
            (each["origin"], each["size"], read_checkpoint(each["note"].encode()))
            for each in said["checkpoints"]
        ]
    except Unreadable as error:
        return Seen(key, whence, unreadable=str(error))
    return Seen(key, whence, listed)


def checked(views: Sequence[Seen], log: str, keys: list[Key], report: Report) -> Known:
    """The roots that witnesses have cosigned of a log, whichever key of the log had signed them:
    one that isn't the log's is wrong, and is no reason to leave out what it signed."""
    known: dict[str, list[tuple[int, bytes, str]]] = {}
    for view in views:
        if view.unreadable:
            report.not_proved.append(f"that {view.key.name} agrees: {view.unreadable}")
        for origin, size, head in _of(view, log):
            known.setdefault(head.origin, []).append((head.size, head.root, view.whence))
            with Noting(report, f"checkpoint {head.size} of {head.origin} at {view.key.name}"):
                if (origin, size) != (head.origin, head.size):
                    raise Wrong("the witness says otherwise what it cosigned than its note")
                if not head.signed_by([view.key]):
                    raise Wrong("it is listed without the witness's own cosignature")
                if not head.signed_by(keys):
                    raise Wrong("no key of the ledger has signed it (one that is retired: --key)")
    return known


def followed(views: Sequence[Seen], log: str) -> list[Followed]:
    """How far those have followed that could be asked."""
    found = []
    for view in views:
        if view.unreadable:
            continue
        sizes: dict[str, int] = {}
        for _, _, head in _of(view, log):
            sizes[head.origin] = max(head.size, sizes.get(head.origin, 0))
        found.append(Followed(view.id, view.key.name, sizes))
    return found


def _of(view: Seen, log: str) -> list[tuple[str, int, Checkpoint]]:
    """A tree is listed under a name, and its note has one: either can make it this log's."""
    return [each for each in view.listed if log in (log_of(each[0]), log_of(each[2].origin))]
