"""Checks an export of a Countersign ledger: a ZIP with entries of the record and their proofs.

    python verify.py export.zip --key <vkey> [--witness <vkey> …]

Meant to be read from top to bottom by whoever has to rely on it. It needs Python 3.11 and the
package `cryptography`, nothing of the system whose record it checks, and no network. `against.py`
does the same for a log that runs.

What is relied on is nothing but the keys that you give: a log's key (`keys` of
`GET /v1/audit/ledger`, asked for out of band) and those of witnesses. From there down:

    your key -> signed checkpoint -> root of the tree -> leaf -> digest -> the bytes of an event

Exit codes: 0 proved · 1 disproved · 2 can't be read, or asked wrongly · 3 intact, but no key of
yours vouches for it.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROVED, DISPROVED, UNREADABLE, NOT_VOUCHED = range(4)
LEAF_TYPES = [
    {
        "v": int, "service": str, "position": int, "previous": int, "event": str, "type": str,
        "digest": str, "size": int, "recorded_at": str, "people": people,
    }
    for people in (list, dict)
]  # fmt: skip
LINK = "uk.countersign.ledger.shard-opened.v1"
STATED = "countersign.audit.export-stated.v1"
NAMES = re.compile(
    r"README\.txt|manifest\.json|entries\.jsonl|statement\.json|keys\.txt|policies\.json"
    r"|report\.html|report\.pdf|trees/[0-9]{4}\.(json|checkpoint)|timestamps/[\w:-][\w.:-]*\.tsr",
    re.ASCII,
)
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
SALT = re.compile(r"[0-9a-f]{32}")
HEX, TIME = (
    re.compile(r"[0-9a-f]{64}"),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", re.ASCII),
)
MEBIBYTE = 1 << 20
MOST = {"line": 16 * MEBIBYTE, "tree": 64 * MEBIBYTE, "file": 16 * MEBIBYTE}
MOST_TREES, ALL_TREES = 100, 128 * MEBIBYTE
"""How much is read into memory at once: of whom an export is from is not known before it's read."""
EXPANSION = 200
"""A file that is unpacked to more than this many times its size is no record but a bomb."""
MOST_NAMED = 100
"""So many places are named; how many more there are is said."""


class Unreadable(Exception):
    """Not what it should be, so that nothing can be said about it: exit code 2."""


class Wrong(Exception):
    """What contradicts the evidence: exit code 1."""


# -- what is found -------------------------------------------------------------------------------


@dataclass
class Report:
    """What was proved, what was not, and what is wrong and where."""

    about: str = ""
    proved: list[str] = field(default_factory=list)
    not_proved: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    wrong_count: int = 0
    unreadable: str = ""
    vouched: bool = False

    def add_wrong(self, where: str, what: object) -> None:
        self.wrong_count += 1
        if len(self.wrong) < MOST_NAMED:
            self.wrong.append((where, str(what)))

    @property
    def code(self) -> int:
        if self.wrong:
            return DISPROVED
        return UNREADABLE if self.unreadable else PROVED if self.vouched else NOT_VOUCHED

    @property
    def result(self) -> str:
        return {
            PROVED: "PROVED",
            DISPROVED: "DISPROVED: it is not what was recorded, or not all of it.",
            UNREADABLE: f"CAN'T BE READ: {self.unreadable}",
            NOT_VOUCHED: "NOT VOUCHED FOR: nothing contradicts it, but that it is the log's and no "
            "forgery only a key can show that you have from elsewhere.",
        }[self.code]

    def words(self) -> str:
        more = self.wrong_count - len(self.wrong)
        parts = {
            "Proved": self.proved if self.code in (PROVED, NOT_VOUCHED) else [],
            "Not proved": self.not_proved,
            "Wrong": [f"{where}: {what}" for where, what in self.wrong]
            + ([f"and {more} more"] if more else []),
        }
        lines = [self.about] if self.about else []
        for title, each in parts.items():
            lines += [f"{title}:", *(f"  - {words}" for words in each)] if each else []
        return "\n".join(map(printable, [*lines, self.result])) + "\n"

    def json(self) -> str:
        wrong = [{"where": where, "what": what} for where, what in self.wrong]
        said = {
            "exit_code": self.code, "result": self.result, "about": self.about,
            "proved": self.proved if self.code in (PROVED, NOT_VOUCHED) else [],
            "not_proved": self.not_proved, "wrong": wrong, "wrong_count": self.wrong_count,
        }  # fmt: skip
        return json.dumps(said, indent=2) + "\n"


