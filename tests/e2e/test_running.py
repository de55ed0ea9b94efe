"""Health, metrics, documentation: what those who run it look at."""

import base64

import pytest

from deploy.local.nats import Nats
from services.notes.schemas import NoteView
from shared.contracts.system import SERVICES
from shared.eventstore.stream import ask
from tests.support.client import Client, note_body
from tests.support.wait import until
from tests.support.without_token import WITHOUT_TOKEN

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("service", SERVICES)
async def test_health(client: Client, service: str) -> None:
    assert client.get(service, "/health/live").body == {"status": "ok"}
    ready = client.get(service, "/health/ready")
    assert ready.status == 200
    assert ready.body["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
        "issuer": "ok",
        "relay": "running",
        **({"ledger": "ok", "witnesses": "ok", "record": "ok"} if service == "audit" else {}),
    }


@pytest.mark.parametrize("service", SERVICES)
async def test_metrics_name_routes_and_never_paths(client: Client, service: str) -> None:
    client.get(service, "/v1/notes/01a00000-0000-7000-8000-00000000beef", "nurse-1")
    text = client.get(service, "/metrics").body
    assert "http_server_request_duration_seconds_count" in text
    assert f'countersign_worker_leads{{service="{service}"}} 1.0' in text
    assert "0000beef" not in text


@pytest.mark.parametrize("service", SERVICES)
async def test_openapi_describes_every_route(client: Client, service: str) -> None:
    document = client.get(service, "/openapi.json").body
    assert client.get(service, "/docs").status == 200
    for path, operations in document["paths"].items():
        for operation in operations.values():
            described = operation["responses"]
            assert {"200", "201"} & described.keys(), path
            assert "application/problem+json" in described["default"]["content"]


@pytest.mark.parametrize("service", SERVICES)
async def test_openapi_says_what_a_client_needs(client: Client, service: str) -> None:
    document = client.get(service, "/openapi.json").body
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["components"]["schemas"]["Problem"]["type"] == "object"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            taken = {each["name"]: each["required"] for each in operation.get("parameters", ())}
            assert ("Idempotency-Key" in taken) == (method == "post"), path
            assert ("If-Match" in taken) == ("`If-Match`" in operation.get("description", "")), path
            assert taken.get("If-Match", method != "put") == (method != "put"), path
            guarded = "/v1/" in path and path not in WITHOUT_TOKEN.get(service, ())
            assert operation.get("security") == ([{"bearer": []}] if guarded else None), path


async def test_a_note_is_as_openapi_says(client: Client) -> None:
    made = client.note(client.service_user())
    NoteView.model_validate(made.body)
    assert set(made.body) == {field.alias or name for name, field in NoteView.model_fields.items()}


async def test_trace_context_reaches_the_event(client: Client) -> None:
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    person = client.service_user()
    headers = {"traceparent": traceparent}
    made = client.post("notes", "/v1/notes", "str-worker-1", note_body(person), headers=headers)
    assert made.status == 201
    connection = await Nats(client.layout, ()).connect()
    try:

        async def published() -> bool:
            message = (await ask(connection, "STREAM.MSG.GET.CARE_NOTES", {"last_by_subj": ">"}))[
                "message"
            ]
            header = base64.b64decode(message["hdrs"]).decode()
            return made.body["id"] in header and traceparent[:36] in header

        await until(published)
    finally:
        await connection.close()


async def test_nothing_that_was_said_is_in_any_log(client: Client) -> None:
    words = "Marked words that belong to the record alone"
    person = client.service_user(name={"given": ["Marked"], "family": "Name"})
    note = client.note(person, narrative=words)
    client.countersign(note, comment=words)
    client.note(person, narrative=words, setting=words)
    client.get("notes", f"/v1/notes?service_user_id={person}&cursor={words}", "nurse-1")
    for log in client.layout.logs.glob("*.log"):
        text = log.read_text()
        assert words not in text, log.name
        assert "Marked" not in text, log.name
        assert client.token("str-worker-1") not in text, log.name


async def test_methods_and_paths_that_do_not_exist(client: Client) -> None:
    answer = client.call("DELETE", "notes", "/v1/notes")
    assert (answer.status, answer.code) == (405, "method_not_allowed")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/health/live", 200), ("HEAD", "/health/live", 200), ("GET", "/v1/nothing", 404)],
)
def test_every_answer_says_how_it_may_be_used(
    client: Client, service: str, method: str, path: str, status: int
) -> None:
    answer = client.call(method, service, path)
    assert answer.status == status
    for name, value in (
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ):
        assert answer.headers[name] == value
