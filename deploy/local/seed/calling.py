"""One call of the public interfaces at a time, as a persona: how the seed is put in.

Nothing a service answered is ever put into a message, since answers hold people's lives.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias

import httpx

Token: TypeAlias = Callable[[str], Awaitable[str]]
Json: TypeAlias = dict[str, Any]

RETRIES = 12
LONGEST_WAIT_SECONDS = 5.0


class SeedFailed(Exception):
    """A call answered what the seed can't go on from; `status` is None where nothing answered."""

    def __init__(self, method: str, path: str, status: int | None, code: str | None) -> None:
        super().__init__(f"{method} {path}: {status or 'no answer'} {code or ''}".rstrip())
        self.method = method
        self.path = path
        self.status = status
        self.code = code


class Caller:
    """One call as one persona. Waits, a bounded number of times, where a service isn't ready."""

    def __init__(self, client: httpx.AsyncClient, token: Token) -> None:
        self._client = client
        self._token = token
        self._tokens: dict[str, str] = {}

    async def __call__(
        self,
        method: str,
        url: str,
        persona: str,
        *,
        body: Json | None = None,
        key: str | None = None,
        etag: str | None = None,
        query: dict[str, str] | None = None,
        expect: Iterable[int] = (200,),
    ) -> httpx.Response:
        if persona not in self._tokens:
            self._tokens[persona] = await self._token(persona)
        headers = {"Authorization": f"Bearer {self._tokens[persona]}"}
        if key is not None:
            headers["Idempotency-Key"] = f"demo-seed-{key}"
        if etag is not None:
            headers["If-Match"] = etag
        request = self._client.build_request(method, url, json=body, headers=headers, params=query)
        response = await self._send(request)
        if response.status_code not in expect:
            raise failed(response)
        return response

    async def items(self, url: str, persona: str, query: dict[str, str]) -> list[Json]:
        """Every item of a list, page by page, newest first."""
        items: list[Json] = []
        page = dict(query, limit="200")
        while True:
            answer = content(await self(method="GET", url=url, persona=persona, query=page))
            items.extend(answer.get("items") or [])
            if not answer.get("next_cursor"):
                return items
            page["cursor"] = str(answer["next_cursor"])

    async def _send(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(1, RETRIES + 1):
            try:
                response = await self._client.send(request)
            except httpx.TransportError:
                if attempt == RETRIES:
                    break
                await asyncio.sleep(min(0.25 * attempt, LONGEST_WAIT_SECONDS))
                continue
            if response.status_code != 503 or attempt == RETRIES:
                return response
            await asyncio.sleep(_retry_after(response))
        raise SeedFailed(request.method, request.url.path, None, "unreachable")


def failed(response: httpx.Response) -> SeedFailed:
    request = response.request
    return SeedFailed(request.method, request.url.path, response.status_code, code(response))


def content(response: httpx.Response) -> Json:
    try:
        answer = response.json()
    except ValueError:
        raise failed(response) from None
    if not isinstance(answer, dict):
        raise failed(response)
    return answer


def text(response: httpx.Response, name: str) -> str:
    value = content(response).get(name)
    if not isinstance(value, str):
        raise failed(response)
    return value


def code(response: httpx.Response) -> str | None:
    try:
        answer = response.json()
    except ValueError:
        return None
    found = answer.get("code") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else None


def etag_of(response: httpx.Response) -> str | None:
    etag: str | None = response.headers.get("ETag")
    return etag


def replayed(response: httpx.Response) -> bool:
    return str(response.headers.get("Idempotency-Replayed")) == "true"


def _retry_after(response: httpx.Response) -> float:
    try:
        seconds = float(response.headers.get("Retry-After", "1"))
    except ValueError:
        seconds = 1.0
    return min(max(seconds, 0.1), LONGEST_WAIT_SECONDS)
