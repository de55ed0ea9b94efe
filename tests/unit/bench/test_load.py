"""The load generator's own parts, and one short run against a server that answers in pieces."""

import asyncio
import re
from datetime import UTC, datetime

import pytest

from bench.body import note
from bench.load import Answer, Unreadable, build_request, load, parse, percentile, problem_code

CREATED = b'HTTP/1.1 201 Created\r\nserver: uvicorn\r\nContent-Length: 8\r\n\r\n{"id":1}'


def test_a_whole_answer() -> None:
    assert parse(CREATED) == (Answer(201, b'{"id":1}'), len(CREATED))


@pytest.mark.parametrize("length", range(len(CREATED)))
def test_every_incomplete_answer_waits_for_more(length: int) -> None:
    assert parse(CREATED[:length]) is None


def test_what_follows_the_answer_is_left() -> None:
    assert parse(CREATED + b"HTTP/1.1 500") == (Answer(201, b'{"id":1}'), len(CREATED))


def test_an_empty_body() -> None:
    received = b"HTTP/1.1 204 No Content\r\nCONTENT-LENGTH:0\r\nx: y\r\n\r\n"
    assert parse(received) == (Answer(204, b""), len(received))


@pytest.mark.parametrize(
    "received",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx-content-length: 1\r\n\r\n.",
        b"HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
    ],
)
def test_an_answer_it_cannot_read(received: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(received)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7.0], 99, 7.0),
        ([1.0, 2.0], 50, 1.0),
        ([1.0, 2.0, 3.0], 50, 2.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([float(n) for n in range(1, 101)], 99, 99.0),
        ([float(n) for n in range(1, 11)], 99, 10.0),
        ([1.0, 2.0], 0, 1.0),
    ],
)
def test_percentile_by_nearest_rank(
    values: list[float], percent: float, expected: float | None
) -> None:
    assert percentile(values, percent) == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"code": "no_relationship"}', "no_relationship"),
        (b'{"detail": 1}', '{"detail": 1}'),
        (b"[1]", "[1]"),
        (b"<html>", "<html>"),
    ],
)
def test_the_code_of_a_problem(body: bytes, code: str) -> None:
    assert problem_code(body) == code


def test_the_request_is_built_once() -> None:
    assert build_request("http://127.0.0.1:8101/v1/notes?a=b", b"{}", "t") == (
        b"POST /v1/notes?a=b HTTP/1.1\r\nHost: 127.0.0.1:8101\r\n"
        b"Content-Type: application/json\r\nContent-Length: 2\r\n"
        b"Authorization: Bearer t\r\n\r\n{}"
    )
    assert b"Authorization" not in build_request("http://127.0.0.1/", b"{}", None)
    assert build_request("http://127.0.0.1/a", None, None) == (
        b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    )


def test_each_keyed_request_has_a_key_of_its_own() -> None:
    request = build_request("http://127.0.0.1/", b"{}", None, keyed=True)
    first, second = asyncio.run(_sent(request))
    head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    pattern = re.escape(head) + rb"Content-Length: 2\r\nIdempotency-Key: ([0-9a-f]{32})\r\n\r\n{}"
    keys = [re.fullmatch(pattern, each) for each in (first, second)]
    assert keys[0]
    assert keys[1]
    assert keys[0][1] != keys[1][1]


async def _sent(request: bytes) -> tuple[bytes, bytes]:
    """The first two requests that a server sees."""
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            seen.append(await reader.readuntil(b"{}"))
            writer.write(CREATED)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await load(url, request, 201, 1, 0.0, 0.1)
    return seen[0], seen[1]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers 201 in two writes, then 409, and closes the connection after that."""
    for answer in (CREATED, b'HTTP/1.1 409 C\r\ncontent-length: 12\r\n\r\n{"code":"x"}'):
        await reader.readuntil(b"{}")
        writer.write(answer[:20])
        await writer.drain()
        await asyncio.sleep(0)
        writer.write(answer[20:])
    writer.close()


async def _run() -> dict[str, object]:
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/notes"
        return await load(url, build_request(url, b"{}", None), 201, 2, 0.0, 0.2)


def test_a_run_counts_what_it_expects_and_reports_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asyncio.run(_run())
    assert isinstance(found["requests_per_second"], float)
    assert isinstance(found["errors"], int)
    assert found["requests_per_second"] > 0
    assert found["errors"] > 0
    assert found["connections"] == 2
    assert capsys.readouterr().err == "first error: 409 x\n"


def test_the_note_is_fresh_and_of_a_usual_length() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    body = note("0193f0a2-7c1e-7d52-9a55-3b6f0c1d2e4f", now)
    assert body["occurred_at"] == "2026-11-20T11:00:00+00:00"
    assert 550 <= len(body["narrative"]) <= 650
