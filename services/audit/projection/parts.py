"""What exports are kept in: files in parts, sealed under a key of the export's own.

The key is random, kept wrapped under the deployment's key-encryption key, and deleted when the
export ends: then nobody reads what is left of the parts, nor a backup of them without its keys. A
part is bound to its export, its file and its place. A file counts once `export_files` names it, in
the transaction that says so; so two that write the same one never mix their parts.
"""

import hashlib
import os
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from services.audit.projection.tables import (
    EXPORT_FILE_ROWS,
    EXPORT_FILES,
    EXPORT_KEYS,
    EXPORT_PARTS,
)
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, Write
from shared.eventstore.wrapping import KEY_BYTES, NONCE_BYTES, KeyWrapper, Wrapped

PART_BYTES = 1 << 20
SWEPT_AT_ONCE = 64
QUICKLY = 1
"""Level of zlib: parts that wait to be put together are packed a little."""

_KEY = Prepared(select(EXPORT_KEYS).where(EXPORT_KEYS.c.export_id == bindparam("export_id")))
_NEW_KEY = Prepared(
    insert(EXPORT_KEYS)
    .values(export_id=bindparam("export_id"), wrapped=bindparam("wrapped"), kek=bindparam("kek"))
    .on_conflict_do_nothing()
)
_PART = Prepared(
    insert(EXPORT_PARTS).values(
        export_id=bindparam("export_id"),
        file=bindparam("file"),
        number=bindparam("number"),
        sealed=bindparam("sealed"),
    )
)
_READ = Prepared(
    select(EXPORT_PARTS.c.sealed).where(
        EXPORT_PARTS.c.export_id == bindparam("export_id"),
        EXPORT_PARTS.c.file == bindparam("file"),
        EXPORT_PARTS.c.number == bindparam("number"),
    )
)
_FILES = Prepared(
    select(EXPORT_FILES)
    .where(EXPORT_FILES.c.export_id == bindparam("export_id"))
    .order_by(EXPORT_FILES.c.name)
)
_NO_KEY = Prepared(delete(EXPORT_KEYS).where(EXPORT_KEYS.c.export_id == bindparam("of_export")))
_NO_FILES = Prepared(delete(EXPORT_FILES).where(EXPORT_FILES.c.export_id == bindparam("of_export")))
_NOT_OTHERS = Prepared(
    delete(EXPORT_FILES).where(
        EXPORT_FILES.c.export_id == bindparam("of_export"),
        EXPORT_FILES.c.name != bindparam("but"),
    )
)
_SWEEP = Prepared(
    text("""
DELETE FROM export_parts USING (
  SELECT export_parts.export_id, export_parts.file, export_parts.number
  FROM export_parts JOIN exports ON exports.id = export_parts.export_id
  WHERE exports.state NOT IN ('queued', 'running') AND NOT EXISTS (
    SELECT FROM export_files
    WHERE export_files.export_id = export_parts.export_id
      AND export_files.file = export_parts.file)
  LIMIT :most
) AS left_over
WHERE export_parts.export_id = left_over.export_id AND export_parts.file = left_over.file
  AND export_parts.number = left_over.number
""")
)


class PartsLost(Exception):
    """Parts are missing or were changed, or their key is gone: what they held can't be read."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was written: its digest (hex) and length are those of what it holds."""

    export_id: UUID
    name: str
    file: UUID
    sha256: str
    bytes: int

    @property
    def row(self) -> Write:
        """Makes it count."""
        return EXPORT_FILE_ROWS.row(
            export_id=self.export_id,
            name=self.name,
            file=self.file,
            sha256=self.sha256,
            bytes=self.bytes,
        )


