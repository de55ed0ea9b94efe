"""Exports asked for over HTTP, and waited for."""

from typing import Any

import httpx

from deploy.local.processes import wait_until
from tests.support.client import Answer, Client

EXPORTS = "/v1/audit/exports"


def requested(client: Client, by: str, **asked: Any) -> Answer:
    """Asked for; of a person, for an audit, unless it is said."""
    body = {"kind": "person", "purpose": "audit", **asked}
    made = client.post("audit", EXPORTS, by, body)
    assert made.status == 201, made.body
    return made


def exported(client: Client, by: str, **asked: Any) -> Answer:
    """As it is shown once it is made."""
    location = requested(client, by, **asked).headers["location"]

    def found() -> Answer:
        return client.get("audit", location, by)

    wait_until(lambda: found().body["state"] not in ("queued", "running"), 30, "the export")
    assert found().body["state"] == "ready", found().body
    return found()


def fetched(client: Client, by: str, export: str) -> httpx.Response:
    """The answer with the ZIP."""
    headers = {"Authorization": f"Bearer {client.token(by)}"}
    url = f"{client.layout.url('audit')}{EXPORTS}/{export}/content"
    return httpx.get(url, headers=headers, timeout=30)
