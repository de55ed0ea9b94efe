"""How much a request may carry, and how many a caller may send (ADR 6: why both are our own)."""

import math
import time
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.call import Caller
from shared.kernel.errors import TooManyRequests, Unauthenticated
from shared.platform.identity import TokenVerifier

MOST_REMEMBERED = 10_000


class BodyLimit:
    """Refuses a body of more than `most` bytes: at once if it says so, else when it gets there."""

    def __init__(self, app: ASGIApp, most: int, refusal: Callable[[int], Response]) -> None:
        self._app = app
        self._most = most
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _declared(scope) > self._most:
            await self._refusal(413)(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, counting, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


class Buckets:
    """A token bucket for each key: `burst` at once, and `per_second` after. 0 a second: no limit.

    Of more than 10,000 keys the one that was quiet longest is forgotten: its bucket is full again.
    """

    def __init__(self, per_second: float, burst: int, monotonic: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> None:
        """Raises `TooManyRequests` when the key's bucket is empty."""
        if not self._per_second:
            return
        now = self._monotonic()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST_REMEMBERED:
            del self._left[next(iter(self._left))]
        if left < 1:
            raise TooManyRequests(math.ceil((1 - left) / self._per_second))


class Admission:
    """Who is calling, unless they call too often: 429 (RFC 6585).

    A caller is counted by its id, however many tokens it has. Failed authentication is counted by
    network address; that answers 429 in place of 401, and never keeps out who can show a token,
    since behind an ingress all come from one address. So is who asks for what needs no token. Each
    process counts for itself.
    """

    def __init__(
        self,
        tokens: TokenVerifier,
        per_second: float,
        burst: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._callers = Buckets(per_second, burst, monotonic)
        self._failures = Buckets(per_second, burst, monotonic)
        self._strangers = Buckets(per_second, burst, monotonic)

    async def caller(self, request: Request) -> Caller:
        try:
            caller = await self._tokens.caller(request.headers.get("authorization"))
        except Unauthenticated:
            self._failures.take(_address(request))
            raise
        self._callers.take(caller.staff_id)
        return caller

    def stranger(self, request: Request) -> None:
        """Let in who need not say who they are."""
        self._strangers.take(_address(request))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