class Parts:
    """The parts of all exports."""

    def __init__(self, database: Database, wrapper: KeyWrapper) -> None:
        self._database = database
        self._wrapper = wrapper

    async def writing(self, export_id: UUID, name: str) -> "Writing":
        """A new file, empty, that doesn't count yet."""
        return Writing(self._database, await self._key(export_id), export_id, name)

    async def files(self, export_id: UUID) -> dict[str, File]:
        """The files of an export that count, by name."""
        rows = await self._database.fetch(_FILES, export_id=export_id)
        return {row["name"]: File(**row) for row in rows}

    async def read(self, file: File) -> AsyncIterator[bytes]:
        """What a file holds, a part at a time. Raises `PartsLost`, at the latest before the last
        part, for what is not all of what was written."""
        cipher = await self._key(file.export_id, make=False)
        digest, read, number = hashlib.sha256(), 0, 0
        while read < file.bytes:
            row = await self._database.fetch_one(
                _READ, export_id=file.export_id, file=file.file, number=number
            )
            if row is None:
                raise PartsLost()
            part = _opened(
                cipher, bytes(row["sealed"]), _context(file.export_id, file.file, number)
            )
            digest.update(part)
            read, number = read + len(part), number + 1
            if read >= file.bytes and (read, digest.hexdigest()) != (file.bytes, file.sha256):
                raise PartsLost()
            yield part

    async def ready(self, file: File) -> None:
        """Raises what reading a file would raise at once: without its key nothing can be read."""
        await self._key(file.export_id, make=False)

    async def sweep(self) -> int:
        """Delete parts that no file names, of exports that nobody works on; some at a time."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(_SWEEP.sql, _SWEEP.bind({"most": SWEPT_AT_ONCE}))
            return cursor.rowcount

    async def _key(self, export_id: UUID, *, make: bool = True) -> AESGCM:
        context = f"export {export_id}".encode()
        row = await self._database.fetch_one(_KEY, export_id=export_id)
        if row is None and make:
            wrapped = await self._wrapper.wrap(os.urandom(KEY_BYTES), context)
            async with self._database.connection() as connection:
                new = {"export_id": export_id, "wrapped": wrapped.value, "kek": wrapped.kek}
                await connection.execute(_NEW_KEY.sql, _NEW_KEY.bind(new))
            row = await self._database.fetch_one(_KEY, export_id=export_id)
        if row is None:
            raise PartsLost()
        found = Wrapped(bytes(row["wrapped"]), row["kek"])
        return AESGCM(await self._wrapper.unwrap(found, context))


class Writing:
    """A file that is written. `finish` gives what makes it count."""

    def __init__(self, database: Database, cipher: AESGCM, export_id: UUID, name: str) -> None:
        self.export_id = export_id
        self.name = name
        self._database = database
        self._cipher = cipher
        self._file = uuid4()
        self._digest = hashlib.sha256()
        self._bytes = self._parts = 0
        self._pending = bytearray()

    async def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._bytes += len(data)
        self._pending += data
        while len(self._pending) >= PART_BYTES:
            await self._put(bytes(self._pending[:PART_BYTES]))
            del self._pending[:PART_BYTES]

    async def finish(self) -> File:
        if self._pending:
            await self._put(bytes(self._pending))
            self._pending.clear()
        return File(self.export_id, self.name, self._file, self._digest.hexdigest(), self._bytes)

    async def _put(self, part: bytes) -> None:
        nonce = os.urandom(NONCE_BYTES)
        context = _context(self.export_id, self._file, self._parts)
        sealed = nonce + self._cipher.encrypt(nonce, zlib.compress(part, QUICKLY), context)
        row = {
            "export_id": self.export_id,
            "file": self._file,
            "number": self._parts,
            "sealed": sealed,
        }
        async with self._database.connection() as connection:
            await connection.execute(_PART.sql, _PART.bind(row))
        self._parts += 1


def forgotten(export_id: UUID) -> Sequence[Write]:
    """Deletes an export's key, and what says which of its parts are what."""
    return [_NO_KEY.write(of_export=export_id), _NO_FILES.write(of_export=export_id)]


def only(file: File) -> Sequence[Write]:
    """Makes a file the only one of its export that counts."""
    return [_NOT_OTHERS.write(of_export=file.export_id, but=file.name), file.row]


def _context(export_id: UUID, file: UUID, number: int) -> bytes:
    return f"export {export_id} {file} {number}".encode()


def _opened(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    try:
        packed = cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except InvalidTag:
        raise PartsLost() from None
    return zlib.decompress(packed)
