"""An export's ZIP, written as a stream: no more of it is in memory than a part."""

import asyncio
import hashlib
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from services.audit.projection import File, Writing


class _Pending:
    """What a ZIP file writes, until it is fetched. It can't be sought in."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def flush(self) -> None:
        pass

    def fetched(self) -> bytes:
        found = bytes(self._data)
        self._data.clear()
        return found


class Zip:
    """Members are added one after another, below one folder."""

    def __init__(self, into: Writing, folder: str, at: datetime) -> None:
        self._into = into
        self._folder = folder
        self._time = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._pending = _Pending()
        written: Any = self._pending
        self._zip = zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED)
        self.files: dict[str, dict[str, Any]] = {}
        """The digest and length of each member so far, as the manifest lists them."""

    async def add(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        digest, length = hashlib.sha256(), 0
        info = zipfile.ZipInfo(f"{self._folder}/{name}", self._time)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            async for chunk in chunks:
                digest.update(chunk)
                length += len(chunk)
                await asyncio.to_thread(member.write, chunk)
                await self._into.write(self._pending.fetched())
        self.files[name] = {"sha256": digest.hexdigest(), "bytes": length}
        await self._into.write(self._pending.fetched())

    async def put(self, name: str, data: bytes) -> None:
        await self.add(name, _once(data))

    async def finish(self) -> File:
        self._zip.close()
        await self._into.write(self._pending.fetched())
        return await self._into.finish()


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Whole lines out of chunks, each with its end."""
    rest = b""
    async for chunk in chunks:
        found = (rest + chunk).splitlines(keepends=True)
        rest = found.pop() if found and not found[-1].endswith(b"\n") else b""
        for line in found:
            yield line
    if rest:
        yield rest