def printable(text: str) -> str:
    """A terminal is never given what the evidence has put in for it to obey."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


# -- trees: RFC 9162, section 2.1 ------------------------------------------------------------------


def leaf_hash(record: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree as its leaves, or complete subtrees, are put to it from left to right.

    It keeps only the roots of the complete subtrees that its leaves make up, the largest first: as
    many as its size has ones in binary.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, node: bytes, height: int = 0) -> None:
        """Put the root of the next `2**height` leaves to it."""
        if not 0 <= height < 63 or self.size % (1 << height):
            raise Wrong(f"a subtree of height {height} can't begin at leaf {self.size}")
        self.size += 1 << height
        while self._peaks and self._peaks[-1][0] == height:
            node, height = node_hash(self._peaks.pop()[1], node), height + 1
        self._peaks.append((height, node))

    def root(self) -> bytes:
        """The hash of it all (2.1.1): incomplete subtrees are on the right."""
        if not self._peaks:
            return hashlib.sha256().digest()
        found = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            found = node_hash(left, found)
        return found


def consistent(first: int, second: int, proof: list[bytes], old: bytes, new: bytes) -> bool:
    """Whether a tree of `second` leaves begins with that of `first` (2.1.4.2)."""
    if not 0 < first < second:
        known = hashlib.sha256().digest() if first == 0 else new
        return 0 <= first <= second and not proof and old == known
    path = proof if first & (first - 1) else [old, *proof]
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(each, found_old), node_hash(each, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old and found_new == new


# -- keys and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature ---------------------

SIGNATURE, COSIGNATURE = 1, 4


@dataclass(frozen=True)
class Key:
    """A public Ed25519 key: its `vkey` is `<name>+<key id>+<base64 of kind and key>`."""

    name: str
    kind: int
    public: bytes

    def id(self, name: str) -> bytes:
        return hashlib.sha256(f"{name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def is_of(self, origin: str) -> bool:
        """A log's trees are a year each, `<log>/<year>`, and one key signs them all."""
        return log_of(self.name) == log_of(origin)

    def verifies(self, signature: bytes, text: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def log_of(origin: str) -> str:
    return re.sub(r"/[0-9]{4}$", "", origin)


def read_key(vkey: str, kind: int) -> Key:
    name, _, rest = vkey.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = decoded(encoded)
    if not name or len(raw) != 33 or raw[0] != kind:
        wanted = "a log's" if kind == SIGNATURE else "a witness's"
        raise Unreadable(f"{vkey.strip()!r} is not {wanted} key (name+id+base64)")
    key = Key(name, kind, raw[1:])
    if key.id(name).hex() != key_id:
        raise Unreadable(f"the key {name} is mistyped: its id doesn't belong to it")
    return key


@dataclass(frozen=True)
class Checkpoint:
    """What a log signs: its origin, how many leaves its tree has, and their root."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """The signer's name, the key's id and what it signed with."""

    def signed_by(self, keys: list[Key]) -> list[str]:
        """Who of these has signed it, with the time of witnesses. Wrong if one of them hasn't, to
        whom a signature is ascribed."""
        found = []
        for key in keys:
            is_log = key.kind == SIGNATURE
            name = self.origin if is_log else key.name
            if is_log and not key.is_of(self.origin):
                continue
            for signer, key_id, value in self.signatures:
                if (signer, key_id) != (name, key.id(name)):
                    continue
                at = int.from_bytes(value[:8])
                text = self.text if is_log else f"cosignature/v1\ntime {at}\n{self.text}"
                if not key.verifies(value if is_log else value[8:], text):
                    raise Wrong(f"the signature of {name} is not its own")
                found.append(name if is_log else f"{name} ({moment(at)})")
                break
        return found

    def cosigned_at(self, key: Key) -> int:
        """When a witness signed it, in seconds, as `signed_by` has checked; 0 if it hasn't."""
        for signer, key_id, value in self.signatures:
            if (signer, key_id) == (key.name, key.id(key.name)):
                return int.from_bytes(value[:8])
        return 0


def read_checkpoint(note: bytes) -> Checkpoint:
    text, found, below = note.decode().rpartition("\n\n")
    lines, signatures = text.split("\n"), []
    if not found or len(lines) < 3 or not below.endswith("\n"):
        raise Unreadable("a checkpoint is an origin, a size, a root, an empty line and signatures")
    for line in below.removesuffix("\n").split("\n"):
        dash, name, value = (*line.split(" "), "", "")[:3]
        raw = decoded(value)
        if dash != "\N{EM DASH}" or len(raw) < 5 or line.count(" ") != 2:
            raise Unreadable("a line of a checkpoint is no signature")
        signatures.append((name, raw[:4], raw[4:]))
    root = decoded(lines[2])
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]) or len(root) != 32:
        raise Unreadable("a checkpoint's size or root is none")
    return Checkpoint(lines[0], int(lines[1]), root, f"{text}\n", tuple(signatures))


def check_signatures(found: Checkpoint, where: str, trust: "Trust", report: Report) -> bool:
    """Whether keys of yours vouch for a checkpoint: the log's, and as many witnesses' as needed."""
    try:
        logs, witnesses = found.signed_by(trust.keys), found.signed_by(trust.witnesses)
    except Wrong as wrong:
        report.add_wrong(where, wrong)
        return False
    if not logs:
        report.not_proved.append(f"{where}: no log's key that you gave has signed it")
    elif len(witnesses) < trust.needed:
        report.not_proved.append(
            f"{where}: {len(witnesses)} of {trust.needed} witnesses that you ask for have cosigned "
            "it. Whoever has the log's key could have made another tree: ask the witnesses"
        )
    else:
        words = f" and cosigned by {', '.join(witnesses)}" if witnesses else ""
        report.proved.append(f"{where}: {found.size} leaves, signed by {logs[0]}{words}")
        if not trust.witnesses:
            report.not_proved.append(
                f"{where}: no witness's key was given. Whoever has the log's key and its database "
                "could have made another tree"
            )
        return True
    return False


@dataclass(frozen=True)
class Trust:
    """The keys that were given, and how many of the witnesses must have cosigned."""

    keys: list[Key]
    witnesses: list[Key]
    needed: int


# -- leaves ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """What stands in the tree for an event: canonical JSON, with the digest of its bytes."""

    service: str
    position: int
    previous: int
    event: str
    type: str
    digest: str
    size: int
    recorded_at: str
    people: frozenset[str]
    """Of each person it is about, SHA-256 of a salt (32 hexadecimal digits), the event's id, the
    person's, and the event's number among all about that person, with line feeds between them. The
    salt is random, so that only those whom it is given to can tell whom an event is about."""
    hash: bytes

    def numbers(self, person: str, number: int, salt: str) -> bool:
        """Whether it is about a person, and has this number of theirs."""
        said = f"{salt}\n{self.event}\n{person}\n{number}"
        return (
            bool(SALT.fullmatch(salt)) and hashlib.sha256(said.encode()).hexdigest() in self.people
        )


def read_leaf(record: str, listed: Any = None) -> Leaf:
    """Read a leaf. `listed` are the people of one that, of more than 500, has only the digest."""
    said = parsed(record)
    if (
        type(said) is not dict
        or {name: type(each) for name, each in said.items()} not in LEAF_TYPES
    ):
        raise Wrong("its leaf has not the fields that a leaf has")
    if canonical(said) != record or said.pop("v") != 1:
        raise Wrong("its leaf is not written in the one way that leaves are written")
    people = said["people"]
    if isinstance(people, dict):
        digest = hashlib.sha256(canonical(listed or []).encode()).hexdigest()
        if listed and people != {"count": len(listed), "digest": digest}:
            raise Wrong("the people listed are not those whose digest is in its leaf")
        people = listed or []
    named = frozenset(people) if shaped(people, [str]) else frozenset()
    if len(named) != len(people) or not (
        HEX.fullmatch(said["digest"]) and TIME.fullmatch(said["recorded_at"])
    ):
        raise Wrong("its leaf has a digest, a time or people that are none")
    return Leaf(**{**said, "people": named}, hash=leaf_hash(record.encode()))


def check_body(leaf: Leaf, encoded: str) -> dict[str, Any]:
    """The event that a leaf stands for, read as JSON; nothing if it can't be."""
    body = decoded(encoded)
    if len(body) != leaf.size or hashlib.sha256(body).hexdigest() != leaf.digest:
        raise Wrong("its bytes are not those whose digest and size are in its leaf")
    try:
        said = parsed(body)
    except Unreadable:
        return {}  # kept as it came
    if not isinstance(said, dict) or "id" not in said:
        return {}
    if (said["id"], said.get("type")) != (leaf.event, leaf.type):
        raise Wrong("its bytes are another event's than its leaf says")
    return said


