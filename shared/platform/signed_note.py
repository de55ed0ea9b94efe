"""Signed notes and checkpoints: C2SP `signed-note`, `tlog-checkpoint` and `tlog-cosignature`, with
Ed25519.

A note is a text and lines of signatures. A checkpoint is a note whose text is a log's origin, the
size of its tree and its root. A cosignature is a witness's line on somebody else's checkpoint.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = KEY_BYTES = 32
KEY_ID_BYTES, TIME_BYTES = 4, 8
DASH = "\N{EM DASH}"
Kind = Literal[1, 4]
SIGNATURE: Kind = 1
"""A signature over the text itself."""
COSIGNATURE: Kind = 4
"""A signature over the text with a time, by a witness."""
MOST_SIGNATURES = 100


class MalformedNote(ValueError):
    """Why a text is no signed note, no checkpoint or no key. Nothing secret is in it."""


class NotSigned(Exception):
    """A note has no signature by a key that is trusted, or one of such a key that is wrong."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `root` is the hash of its first `size` leaves."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note; extension lines are left out. Raises `MalformedNote`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise MalformedNote("a checkpoint is an origin, a size and a root, a line each")
        origin, size, root = lines[:3]
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
            raise MalformedNote("its size is not a number")
        return cls(origin, int(size), decoded(root, KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name: its `vkey` is `<name>+<key id>+<base64 of type and key>`."""

    name: str
    key: bytes
    kind: Kind = SIGNATURE

    @property
    def id(self) -> bytes:
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.key
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a `vkey`. Raises `MalformedNote`."""
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = decoded(encoded, 1 + KEY_BYTES)
        if key[0] not in (SIGNATURE, COSIGNATURE):
            raise MalformedNote("not an Ed25519 key of a log or a witness")
        found = cls(named(name), key[1:], SIGNATURE if key[0] == SIGNATURE else COSIGNATURE)
        if found.id.hex() != key_id:
            raise MalformedNote("its key id is not that of its name and key")
        return found

    def check(self, text: str, signature: bytes) -> bool:
        """Whether a signature, without the key's id, is this key's on a text."""
        if self.kind == COSIGNATURE:
            at = int.from_bytes(signature[:TIME_BYTES])
            text, signature = cosigned(text, at), signature[TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name. Signing the same text again gives the same line."""

    name: str
    key: Ed25519PrivateKey
    kind: Kind = SIGNATURE

    @classmethod
    def parse(cls, name: str, seed: str, kind: Kind = SIGNATURE) -> "Signer":
        """From the base64 of an Ed25519 seed of 32 bytes. Raises `MalformedNote`."""
        key = Ed25519PrivateKey.from_private_bytes(decoded(seed.strip(), SEED_BYTES))
        return cls(named(name), key, kind)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key.public_key().public_bytes_raw(), self.kind)

    def sign(self, text: str, at: int = 0) -> str:
        """A signature line; `at`, in seconds since 1970, is what a witness says besides."""
        stamp = b""
        if self.kind == COSIGNATURE:
            stamp, text = at.to_bytes(TIME_BYTES), cosigned(text, at)
        signature = self.verifier.id + stamp + self.key.sign(text.encode())
        return f"{DASH} {self.name} {base64.b64encode(signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line as it is read; `value` is without the key's id."""

    name: str
    key_id: bytes
    value: bytes
    line: str


def cosigned(text: str, at: int) -> str:
    """What a witness signs of a checkpoint's text."""
    return f"cosignature/v1\ntime {at}\n{text}"


def note(text: str, lines: Iterable[str]) -> str:
    return f"{text}\n{''.join(lines)}"


def joined(signed: str, also: str) -> str:
    """A note with its signatures, and those of another note of the same text that it lacks.

    Raises `MalformedNote`, also when the texts differ.
    """
    text, lines = split(signed)
    other, more = split(also)
    if text != other:
        raise MalformedNote("these are two notes")
    return note(text, dict.fromkeys(each.line for each in (*lines, *more)))


def split(signed: str) -> tuple[str, list[Signature]]:
    """The text of a note and its signatures, none of them checked. Raises `MalformedNote`."""
    if any(ord(each) < 0x20 and each != "\n" for each in signed):
        raise MalformedNote("a note has no control characters")
    text, found, below = signed.rpartition("\n\n")
    if not found or not below.endswith("\n"):
        raise MalformedNote("a note is a text, an empty line and signatures, a line each")
    lines = [f"{line}\n" for line in below.split("\n")[:-1]]
    if len(lines) > MOST_SIGNATURES:
        raise MalformedNote("too many signatures")
    return f"{text}\n", [signature(line) for line in lines]


def signature(line: str) -> Signature:
    """Read one line. Raises `MalformedNote`."""
    dash, _, rest = line.removesuffix("\n").partition(" ")
    name, _, encoded = rest.partition(" ")
    value = decoded(encoded)
    if dash != DASH or len(value) <= KEY_ID_BYTES:
        raise MalformedNote("not a line of a signature")
    return Signature(named(name), value[:KEY_ID_BYTES], value[KEY_ID_BYTES:], line)


def opened(signed: str, trusted: Sequence[Verifier]) -> tuple[str, list[Verifier]]:
    """The text of a note, and which of the trusted keys signed it.

    Signatures by others are ignored. Raises `MalformedNote`, and `NotSigned` when none of them
    signed it, or when a signature that claims to be of one of them isn't.
    """
    text, signatures = split(signed)
    keys = {(each.name, each.id): each for each in trusted}
    signed_by = []
    for each in signatures:
        key = keys.get((each.name, each.key_id))
        if key is None:
            continue
        if not key.check(text, each.value):
            raise NotSigned(f"the signature of {each.name} is wrong")
        if key not in signed_by:
            signed_by.append(key)
    if not signed_by:
        raise NotSigned("no trusted key signed it")
    return text, signed_by


def named(name: str) -> str:
    """The name of a key, if it can be one. Raises `MalformedNote`."""
    if not name or "+" in name or any(c.isspace() or unicodedata.category(c) == "Cc" for c in name):
        raise MalformedNote("a key's name is not empty and has neither spaces nor a plus sign")
    return name


def decoded(encoded: str, length: int | None = None) -> bytes:
    """The bytes of a base64 text, if it is one, and of this length. Raises `MalformedNote`."""
    try:
        found = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNote("not base64") from None
    if length is not None and len(found) != length:
        raise MalformedNote(f"not base64 of {length} bytes")
    return found
