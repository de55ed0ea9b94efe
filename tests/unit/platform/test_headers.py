"""What every answer carries, whatever became of the request."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import Response

from shared.kernel.call import Call
from shared.kernel.errors import Forbidden, TooManyRequests
from shared.platform import headers, problems
from shared.platform.limits import BodyLimit
from tests.support.issuer import settings

pytestmark = pytest.mark.anyio

EVERY = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}


async def _nobody_is_refused(call: Call, refusal: Forbidden) -> None:
    raise AssertionError(refusal)


def service() -> FastAPI:
    app = FastAPI(title="A service", docs_url=None, redoc_url=None)
    on_every_answer = headers.on_every_answer(settings())
    problems.install(app, _nobody_is_refused, on_every_answer)
    app.add_middleware(BodyLimit, most=10, refusal=problems.of_status)
    app.add_middleware(headers.AnswerHeaders, headers=on_every_answer)
    headers.document(app)

    @app.get("/here")
    async def here() -> str:
        return "here"

    @app.post("/here")
    async def number(value: int) -> int:
        return value

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError

    @app.get("/cached")
    async def cached() -> Response:
        return Response(headers={"Cache-Control": "max-age=5"})

    @app.get("/often")
    async def often() -> None:
        raise TooManyRequests(7)

    return app


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=service(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/here", b"", 200),
        ("HEAD", "/here", b"", 200),
        ("GET", "/nowhere", b"", 404),
        ("DELETE", "/here", b"", 405),
        ("POST", "/here", b"", 422),
        ("POST", "/here", b"x" * 11, 413),
        ("GET", "/often", b"", 429),
        ("GET", "/broken", b"", 500),
        ("GET", "/openapi.json", b"", 200),
    ],
)
async def test_every_answer_carries_them(
    http: httpx.AsyncClient, method: str, path: str, body: bytes, status: int
) -> None:
    answer = await http.request(method, path, content=body)
    assert answer.status_code == status
    for name, value in EVERY.items():
        assert answer.headers.get_list(name) == [value]


async def test_what_a_route_says_itself_stays(http: httpx.AsyncClient) -> None:
    answer = await http.get("/cached")
    assert answer.headers.get_list("cache-control") == ["max-age=5"]
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]


async def test_too_many_requests_say_when_to_come_back(http: httpx.AsyncClient) -> None:
    answer = await http.get("/often")
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["code"] == "too_many_requests"


async def test_head_is_get_without_a_body(http: httpx.AsyncClient) -> None:
    got, head = await http.get("/here"), await http.head("/here")
    assert head.headers == got.headers
    assert (got.content, head.content) == (b'"here"', b"")
    assert (await http.head("/nowhere")).status_code == 404


async def test_the_documentation_runs_its_own_scripts_only(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs")
    [policy] = page.headers.get_list("content-security-policy")
    scripts = next(each for each in policy.split("; ") if each.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert page.text.count("<script>") == scripts.count("'sha256-") == 1
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_the_documentation_takes_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs")
    assert "//" not in page.headers["content-security-policy"]
    assert not re.findall(r"(?:src|href)=\"[a-z]*:?//", page.text)
    for kind, name in (("text/javascript", "swagger-ui-bundle.js"), ("text/css", "swagger-ui.css")):
        assert f'"/docs/{name}"' in page.text
        part = await http.get(f"/docs/{name}")
        assert (part.status_code, part.headers["content-type"].split(";")[0]) == (200, kind)
        for header, value in EVERY.items():
            assert part.headers.get_list(header) == [value]


def test_transport_security_can_be_left_to_the_ingress() -> None:
    assert "Strict-Transport-Security" not in headers.on_every_answer(
        settings(strict_transport_security="")
    )
