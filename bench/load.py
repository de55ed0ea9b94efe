"""A light closed-loop HTTP/1.1 load generator: each connection sends its next request when the
last one is answered, and there is nothing else in it that could slow a small machine's server."""

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import uvloop

HANGING_SECONDS = 15.0
FRESH = b"{fresh}"
"""Stands in a request for what is new in each that is sent."""


class Unreadable(ValueError):
    """The answer is not one this reader knows: no status, or no Content-Length."""


class Answer(NamedTuple):
    status: int
    body: bytes


def parse(received: bytes) -> tuple[Answer, int] | None:
    """The first answer in `received` and its length, or None while some of it is missing.

    Only the status line and Content-Length are looked at. Raises Unreadable.
    """
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    if not head.startswith(b"http/1.1 ") or not head[9:12].isdigit():
        raise Unreadable(head.partition(b"\r\n")[0].decode("latin-1"))
    _, found, rest = head.partition(b"\r\ncontent-length:")
    length = rest.partition(b"\r\n")[0].strip()
    if not found or not length.isdigit():
        raise Unreadable("no Content-Length")
    total = end + 4 + int(length)
    if len(received) < total:
        return None
    return Answer(int(head[9:12]), received[end + 4 : total]), total


def percentile(ordered: Sequence[float], percent: float) -> float | None:
    """By nearest rank, of values in ascending order; None of no values."""
    if not ordered:
        return None
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1]


def build_request(url: str, body: bytes | None, token: str | None, *, keyed: bool = False) -> bytes:
    """A POST, or without a body a GET; `keyed` gives each sent an Idempotency-Key of its own."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"{'POST' if body is not None else 'GET'} {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
        *([f"Authorization: Bearer {token}"] if token else []),
        *([f"Idempotency-Key: {FRESH.decode()}"] if keyed else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


@dataclass
class Run:
    """One run's plan and what it found. Only answers that arrive between `begin` and `stop` are
    timed; errors count from the first request, warm-up included."""

    url: str
    request: bytes
    expect: int
    begin: float
    stop: float
    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    async def connection(self) -> None:
        """Send and wait until `stop`; an answer without keep-alive costs a new connection."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        while perf_counter() < self.stop:
            reader, writer = await asyncio.open_connection(host, port)
            try:
                await self._exchange(reader, writer)
            except OSError as error:
                self._failed(repr(error))
            finally:
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = b""
        before, fresh, after = self.request.partition(FRESH)
        while (sent_at := perf_counter()) < self.stop:
            writer.write(before + (uuid4().hex.encode() if fresh else b"") + after)
            while (parsed := parse(received)) is None:
                more = await reader.read(65536)
                if not more:
                    self._failed("the server closed the connection")
                    return
                received += more
            answer, length = parsed
            received = received[length:]
            now = perf_counter()
            if answer.status != self.expect:
                self._failed(f"{answer.status} {problem_code(answer.body)}")
            elif self.begin <= now < self.stop:
                self.seconds.append(now - sent_at)

    def _failed(self, what: str) -> None:
        self.errors += 1
        if self.errors == 1:
            print(f"first error: {what}", file=sys.stderr)

    def report(self, connections: int) -> dict[str, Any]:
        ordered = sorted(self.seconds)
        times = {f"p{p}_ms": percentile(ordered, p) for p in (50, 95, 99)}
        return {
            "requests_per_second": round(len(ordered) / (self.stop - self.begin), 1),
            **{name: None if s is None else round(s * 1000, 2) for name, s in times.items()},
            "errors": self.errors,
            "connections": connections,
        }


def problem_code(body: bytes) -> str:
    """The `code` of problem details, or the body's beginning if it isn't any."""
    try:
        return str(json.loads(body)["code"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")


async def load(
    url: str, request: bytes, expect: int, connections: int, warmup: float, seconds: float
) -> dict[str, Any]:
    """Raises OSError when the server can't be reached, TimeoutError when it stops answering."""
    begin = perf_counter() + warmup
    run = Run(url, request, expect, begin, begin + seconds)
    async with asyncio.timeout(warmup + seconds + HANGING_SECONDS), asyncio.TaskGroup() as tasks:
        for _ in range(connections):
            tasks.create_task(run.connection())
    return run.report(connections)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--body-file", required=True, type=Path)
    parser.add_argument("--token-file", type=Path)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--warmup", type=float, default=1)
    parser.add_argument("--expect", type=int, default=201, help="any other status is an error")
    given = parser.parse_args(arguments)
    token = given.token_file.read_text().strip() if given.token_file else None
    request = build_request(given.url, given.body_file.read_bytes(), token)
    run = load(given.url, request, given.expect, given.connections, given.warmup, given.seconds)
    try:
        found = uvloop.run(run)
    except* (OSError, Unreadable) as failed:
        sys.exit(f"{given.url}: {failed.exceptions[0]!r}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
