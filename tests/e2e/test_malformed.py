"""Bad input is refused with its place, and nothing is half-written; never a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.client import Answer, Client, note_body

pytestmark = pytest.mark.anyio


BAD_NOTES: list[tuple[str, dict[str, Any]]] = [
    ("#/occurred_at", {"occurred_at": "2026-11-20T10:15:00"}),
    ("#/occurred_at", {"occurred_at": "2126-11-20T10:15:00Z"}),
    ("#/occurred_at", {"occurred_at": "yesterday"}),
    ("#/occurred_at", {"occurred_at": None}),
    ("#/occurred_at", {"occurred_at": 1700000000}),
    ("#/occurred_at", {"occurred_at": "1700000000"}),
    ("#/occurred_at", {"occurred_at": "0001-01-01T00:00:00+14:00"}),
    ("#/occurred_at", {"occurred_at": "9999-12-31T23:59:59-14:00"}),
    ("#/narrative", {"narrative": " \u200b "}),
    ("#/duration_minutes", {"duration_minutes": "50"}),
    ("#/duration_minutes", {"duration_minutes": True}),
    ("#/unknown_field", {"unknown_field": 1}),
    ("#/author", {"author": "nurse-1"}),
    ("#/narrative", {"narrative": ""}),
    ("#/narrative", {"narrative": "x" * 20_001}),
    ("#/narrative", {"narrative": 7}),
    ("#/functions", {"functions": []}),
    ("#/functions/0", {"functions": ["cooking"]}),
    ("#/setting", {"setting": "moon"}),
    ("#/duration_minutes", {"duration_minutes": -1}),
    ("#/service_user_id", {"service_user_id": "not-a-uuid"}),
    ("#/plan/kind", {"plan": {"kind": "no plan"}}),
    ("#/plan/extra", {"plan": {"kind": "wrap", "extra": True}}),
    ("#/money/amount_pence", {"money": {"amount_pence": -1, "purpose": "x", "receipt": True}}),
    ("#/staff_present/0", {"staff_present": ["a b"]}),
    (
        "#/concern/about_staff/0",
        {
            "concern": {
                "kind": "risk", "urgency": "urgent", "description": "d", "about_staff": ["a\u0000"],
            }
        },
    ),
    (
        "#/concern/alerted/0/at",
        {
            "concern": {
                "kind": "risk",
                "urgency": "urgent",
                "description": "d",
                "alerted": [{"who": "w", "how": "telephone", "at": "2026-11-20T10:15:00"}],
            }
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("pointer", "change"), BAD_NOTES)
async def test_malformed_notes(
    client: Client, person: str, pointer: str, change: dict[str, Any]
) -> None:
    body = {**note_body(person), **change}
    refused = client.post("notes", "/v1/notes", "str-worker-1", body)
    assert (refused.status, refused.code) == (422, "malformed")
    assert pointer in [error["pointer"] for error in refused.body["errors"]]
    for error in refused.body["errors"]:
        assert set(error) == {"pointer", "detail", "code"}, "what was sent is not sent back"


@pytest.mark.parametrize("field", ["occurred_at", "setting", "mechanism", "narrative"])
async def test_what_a_note_must_have(client: Client, person: str, field: str) -> None:
    body = note_body(person)
    del body[field]
    refused = client.post("notes", "/v1/notes", "str-worker-1", body)
    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == f"#/{field}"


def _raw(
    client: Client, content: bytes | Iterator[bytes], kind: str = "application/json"
) -> Answer:
    headers = {"Content-Type": kind}
    return client.call(
        "POST", "notes", "/v1/notes", "str-worker-1", content=content, headers=headers
    )


async def test_bodies_that_are_not_json(client: Client) -> None:
    for content in (b"", b"{", b"\xff\xfe", b'{"a": }', b"[" * 100_000, b"9" * 5_000):
        answer = _raw(client, content)
        assert (answer.status, answer.code) == (400, "not_json"), content[:10]
    for content in (b"[]", b"null", b'"text"', b"7"):
        assert _raw(client, content).status == 422, content
    assert _raw(client, b"a=b", "application/x-www-form-urlencoded").status == 400
    assert _raw(client, b"{}", "text/plain").status == 400


async def test_strange_characters_are_kept_or_refused_but_never_a_fault(
    client: Client, person: str
) -> None:
    kept = "é ☂ 👩🏽‍🦱 \u202e \u0007 \\u0000 ' \" ; DROP TABLE notes"
    made = client.note(person, narrative=kept)
    assert made.status == 201
    read = client.get("notes", f"/v1/notes/{made.body['id']}", "str-worker-1")
    assert read.body["narrative"] == kept
    body = json.dumps(note_body(person)).replace("Went", "\\ud800")
    assert _raw(client, body.encode()).status in (400, 422)
    nul = json.dumps(note_body(person)).replace("Went", "\\u0000")
    assert _raw(client, nul.encode()).status == 422


def test_oversized_bodies(client: Client, person: str) -> None:
    answer = _raw(client, json.dumps(note_body(person, narrative="x" * (2 << 20))).encode())
    assert (answer.status, answer.code) == (413, "content_too_large")

    def chunks() -> Iterator[bytes]:
        yield from (b" " * 65_536 for _ in range(40))

    answer = _raw(client, chunks())
    assert (answer.status, answer.code) == (413, "content_too_large")


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("notes", "/v1/notes/01a00000-0000-7000-8000-00000000dead"),
        ("notes", "/v1/notes/01a00000-0000-7000-8000-00000000dead/history"),
        ("notes", "/v1/concerns/01a00000-0000-7000-8000-00000000dead"),
        ("notes", "/v1/concerns/01a00000-0000-7000-8000-00000000dead/history"),
        ("referrals", "/v1/referrals/01a00000-0000-7000-8000-00000000dead"),
        ("referrals", "/v1/service-users/01a00000-0000-7000-8000-00000000dead"),
        ("supervision", "/v1/workers/nobody-1"),
        ("notes", "/v1/no-such-thing"),
    ],
)
async def test_unknown_ids(client: Client, service: str, path: str) -> None:
    refused = client.get(service, path, "nurse-1")
    assert (refused.status, refused.code) == (404, "not_found")


async def test_a_note_about_nobody_known(client: Client) -> None:
    refused = client.note("01a00000-0000-7000-8000-00000000dead")
    assert (refused.status, refused.code) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "cursor=!!!", "cursor=WzFd", "order=sideways",
        "from=2026-01-01T00:00:00", "from=1700000000", "status=a%00b", "service_user_id=7",
        "flag=%F0%9F%98%80",
    ],
)  # fmt: skip
async def test_malformed_queries(client: Client, person: str, query: str) -> None:
    own = "" if "service_user_id" in query else f"service_user_id={person}&"
    refused = client.get("notes", f"/v1/notes?{own}{query}", "nurse-1")
    assert refused.status == 422, refused.body
    assert refused.body["errors"]