def check_shown(entry: dict[str, Any], leaf: Leaf, event: dict[str, Any]) -> None:
    """What people read of an entry is what its leaf and its bytes say. Whatever was sealed can't be
    compared, and nothing of what is withheld but what is in its leaf."""
    for name, known in {
        "event_id": leaf.event, "type": leaf.type, "service": leaf.service,
    }.items():  # fmt: skip
        if entry[name] != known:
            raise Wrong(f"it is shown with another {name} than its leaf has")
    if when(entry["recorded_at"]) != when(leaf.recorded_at):
        raise Wrong("it is shown with another recorded_at than its leaf has")
    if entry["body"] is None:
        return
    resource, told = event.get("resource"), {name: event.get(name) for name in ("time", "actor")}
    if isinstance(resource, dict):
        told["resource"] = {name: resource.get(name) for name in ("kind", "id", "version")}
    for name in ("time", "actor", "resource"):
        if entry[name] is not None and not same(entry[name], told.get(name)):
            raise Wrong(f"it is shown with another {name} than its event has")
    said = parsed(decoded(entry["body"])) if leaf.type == LINK else event.get("data")
    content = entry["content"]
    for name, each in said.items() if content is not None and isinstance(said, dict) else ():
        if name in (OF_THE_STORE, *entry["redacted"]):
            continue
        if name not in content or not same(content[name], each):
            raise Wrong(f"it is shown with another {name[:50]!r} than its event says")


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where `true` is not 1."""
    return bool(canonical(one) == canonical(other))


def when(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(f"{text[:50]!r} is no time") from None


class Positions:
    """The events of each service in the order of the ledger.

    A service numbers its events upwards, and each names the one before it: so a missing one shows.
    The ledger may receive it later, and then has it after those that follow it.
    """

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        """Whether all entries of the ledger are seen, or some."""
        self._last: dict[str, int] = {}
        self._gaps: dict[tuple[str, int], tuple[int, str]] = {}
        """By service and the position that a gap ends with: where it begins; where it was seen."""
        self.late = 0

    def follow(self, leaf: Leaf, where: str) -> None:
        service, position, previous = leaf.service, leaf.position, leaf.previous
        last = self._last.get(service)
        if previous >= position:
            raise Wrong(f"position {position} of {service} is said to come after {previous}")
        if last is None or position > last:
            if last is not None and previous < last:
                raise Wrong(
                    f"before position {position} of {service} there is {last}, not {previous}"
                )
            if last is not None and previous > last and self._whole:
                self._gaps[service, previous] = last, where
            self._last[service] = position
            return
        self.late += 1
        if not self._whole:
            return
        for (of, until), (after, seen) in self._gaps.items():
            if of == service and after <= previous < position <= until:
                del self._gaps[of, until]
                if previous > after:
                    self._gaps[of, previous] = after, seen
                if position < until:
                    self._gaps[of, until] = position, seen
                return
        raise Wrong(f"position {position} of {service} comes after {last}, and fills no gap")

    def missing(self) -> Iterator[tuple[str, str]]:
        for (service, until), (after, where) in self._gaps.items():
            yield where, f"incomplete: {service}'s events after {after} up to {until} are not there"


# -- reading what may be hostile -------------------------------------------------------------------


def parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON ({type(error).__name__})") from None


def decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        raise Unreadable("not base64") from None


def shaped(value: Any, shape: Any) -> bool:
    """Whether JSON has a shape: a type, `{name: shape}`, `[shape]` for a list of any length,
    `(shape, …)` for one of that length, `{shape, …}` for one of several."""
    if isinstance(shape, type):
        return type(value) is shape
    if isinstance(shape, dict):
        return type(value) is dict and all(shaped(value.get(name), s) for name, s in shape.items())
    if isinstance(shape, list):
        return type(value) is list and all(shaped(each, shape[0]) for each in value)
    if isinstance(shape, tuple):
        return type(value) is list and len(value) == len(shape) and all(map(shaped, value, shape))
    return type(value) in shape


def moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"time {seconds}"


LOCAL, CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
END, END_64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q4sLQL")
STORED, DEFLATED, STREAMED = 0, 8, 8
FULL, FULL_COUNT = 0xFFFFFFFF, 0xFFFF
"""What stands in a ZIP's field for a number that a ZIP64 field has."""


@dataclass(frozen=True)
class Member:
    """A file in a ZIP: what it is packed as, and from where on."""

    name: str
    at: int
    method: int
    packed: int
    size: int
    crc: int


