"""Witnesses of the ledger, and asking one of them to cosign a checkpoint."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache

import httpx

from services.audit.policy import Verdict, verdict
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import (
    COSIGNATURE,
    MalformedNote,
    NotSigned,
    Verifier,
    note,
    opened,
    split,
)
from shared.platform.tlog_witness import ADD_CHECKPOINT, Submission, parse_size

PATIENCE = 2.0
"""Seconds until a witness is taken to be away."""
IMPATIENCE = 0.25
"""The same for one that was away when it was last asked, by who can't wait for it."""
MOST_BYTES = 16 * 1024
"""Of an answer: a few lines."""
Prove = Callable[[int], Awaitable[tuple[bytes, ...]]]
"""The proof that a checkpoint's tree has grown out of the one of a size."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """A witness's answer; `size` is of the last tree it is known to have cosigned."""

    verdict: Verdict
    size: int
    cosigned: str | None = None
    """The note with the witness's cosignature besides."""


@dataclass(frozen=True, slots=True)
class Witness:
    verifier: Verifier
    url: str
    transport: httpx.AsyncBaseTransport | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        return f"{self.verifier.name}+{self.verifier.id.hex()}"

    def has_cosigned(self, signed: str) -> bool:
        """Whether a note bears its line; that was checked when it was put there."""
        mine = (self.verifier.name, self.verifier.id)
        return any((each.name, each.key_id) == mine for each in split(signed)[1])

    async def ask(
        self, signed: str, size: int, old: int, tree: int, prove: Prove, patience: float
    ) -> Said:
        """Ask to cosign a note of a checkpoint of a size, in a log that has committed `tree` leaves
        and believes that the witness cosigned `old` of them last."""
        try:
            async with (
                asyncio.timeout(patience),
                httpx.AsyncClient(verify=_trusted(), transport=self.transport) as client,
            ):
                return await self._ask(client, signed, size, min(old, size), tree, prove)
        except (TimeoutError, httpx.HTTPError):
            return Said(Verdict.AWAY, old)
        except (MalformedNote, NotSigned, UnicodeDecodeError) as wrong:
            log.error("witness %s gave no answer of a witness: %s", self.id, wrong)
            return Said(Verdict.REFUSES, old)

    async def _ask(
        self,
        client: httpx.AsyncClient,
        signed: str,
        size: int,
        old: int,
        tree: int,
        prove: Prove,
        *,
        again: bool = False,
    ) -> Said:
        body = Submission(old, await prove(old), signed).body
        status, answer = await self._post(client, body)
        known = parse_size(answer) if status == httpx.codes.CONFLICT else None
        found = verdict(status, known, old=old, size=size, tree=tree)
        if found is Verdict.COSIGNED:
            return Said(found, size, self._with_its_line(signed, answer))
        if found is Verdict.ASK_AGAIN and known is not None:
            if again:  # another process asks at the same time
                return Said(Verdict.AWAY, known)
            return await self._ask(client, signed, size, known, tree, prove, again=True)
        return Said(found, old if known is None else known)

    async def _post(self, client: httpx.AsyncClient, body: bytes) -> tuple[int, str]:
        received = bytearray()
        async with client.stream("POST", f"{self.url}{ADD_CHECKPOINT}", content=body) as answer:
            async for part in answer.aiter_bytes():
                received += part
                if len(received) > MOST_BYTES:
                    raise MalformedNote("too large")
        return answer.status_code, received.decode()

    def _with_its_line(self, signed: str, answer: str) -> str:
        """Raises `NotSigned` unless there is a cosignature of the witness's on this very text."""
        opened(f"{signed}{answer}", [self.verifier])
        text, lines = split(signed)
        _, more = split(f"{text}\n{answer}")
        mine = (self.verifier.name, self.verifier.id)
        others = [each.line for each in lines if (each.name, each.key_id) != mine]
        own = next(each.line for each in more if (each.name, each.key_id) == mine)
        return note(text, [*others, own])


def parse(lines: str) -> tuple[Witness, ...]:
    """Read lines of `<vkey> <url>`. Raises `MalformedSetting`, which says which line."""
    found = []
    for number, line in enumerate(lines.splitlines(), start=1):
        if not line.strip():
            continue
        vkey, _, url = line.strip().partition(" ")
        try:
            verifier = Verifier.parse(vkey)
            if verifier.kind != COSIGNATURE:
                raise MalformedNote("its key is not of a witness")
            address = httpx.URL(url.strip().rstrip("/"))
            if address.scheme not in ("http", "https") or not address.host:
                raise MalformedNote("its address is not a URL")
        except (MalformedNote, httpx.InvalidURL) as malformed:
            raise MalformedSetting("witnesses", f"line {number}: {malformed}") from None
        found.append(Witness(verifier, str(address)))
    if len({each.id for each in found}) < len(found):
        raise MalformedSetting("witnesses", "one of them is there twice")
    return tuple(found)


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it is a large file."""
    return httpx.create_ssl_context()
