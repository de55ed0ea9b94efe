"""Timestamps of the newest checkpoint by trusted authorities (RFC 3161): a setting.

They show that the ledger said this then, to who trusts neither it nor its witnesses. Nothing waits
for them, and an authority that fails changes nothing else.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from prometheus_client import Counter, Metric
from prometheus_client.core import GaugeMetricFamily
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from services.audit.projection import Checkpoints, Signed, Timestamp, Timestamps, Trees
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import split

PATIENCE = 10.0
AGAIN_AFTER = timedelta(minutes=5)
"""How long an authority that failed is left alone."""
MOST_BYTES = 64 * 1024
ASKED = "application/timestamp-query"
STAMPED = Counter("countersign_ledger_timestamps", "Timestamps asked for", ["authority", "outcome"])
log = logging.getLogger(__name__)


class NoTimestamp(Exception):
    """Why there is none, without anything of the answer."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """Where timestamps come from, and by which certificates they are believed."""

    urls: tuple[str, ...] = ()
    roots: tuple[Certificate, ...] = ()
    every: timedelta = timedelta(hours=1)

    @classmethod
    def parse(cls, urls: str, roots: str, minutes: int) -> "Authorities":
        """From lines of URLs and PEM certificates. Raises `MalformedSetting`."""
        each = tuple(line.strip() for line in urls.splitlines() if line.strip())
        for number, url in enumerate(each, start=1):
            if not url.startswith(("http://", "https://")):
                raise MalformedSetting("timestamp_authorities", f"line {number}: not a URL")
        try:
            trusted = tuple(load_pem_x509_certificates(roots.encode())) if roots.strip() else ()
        except ValueError:
            raise MalformedSetting("timestamp_roots", "not certificates in PEM") from None
        if each and not trusted:
            raise MalformedSetting("timestamp_roots", "no root of the authorities is given")
        return cls(each, trusted, timedelta(minutes=minutes))


class Timestamping:
    """A job of the leading worker."""

    def __init__(
        self,
        database: Database,
        authorities: Authorities,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._authorities = authorities
        self._trees = Trees(database)
        self._checkpoints = Checkpoints(database)
        self._timestamps = Timestamps(database)
        self._transport = transport
        self._failed_at: dict[str, datetime] = {}
        self._last: dict[str, datetime] = {}

    def measures(self) -> Iterator[Metric]:
        """When each authority stamped last, as the worker that leads last read it."""
        stamped = GaugeMetricFamily(
            "countersign_ledger_timestamp_seconds",
            "When an authority stamped last",
            labels=["authority"],
        )
        for authority, at in self._last.items():
            stamped.add_metric([authority], at.timestamp())
        yield stamped

    async def look(self, call: Call) -> int:
        """Have the newest published checkpoint stamped by each authority that is due."""
        for authority in self._authorities.urls:
            last = await self._timestamps.last(authority)
            if last:
                self._last[authority] = last.at
            if self._is_due(authority, last, call.at):
                await self._stamp(authority, last, call.at)
        return 0

    def _is_due(self, authority: str, last: Timestamp | None, at: datetime) -> bool:
        failed = self._failed_at.get(authority)
        if failed and at - failed < AGAIN_AFTER:
            return False
        return last is None or at - last.at >= self._authorities.every

    async def _stamp(self, authority: str, last: Timestamp | None, at: datetime) -> None:
        newest = await self._newest()
        if newest is None or (last and (last.shard, last.size) == (newest.shard, newest.size)):
            return
        try:
            token = await self._ask(authority, split(newest.note)[0].encode())
        except (NoTimestamp, TimeoutError, httpx.HTTPError) as error:
            self._failed_at[authority] = at
            STAMPED.labels(authority, "failed").inc()
            why = str(error) if isinstance(error, NoTimestamp) else type(error).__name__
            log.error("no timestamp by %s: %s", authority, why)
            return
        self._failed_at.pop(authority, None)
        await self._timestamps.keep(Timestamp(newest.shard, newest.size, authority, token, at))
        STAMPED.labels(authority, "kept").inc()

    async def _newest(self) -> Signed | None:
        shards: Sequence[str] = [each.id for each in await self._trees.shards()]
        return await self._checkpoints.published(shards[-1]) if shards else None

    async def _ask(self, authority: str, text: bytes) -> bytes:
        """Its answer, checked. Raises `NoTimestamp`, TimeoutError, and what httpx raises."""
        request = TimestampRequestBuilder(text, HashAlgorithm.SHA256).build()
        received = bytearray()
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(transport=self._transport) as client,
            client.stream(
                "POST", authority, content=request.as_bytes(), headers={"content-type": ASKED}
            ) as answer,
        ):
            answer.raise_for_status()
            async for part in answer.aiter_bytes():
                received += part
                if len(received) > MOST_BYTES:
                    raise NoTimestamp("the answer is too large")
        try:
            token: TimeStampResponse = decode_timestamp_response(bytes(received))
            verifier = VerifierBuilder.from_request(request)
            for root in self._authorities.roots:
                verifier = verifier.add_root_certificate(root)
            verifier.build().verify_message(token, text)
        except (VerificationError, ValueError) as wrong:
            raise NoTimestamp(f"the answer is not what was asked for: {wrong}") from None
        return bytes(received)