class Layout:
    """A ZIP as exports are laid out: files one after another from the first byte, their directory,
    its end at the last byte, and nothing else anywhere. So every program that can unpack it finds
    the same files in it, whether it goes by the directory or not (PKWARE's APPNOTE 6.3.10)."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, io.SEEK_END)

    def read(self, at: int, size: int) -> bytes:
        if not 0 <= at <= at + size <= self._length or size > MEBIBYTE:
            raise Unreadable("it is no ZIP, cut off, or with a larger directory than any export's")
        self._file.seek(at)
        return self._file.read(size)

    def members(self) -> list[Member]:
        count, start, size = self._end()
        directory, at, next_file = self.read(start, size), 0, 0
        found = []
        while at < size:
            member, at, next_file = self._member(directory, at, next_file)
            found.append(member)
        if not found or len(found) != count or next_file != start:
            raise Unreadable("the ZIP has something between its files and their directory")
        return found

    def _end(self) -> tuple[int, int, int]:
        """How many files there are; where their directory begins, and its size."""
        at = self._length - END.size
        said = END.unpack(self.read(at, END.size))
        _, _, _, _, count, size, start, _ = said
        if start + size != at:
            at -= END_64.size
            more = END_64.unpack(self.read(at, END_64.size))
            made_by, needs, count, size, start = more[2], more[3], *more[7:10]
            locator = b"PK\6\7", 0, at, 1
            if more != (b"PK\6\6", 44, made_by, needs, 0, 0, count, count, size, start, *locator):
                raise Unreadable("the ZIP has something before or after its files")
        few = min(count, FULL_COUNT)
        expected = b"PK\5\6", 0, 0, few, few, min(size, FULL), min(start, FULL), 0
        if start + size != at or said != expected:
            raise Unreadable("the ZIP has something before or after its files")
        return count, start, size

    def _member(self, directory: bytes, at: int, begins: int) -> tuple[Member, int, int]:
        """The file whose line in the directory is at a place; where the next line is; and where the
        next file must begin."""
        fields = CENTRAL.unpack(directory[at : at + CENTRAL.size].ljust(CENTRAL.size, b"\0"))
        mark, _, _, flags, method, time, date, crc, packed, size, *lengths = fields[:13]
        disk, _, attributes, offset = fields[13:]
        at += CENTRAL.size
        raw = directory[at : at + lengths[0]]
        extra = directory[at + lengths[0] : at + lengths[0] + lengths[1]]
        name = raw.decode("ascii", "backslashreplace")
        large = [each for each in (size, packed, offset) if each == FULL]
        kept = struct.Struct(f"<2H{len(large)}Q") if large else struct.Struct("")
        if len(extra) != kept.size:
            raise Unreadable(f"{name!r} has fields in the ZIP that no export has")
        values = list(kept.unpack(extra))
        if values[:2] != ([1, 8 * len(large)] if large else []):
            raise Unreadable(f"{name!r} has fields in the ZIP that no export has")
        size, packed, offset = (
            values.pop(2) if each == FULL else each for each in (size, packed, offset)
        )
        regular = attributes >> 28 in (0, 8) and not attributes & 0x10
        if (mark, disk, lengths[2], offset) != (b"PK\1\2", 0, 0, begins) or not regular:
            raise Unreadable(f"{name!r} is no file that follows the one before it in the ZIP")
        if flags not in (0, STREAMED) or method not in (STORED, DEFLATED):
            raise Unreadable(f"{name} is encrypted, or packed in a way exports aren't")
        if size > EXPANSION * packed + MEBIBYTE:
            raise Unreadable(f"{name} would grow to {size} bytes: a ZIP bomb")
        first, ends = self._own(raw, offset, (flags, method, time, date), (crc, packed, size))
        member = Member(name, first, method, packed, size, crc)
        return member, at + lengths[0] + lengths[1], ends

    def _own(
        self, name: bytes, at: int, how: tuple[int, ...], sizes: tuple[int, int, int]
    ) -> tuple[int, int]:
        """Where a file's bytes begin and what belongs to it ends. Its own header says the same as
        the directory; where it was streamed, what comes after it does."""
        said = LOCAL.unpack(self.read(at, LOCAL.size))
        extra = self.read(at + LOCAL.size + len(name), said[10]) if said[10] in (0, 20) else b"?"
        streamed, (crc, packed, size) = how[0] == STREAMED, sizes
        own = (0, 0, 0) if streamed else sizes
        if extra:
            large, own = struct.pack("<2H2Q", 1, 16, own[2], own[1]), (own[0], FULL, FULL)
        else:
            large = b""
        expected = (b"PK\3\4", said[1], *how, *own, len(name), len(large))
        if said != expected or extra != large or self.read(at + LOCAL.size, len(name)) != name:
            raise Unreadable(f"{name!r} is not the file in the ZIP that its directory says it is")
        first = at + LOCAL.size + len(name) + len(extra)
        after = first + packed
        if streamed:
            told = struct.pack("<4sL2Q" if extra else "<4s3L", b"PK\7\10", crc, packed, size)
            if self.read(after, len(told)) != told:
                raise Unreadable(f"{name!r} does not end in the ZIP where its directory says")
            after += len(told)
        return first, after

    def unpacked(self, member: Member) -> Iterator[bytes]:
        """A file's bytes, some at a time. What is packed is that, to its last byte."""
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(member.at, member.at + member.packed, MEBIBYTE):
            data = self.read(at, min(MEBIBYTE, member.at + member.packed - at))
            if member.method == STORED:
                yield data
                continue
            while chunk := inflating.decompress(data, MEBIBYTE):
                yield chunk
                data = inflating.unconsumed_tail
            if inflating.unused_data:
                raise Unreadable(f"{member.name} has something after its end")
        if member.method == DEFLATED and not inflating.eof:
            raise Unreadable(f"{member.name} is cut off")


class Archive:
    """An export's files. Each is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = Layout(file)
        self._files: dict[str, Member] = {}
        self.hashes: dict[str, dict[str, Any]] = {}
        members = self._zip.members()
        self.folder = members[0].name.partition("/")[0]
        for each in members:
            top, _, name = each.name.partition("/")
            if top != self.folder or not NAMES.fullmatch(name) or name in self._files:
                raise Unreadable(f"an export has no file {each.name!r}, or has it once")
            self._files[name] = each
        trees = [each.size for name, each in self._files.items() if name.endswith(".json")]
        if len(trees) > MOST_TREES + 3 or sum(trees) > ALL_TREES:
            raise Unreadable(
                f"it has more trees than {MOST_TREES}, or larger ones, than any export"
            )

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def chunks(self, name: str) -> Iterator[bytes]:
        if name not in self._files:
            raise Unreadable(f"{name} is not there")
        digest, length, crc, member = hashlib.sha256(), 0, 0, self._files[name]
        for chunk in self._zip.unpacked(member):
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            length += len(chunk)
            if length > member.size:
                break
            yield chunk
        if (length, crc) != (member.size, member.crc):
            raise Unreadable(f"{name} is not as long as the ZIP says, or damaged")
        self.hashes[name] = {"sha256": digest.hexdigest(), "bytes": length}

    def read(self, name: str, most: int = MOST["file"]) -> bytes:
        if name in self._files and self._files[name].size > most:
            raise Unreadable(f"{name} is larger than any export's")
        return b"".join(self.chunks(name))

    def json(self, name: str, shape: Any, most: int = MOST["file"]) -> Any:
        try:
            found = parsed(self.read(name, most))
        except Unreadable as error:
            raise Unreadable(f"{name}: {error}") from None
        if not shaped(found, shape):
            raise Unreadable(f"{name} has not the fields that it should have")
        return found

    def lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > MOST["line"]:
                raise Unreadable(f"{name} has a line of more than {MOST['line']} bytes")
        if rest:
            raise Unreadable(f"{name} ends in the middle of a line")


# -- an export -------------------------------------------------------------------------------------

NULL = type(None)
MANIFEST = {
    "format": str, "export_id": str, "kind": str, "about": dict, "made_at": str, "made_by": str,
    "origin": str, "files": dict,
}  # fmt: skip
ENTRY = {
    "index": int, "shard": str, "leaf_index": int, "leaf": str, "body": {str, NULL},
    "withheld": {str, NULL}, "content_state": str, "people": {list, NULL},
    "numbers": [{"person": str, "number": int, "salt": str}], "event_id": str, "type": str,
    "service": str, "recorded_at": str, "time": {str, NULL}, "actor": {dict, NULL},
    "resource": {dict, NULL}, "content": {dict, NULL}, "redacted": [str], "summary": str,
}  # fmt: skip
WITHHELD = {
    "restricted": "somebody is kept from this person's record, and asked for it",
    "scope": "it lies outside of what the reader may see",
    "wrong_person": "it was filed under the wrong person",
    "identities": "the reader is not told who did what",
    "named": "the reader is named in it",
    "confidential": "it is told to those who deal with it only",
    "third_party": "it names other service users",
    "unreadable": "the ledger could not read it",
}
"""Why an event's bytes may not be in an export."""
OF_THE_STORE = "salt"
"""In an event's data for the sake of its hash, and no part of what it says."""
LINKED = {"leaf": str, "body": str}
STATEMENT = {"index": int, "shard": str, "leaf_index": int, **LINKED}
SAID = {
    "export_id": str, "kind": str, "people": [{"id": str, "count": int}], "entries": int,
    "unread": int, "entries_sha256": str, "trees": [{"shard": str, "size": int, "root": str}],
    "files": [{"name": str, "sha256": str}],
    "resources": [{"kind": str, "id": str, "versions": int}], "requested_by": str,
    "service_user_id": {str, NULL}, "note_id": {str, NULL}, "since": {str, NULL},
    "until": {str, NULL}, "first_index": {int, NULL}, "last_index": {int, NULL},
}  # fmt: skip
TREE = {
    "shard": str, "origin": str, "size": int, "nodes": [(int, int, str)], "link": {dict, NULL},
    "consistency": {list, NULL},
}  # fmt: skip


