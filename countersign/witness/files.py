"""What a witness keeps: for each origin the latest checkpoint, and what contradicted it."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from countersign.witness.logs import file_name
from shared.platform.signed_note import Checkpoint, split

MOST_REFUSED = 1000
"""Of each kind: the first say the most, and a flood must not fill the disk."""


class CannotKeep(Exception):
    """Why the directory can't be used, for people."""


class Files:
    """A directory of one witness: `latest/<origin>.note` and `refused/<kind>-<hash>.json`.

    A file is written beside, put in place and flushed to the disk, the directory too, before the
    call returns; so after a crash there is the old one or the new one, whole.
    """

    def __init__(self, directory: Path) -> None:
        """Raises `CannotKeep` when another process has it, or what is in it can't be read."""
        self._latest, self._refused = directory / "latest", directory / "refused"
        with ExitStack() as ending:
            try:
                for each in (directory, self._latest, self._refused):
                    each.mkdir(parents=True, exist_ok=True, mode=0o700)
                lock = ending.enter_context((directory / "lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotKeep(f"another witness uses {directory}") from None
            except OSError as error:
                raise CannotKeep(f"{directory}: {error.strerror}") from None
            self._notes = dict(self._read())
            self._held = ending.pop_all()

    def close(self) -> None:
        """Let go of the directory."""
        self._held.close()

    def latest(self, origin: str) -> str | None:
        """The note of the last checkpoint that was cosigned."""
        return self._notes.get(origin)

    def all_latest(self) -> dict[str, str]:
        return dict(sorted(self._notes.items()))

    def keep(self, origin: str, note: str) -> None:
        """Returns when it is on the disk. Raises OSError, and then nothing has changed here."""
        _put(self._latest / f"{file_name(origin)}.note", note)
        self._notes[origin] = note

    def refuse(self, kind: str, text: str, evidence: dict[str, object]) -> None:
        """Keep what contradicted, each text once, and up to a thousand of a kind."""
        name = f"{kind}-{hashlib.sha256(text.encode()).hexdigest()}.json"
        held = sum(1 for _ in self._refused.glob(f"{kind}-*.json"))
        if held < MOST_REFUSED and not (self._refused / name).exists():
            _put(self._refused / name, json.dumps(evidence, indent=2))

    def all_refused(self) -> list[dict[str, object]]:
        found = [json.loads(each.read_text("utf-8")) for each in self._refused.glob("*.json")]
        return sorted(found, key=lambda each: (each["at"], each["note"]))

    def _read(self) -> Iterator[tuple[str, str]]:
        for path in self._latest.glob("*.note"):
            try:
                note = path.read_text("utf-8")
                origin = Checkpoint.parse(split(note)[0]).origin
            except (OSError, ValueError) as error:
                raise CannotKeep(f"{path} can't be read: {error}") from None
            if path.name != f"{file_name(origin)}.note":
                raise CannotKeep(f"{path} is of another origin, {origin}")
            yield origin, note


def _put(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