class Shard:
    """One tree of an export: its leaves that are here, and of all others hashes of subtrees."""

    def __init__(self, name: str, archive: Archive) -> None:
        self.name, self.file = name, f"trees/{name}.json"
        said = archive.json(self.file, TREE, MOST["tree"])
        self.origin, self.size, self.link = said["origin"], said["size"], said["link"]
        self.nodes = len(said["nodes"])
        self._nodes = sorted(map(placed, said["nodes"]), reverse=True)
        self.consistency = [unhexed(each) for each in said["consistency"] or ()]
        self.checkpoint = read_checkpoint(archive.read(f"trees/{name}.checkpoint"))
        self.first_index = 0
        """Which entry of the ledger is its first leaf."""
        self._tree, self._newest = Tree(), (-1, b"")
        self.broken = False
        """Whether a leaf has found no place in it, which is said once."""

    def add(self, index: int, leaf: bytes) -> None:
        """Put a leaf's hash into the tree, after the subtrees that lie before it."""
        if self._newest == (index, leaf):
            return  # a leaf that stands for two things here, a link and an entry
        if self.broken:
            return
        self._fill(index)
        if self._tree.size != index:
            self.broken = True
            raise Wrong(f"leaf {index} of shard {self.name} has no place in the tree")
        self._tree.add(leaf)
        self._newest = index, leaf

    def root(self) -> bytes:
        self._fill(self.size)
        if self._tree.size != self.size or self._nodes:
            raise Wrong(f"its leaves and nodes make a tree of {self._tree.size}, not {self.size}")
        return self._tree.root()

    def _fill(self, end: int) -> None:
        while self._nodes and self._nodes[-1][0] < end:
            at, height, node = self._nodes.pop()
            if at != self._tree.size:
                self.broken = True
                raise Wrong(f"nothing stands for the leaves from {self._tree.size} to {at}")
            self._tree.add(node, height)


def placed(node: list[Any]) -> tuple[int, int, bytes]:
    """Which leaf a subtree begins with, its height, and its hash."""
    height, number, found = node
    return number << height if 0 <= height < 63 else -1, height, unhexed(found)


def unhexed(text: str) -> bytes:
    if not HEX.fullmatch(text):
        raise Unreadable(f"{text[:70]!r} is no hash")
    return bytes.fromhex(text)


class Export:
    """An export, checked step by step."""

    def __init__(self, archive: Archive, report: Report) -> None:
        self.report, self.archive = report, archive
        self.manifest = self.archive.json("manifest.json", MANIFEST)
        self.kind, self.export_id = self.manifest["kind"], self.manifest["export_id"]
        if self.manifest["format"] != "countersign-export/1":
            raise Unreadable(
                f"its format is {self.manifest['format']!r}: not one that is known here"
            )
        if archive.folder != f"countersign-export-{self.export_id}":
            raise Unreadable(f"its folder is {archive.folder!r}: not that of this export")
        if self.kind not in ("person", "note", "period"):
            raise Unreadable(f"an export of {self.kind!r} is not known here")
        report.about = (
            f"Export {self.export_id} of a {self.kind}, made at {self.manifest['made_at']}"
        )
        self.said: Any = None
        """What the statement says."""
        self.entries = 0
        self.withheld: dict[str, int] = {}
        self.positions = Positions(whole=self.kind == "period")
        self._numbers: dict[str, int] = {}
        self._versions: dict[tuple[str, str, str], list[int]] = {}
        """Of each resource of a note's export, by its streams."""
        self._unread = self._redacted = 0
        self._index, self._first_at, self._recorded_at = -1, "", ""

    def check(self, trust: Trust, tsa_ca: str | None) -> "Trees":
        """Check it all."""
        self._files()
        self._statement()
        self._shards()
        self._entries()
        self._completeness()
        self._roots()
        self._bound()
        self.report.vouched = self._vouched(trust)
        self._timestamps(tsa_ca)
        return {each.origin: (each.size, each.checkpoint.root) for each in self.shards.values()}

    def _vouched(self, trust: Trust) -> bool:
        """Every tree is vouched for by itself. That a new one names the end of the one before says
        nothing of that: a stolen key can open a new year, and a witness knows nothing yet of it."""
        signed = [
            check_signatures(each.checkpoint, f"trees/{each.name}.checkpoint", trust, self.report)
            for each in self.shards.values()
        ]
        self.report.not_proved.append(
            f"that the log has no trees before {min(self.shards)} or after {max(self.shards)}: ask "
            "its witnesses which they know"
        )
        return all(signed)

    def _files(self) -> None:
        """Every file is the one that the manifest lists, and there is no other."""
        listed, report = self.manifest["files"], self.report
        written = json.dumps(self.manifest, sort_keys=True, indent=2) + "\n"
        if self.archive.read("manifest.json") != written.encode():
            report.add_wrong("manifest.json", "it is not written as manifests are")
        for name in sorted({*listed, *self.archive} - {"manifest.json"}):
            if name not in self.archive:
                report.add_wrong(name, "the manifest lists it, but it is not there")
            elif name not in listed:
                report.add_wrong(name, "it is there, but the manifest does not list it")
            elif name != "entries.jsonl":
                for _ in self.archive.chunks(name):
                    pass
                self._is_listed(name)

    def _is_listed(self, name: str) -> None:
        if self.archive.hashes[name] != self.manifest["files"].get(name):
            self.report.add_wrong(name, "it is not the file whose hash the manifest has: changed")

    def _statement(self) -> None:
        """The log's own entry that says what must be here."""
        self.statement = self.archive.json("statement.json", STATEMENT)
        with Noting(self.report, "statement.json"):
            self.stated = read_leaf(self.statement["leaf"])
            self.event = check_body(self.stated, self.statement["body"])
            self.said = self.event.get("data")
            if not shaped(self.said, SAID) or (self.stated.service, self.stated.type) != (
                "audit",
                STATED,
            ):
                raise Wrong("it is not a statement of what an export has")
            self._people = {each["id"]: each["count"] for each in self.said["people"]}
            self.sizes = {each["shard"]: each["size"] for each in self.said["trees"]}
            actor = self.event.get("actor")
            by = actor.get("staff_id") if isinstance(actor, dict) else None
            for name, stated in {
                "export_id": self.said["export_id"],
                "kind": self.said["kind"],
                "made_at": self.event.get("time"),
                "made_by": by,
            }.items():
                if self.manifest[name] != stated:
                    self.report.add_wrong("manifest.json", f"its {name} is not the statement's")
            if self.manifest["about"] != self._about():
                self.report.add_wrong("manifest.json", "it is about something else than stated")
            if self.kind == "person" and self.said["service_user_id"] not in self._people:
                raise Wrong("it counts nothing about the person whom it names")
            return
        raise Unreadable("without its statement nothing more can be said")

    def _about(self) -> dict[str, Any]:
        """What the statement is about, as a manifest says it."""
        if self.kind == "period":
            return {"from": self.said["since"], "to": self.said["until"]}
        name = "note_id" if self.kind == "note" else "service_user_id"
        return {name: self.said[name]}

    def _shards(self) -> None:
        """The trees in their order from the log's first, each linked to the one before by its own
        first leaf."""
        names = sorted(name[6:10] for name in self.archive if name.endswith(".checkpoint"))
        self.shards = {name: Shard(name, self.archive) for name in names}
        if not names:
            raise Unreadable("no tree is there")
        for shard in self.shards.values():
            if shard.nodes > 64 * (self.said["entries"] + 2):
                raise Unreadable(f"{shard.file} has more nodes than its entries need")
        before: Shard | None = None
        for shard in self.shards.values():
            with Noting(self.report, shard.file):
                if shard.origin != f"{self.manifest['origin']}/{shard.name}":
                    raise Wrong("its origin is not the manifest's")
                if shard.link is None and before:
                    raise Wrong("the link to the tree before is not there")
                if shard.link is not None:
                    self._link(shard, before)
            before = shard

    def _link(self, shard: Shard, before: Shard | None) -> None:
        if not shaped(shard.link, LINKED):
            raise Unreadable(f"{shard.file}: its link has not the fields of a link")
        leaf = read_leaf(shard.link["leaf"])
        check_body(leaf, shard.link["body"])
        if (leaf.service, leaf.type) != ("ledger", LINK):
            raise Wrong("its first leaf is no link to the tree before")
        shard.first_index = leaf.position
        shard.add(0, leaf.hash)
        if before is None:
            raise Wrong("the tree before, which its first leaf names, is not there")
        check_link(leaf, before.name, before.size, before.checkpoint.root)
        if leaf.position != before.first_index + before.size:
            raise Wrong(f"it begins at entry {leaf.position}, not where {before.name} ends")

    def _entries(self) -> None:
        lines = self.archive.lines("entries.jsonl")
        try:
            for number, line in enumerate(lines, 1):
                entry = parsed(line)
                if not shaped(entry, ENTRY):
                    raise Unreadable(f"entries.jsonl, line {number}: not an entry")
                with Noting(self.report, f"entries.jsonl, line {number}, entry {entry['index']}"):
                    self.entries += 1
                    self._entry(entry, f"entry {entry['index']}")
        except Unreadable:
            for _ in self.archive.chunks("entries.jsonl"):
                pass
            self._is_listed("entries.jsonl")
            raise
        self._is_listed("entries.jsonl")

    def _entry(self, entry: dict[str, Any], where: str) -> None:
        shard, index = self.shards.get(entry["shard"]), entry["index"]
        if shard is None:
            raise Wrong(f"the tree {entry['shard']} that it should be in is not there")
        leaf = read_leaf(entry["leaf"], entry.get("people"))
        if index <= self._index:
            raise Wrong(f"it comes after entry {self._index}")
        if entry["leaf_index"] >= self.sizes.get(shard.name, 0):
            raise Wrong("it is newer than the tree that the statement is about")
        before, self._index = self._index, index
        shard.add(entry["leaf_index"], leaf.hash)
        if index != shard.first_index + entry["leaf_index"]:
            raise Wrong(f"leaf {entry['leaf_index']} of {shard.name} is another entry")
        if leaf.recorded_at < self._recorded_at:
            raise Wrong("it was recorded before the entry above it: back-dated")
        self._recorded_at = leaf.recorded_at
        self._first_at = self._first_at or leaf.recorded_at
        if (entry["body"] is None) != (entry["withheld"] is not None):
            raise Wrong("its bytes are neither there nor withheld, or both")
        event: dict[str, Any] = {}
        if entry["body"] is None:
            if entry["withheld"] not in WITHHELD:
                raise Wrong(f"nothing is withheld for being {entry['withheld'][:30]!r}")
            self.withheld[entry["withheld"]] = self.withheld.get(entry["withheld"], 0) + 1
        else:
            event = check_body(leaf, entry["body"])
        self.positions.follow(leaf, where)
        self._number(entry["numbers"], leaf)
        if self.kind == "person":
            if not entry["numbers"] and '"people":[]' not in entry["leaf"]:
                raise Wrong("it is about nobody whom the statement names")
            self._unread += not entry["numbers"]
        elif self.kind == "period" and before != -1 and index != before + 1:
            raise Wrong(f"incomplete: the entries after {before} are not there")
        elif self.kind == "note":
            self._version(event)
        check_shown(entry, leaf, event)
        self._redacted += bool(entry["redacted"])

    def _number(self, given: list[dict[str, Any]], leaf: Leaf) -> None:
        """Everything about a person is numbered from 1, without holes. Others whom the same event
        is about stay unsaid: no salt of theirs is given."""
        for each in given:
            person, number = each["person"], each["number"]
            if not leaf.numbers(person, number, each["salt"]):
                raise Wrong(f"its leaf doesn't say that it is number {number} about {person}")
            if person not in self._people:
                raise Wrong("it gives the number of somebody whom the statement doesn't name")
            expected, self._numbers[person] = self._numbers.get(person, 0) + 1, number
            if number != expected:
                raise Wrong(f"incomplete: it is number {number} about {person}, not {expected}")

    def _version(self, event: dict[str, Any]) -> None:
        resource = event.get("resource", {})
        if shaped(resource, {"kind": str, "id": str, "stream": str, "version": int}):
            stream = resource["kind"], resource["id"], resource["stream"]
            self._versions.setdefault(stream, []).append(resource["version"])

    def _completeness(self) -> None:
        """What is here is what the statement says there is: no less, and no more."""
        said, report = self.said, self.report
        if self.entries != said["entries"]:
            what = f"incomplete: {self.entries} entries, of {said['entries']} that are stated"
            report.add_wrong("entries.jsonl", what)
        if self.archive.hashes["entries.jsonl"]["sha256"] != said["entries_sha256"]:
            report.add_wrong("entries.jsonl", "it is not the file that the statement is about")
        if self.kind == "person":
            for person, count in self._people.items():
                if self._numbers.get(person, 0) != count:
                    what = f"incomplete: up to number {self._numbers.get(person, 0)} of {count}"
                    report.add_wrong("entries.jsonl", f"{what} about {person}")
        if self.kind == "period":
            self._period()
        if self.kind == "note":
            self._resources()
        with Noting(report, "statement.json"):
            if (
                self.statement["index"] <= self._index
                or self.stated.recorded_at < self._recorded_at
            ):
                raise Wrong("it was made before the newest entry that it is about")
            if not self.sizes.keys() <= self.shards.keys():
                raise Wrong("it is about trees that are not there")
            if self.statement["index"] < self._end():
                raise Wrong("it is older than the trees that it is about")
            shard = self.shards.get(self.statement["shard"])
            if shard is None:
                raise Wrong("the tree that it should be in is not there")
            if self.statement["index"] != shard.first_index + self.statement["leaf_index"]:
                raise Wrong("its leaf is another entry")
            shard.add(self.statement["leaf_index"], self.stated.hash)

    def _period(self) -> None:
        first, last = self.said.get("first_index"), self.said.get("last_index")
        if self.entries and (self._index, self._index - self.entries + 1) != (last, first):
            what = f"incomplete: not all entries from {first} to {last}, as stated"
            self.report.add_wrong("entries.jsonl", what)
        for where, what in self.positions.missing():
            self.report.add_wrong(f"entries.jsonl, {where}", what)
        since, until = (
            datetime.fromisoformat(self.said[each] or "") for each in ("since", "until")
        )
        for recorded in filter(None, (self._first_at, self._recorded_at)):
            if not since <= datetime.fromisoformat(recorded) <= until:
                what = f"it has what was recorded at {recorded}, outside its period"
                self.report.add_wrong("entries.jsonl", what)

    def _resources(self) -> None:
        """Of each resource all versions that it had then."""
        for each in self.said["resources"]:
            name, every = (each["kind"], each["id"]), list(range(1, each["versions"] + 1))
            if any(key[:2] == name and found == every for key, found in self._versions.items()):
                continue
            what = (
                f"versions 1 to {each['versions']} of {each['kind']} {each['id']} are not all here"
            )
            if self.withheld:
                self.report.not_proved.append(f"{what}, or withheld")
            else:
                self.report.add_wrong("entries.jsonl", f"incomplete: {what}")

    def _roots(self) -> None:
        """Leaves and nodes give the root that is signed, and the tree began as it was stated."""
        stated = {each["shard"]: each for each in self.said["trees"]}
        for name, shard in self.shards.items():
            found = shard.checkpoint
            with Noting(self.report, shard.file):
                if (found.origin, found.size) != (shard.origin, shard.size):
                    raise Wrong("its checkpoint is of another tree")
                if not shard.broken and shard.root() != found.root:
                    raise Wrong("its leaves and nodes don't give the root of its checkpoint")
                if name not in stated:
                    if name < max(stated, default=""):
                        raise Wrong("the statement doesn't know this tree")
                    continue  # opened after the statement's trees were as they are stated
                said = stated[name]
                root = unhexed(said["root"])
                if not consistent(said["size"], shard.size, shard.consistency, root, found.root):
                    raise Wrong(f"it did not grow out of the tree of {said['size']} that is stated")

    def _bound(self) -> None:
        """Say what is proved of this kind of export, and what can't be."""
        say, doubt = self.report.proved.append, self.report.not_proved.append
        say(f"{self.entries} entries are in the log as they were recorded, unchanged and in order")
        if self.kind == "person":
            counts = ", ".join(f"{count} about {who}" for who, count in self._people.items())
            say(f"it is whole {self._as_of()}: every event until then is here ({counts})")
        elif self.kind == "period":
            first = self.said["first_index"]
            if self.entries:
                say(f"it is whole: every entry from {first} to {self._index}")
            doubt(
                "that what lies before and after was recorded outside its period: the log says so"
            )
        else:
            say(
                "all versions are here that the log states of the note and what belongs to it "
                f"{self._as_of()}"
            )
            doubt("that nothing else belongs to the note rests on the log's own statement")
        if between := self.statement["index"] - self._end():
            doubt(
                f"what {between} entries say that the log took in after that, before its statement "
                "of this export"
            )
        for reason, count in sorted(self.withheld.items()):
            doubt(
                f"what {count} entries say, who did it and when: withheld, with digests ({reason}: "
                f"{WITHHELD[reason]})"
            )
        if self._redacted:
            doubt(f"the parts of {self._redacted} entries that they say are left out (`redacted`)")
        if self.positions.late:
            doubt(f"{self.positions.late} entries came late: the ledger has them after later ones")
        if self._unread:
            doubt(
                f"whom {self._unread} entries are about: unreadable when they came, so unnumbered"
            )
        if self.said["unread"]:
            doubt(f"whom {self.said['unread']} events are about that the ledger could not read")
        doubt(
            "that the words in `content` are what was sealed: that takes the keys of the data. The "
            "log states the hash of entries.jsonl, so they are at least what it gave out"
        )
        files = {each["name"]: each["sha256"] for each in self.said["files"]}
        for name in ("report.html", "report.pdf", "policies.json", "keys.txt", "README.txt"):
            if name in files and name in self.archive:
                if self.archive.hashes[name]["sha256"] != files[name]:
                    self.report.add_wrong(name, "it is not the file that the statement is about")
            elif name in files:
                self.report.add_wrong(name, "the statement names it, but it is not there")
            elif name in self.archive:
                doubt(f"{name}: for reading only, no signature covers it")

    def _end(self) -> int:
        """How many entries the ledger had in the trees that the statement is about."""
        newest = max(self.sizes)
        return self.shards[newest].first_index + int(self.sizes[newest])

    def _as_of(self) -> str:
        """What it can be whole of: not of the time on it, but of the trees that are stated."""
        newest = max(self.sizes)
        return (
            f"as of the first {self.sizes[newest]} leaves of the tree {newest}, which the log "
            f"stated at {self.stated.recorded_at}"
        )

    def _timestamps(self, tsa_ca: str | None) -> None:
        for name in self.archive:
            if not name.startswith("timestamps/"):
                continue
            shard = self.shards.get(name[11:15])
            if shard is None or not name[15:].startswith(f"-{shard.size}-"):
                self.report.not_proved.append(f"{name}: of no checkpoint that is here")
                continue
            with Noting(self.report, name):
                at, why = check_timestamp(self.archive.read(name), shard.checkpoint.text, tsa_ca)
                if at:
                    self.report.proved.append(f"{name}: that checkpoint was there at {at}")
                else:
                    self.report.not_proved.append(f"{name}: not checked, {why}")


Trees = dict[str, tuple[int, bytes]]
"""The size and root of trees, by their origins."""


def check_export(path: str, trust: Trust, report: Report, tsa_ca: str | None = None) -> Trees:
    """Check an export. Returns the trees that it has."""
    with open(path, "rb") as file:
        return Export(Archive(file), report).check(trust, tsa_ca)


def check_link(leaf: Leaf, closed: str, size: int, root: bytes) -> None:
    """A tree's first leaf says how the one before it ended."""
    said = {"closed": closed, "root": root.hex(), "size": size}
    body = canonical(said).encode()
    if (len(body), hashlib.sha256(body).hexdigest()) != (leaf.size, leaf.digest):
        raise Wrong(f"its first leaf says otherwise how {closed} ended than it does")


def check_timestamp(token: bytes, text: str, tsa_ca: str | None) -> tuple[str, str]:
    """Ask openssl when an authority stamped a checkpoint's text (RFC 3161). Returns when that was;
    or nothing, and why that isn't known. Only what an authority that you know has signed for
    another text is wrong: anybody can put stamps of their own beside an export's."""
    openssl = shutil.which("openssl")
    if not tsa_ca or not openssl:
        return "", "openssl is not there" if tsa_ca else "no authority was given (--tsa-ca)"
    with tempfile.TemporaryDirectory() as folder:
        stamp, data = Path(folder, "stamp"), Path(folder, "text")
        stamp.write_bytes(token)
        data.write_bytes(text.encode())

        def ask(*more: str) -> subprocess.CompletedProcess[bytes]:
            command = [openssl, "ts", *more, "-in", str(stamp)]
            return subprocess.run(command, capture_output=True, timeout=60, check=False)

        said = ask("-reply", "-text").stdout.decode(errors="replace")
        found = re.search(r"^Time stamp: (.*)$", said, re.MULTILINE)
        own = re.search(r"^Hash Algorithm: (\w+)$", said, re.MULTILINE)
        dumped = re.findall(r"^ +[0-9a-f]{4} - ((?:[0-9a-f]{2}[ -])+)", said, re.MULTILINE)
        if not found or not own:
            return "", "it is no time stamp that openssl can read"
        try:
            at = datetime.strptime(found[1], "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC)
        except ValueError:  # with parts of a second
            at = datetime.now(UTC)
        # The authority's certificate has to have been good when it stamped, not now.
        then = ("-CAfile", tsa_ca, "-attime", str(int(at.timestamp())))
        if ask("-verify", "-data", str(data), *then).returncode == 0:
            return found[1], ""
        imprint = re.sub(r"[^0-9a-f]", "", "".join(dumped))
        if imprint and ask("-verify", "-digest", imprint, *then).returncode == 0:
            raise Wrong("an authority that you know has signed it, but for another text")
    return "", "it is not by an authority that you know, or not whole"


class Noting:
    """Notes what is wrong within it, at a place, and goes on after it."""

    def __init__(self, report: Report, where: str) -> None:
        self._report, self._where = report, where

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> bool:
        if isinstance(error, Wrong):
            self._report.add_wrong(self._where, error)
        return isinstance(error, Wrong)


# -- the command -----------------------------------------------------------------------------------

ANYTHING = (
    OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
    MemoryError, OverflowError, EOFError, NotImplementedError, RuntimeError, struct.error,
    zlib.error, subprocess.SubprocessError,
)  # fmt: skip
"""What comes of files made to confuse: said in words, like everything else that can't be read."""


def options(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("countersign verify", description=description)
    add = parser.add_argument
    add("--key", action="append", default=[], metavar="VKEY", help="a log's key that you trust")
    add("--keys", metavar="FILE", help="such keys, one a line")
    add("--witness", action="append", default=[], metavar="VKEY", help="a witness's key")
    add("--witnesses", type=int, metavar="N", help="how many of them are needed (all)")
    add("--tsa-ca", metavar="FILE", help="certificates of time-stamp authorities (PEM)")
    add("--json", action="store_true", help="the report as JSON")
    return parser


def trust_of(said: argparse.Namespace) -> Trust:
    lines = Path(said.keys).read_text().splitlines() if said.keys else []
    keys = [*said.key, *(each for each in lines if each.strip() and each[0] != "#")]
    # A key is one witness, however often and by whatever name it is given.
    witnesses = [
        *{key.public: key for key in (read_key(v, COSIGNATURE) for v in said.witness)}.values()
    ]
    needed = len(witnesses) if said.witnesses is None else said.witnesses
    if said.witnesses is not None and not 1 <= needed <= len(witnesses):
        raise Unreadable(f"--witnesses {needed}: keys of {len(witnesses)} witnesses are given")
    return Trust([read_key(each, SIGNATURE) for each in keys], witnesses, needed)


def examined(check: Callable[[Report], object]) -> Report:
    """What a check finds. It ends in words, whatever it meets."""
    report = Report()
    try:
        check(report)
    except Wrong as wrong:
        report.add_wrong("the whole", wrong)
    except Unreadable as error:
        report.unreadable = str(error)
    except ANYTHING as error:
        report.unreadable = f"{type(error).__name__}: {error}"
    return report


def printed(report: Report, *, as_json: bool) -> int:
    """Print what was found. Returns the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(report.json() if as_json else report.words())
    return report.code


def main(arguments: list[str] | None = None) -> int:
    parser = options("Check an export of a Countersign ledger.")
    parser.add_argument("export", help="the ZIP")
    said = parser.parse_args(arguments)
    report = examined(lambda found: check_export(said.export, trust_of(said), found, said.tsa_ca))
    return printed(report, as_json=said.json)


if __name__ == "__main__":
    sys.exit(main())
