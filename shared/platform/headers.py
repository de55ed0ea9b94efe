"""What every answer says to browsers and caches on the way; and HEAD, answered as GET without body.

The interactive documentation at `/docs` is a page with scripts and so has a policy of its own.
Swagger UI comes with the `fastapi-offline` wheel, of which only the files are used (ADR 10).
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.platform.settings import ServiceSettings
from shared.platform.stopping import Stopping

POLICY = "Content-Security-Policy"
DOCUMENTATION = "/docs"
SCRIPT, STYLE = "swagger-ui-bundle.js", "swagger-ui.css"


def on_every_answer(settings: ServiceSettings) -> dict[str, str]:
    """Answers are data for one caller: not kept, not framed, not run, not guessed at."""
    always = {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        POLICY: "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    hsts = settings.strict_transport_security
    return always | ({"Strict-Transport-Security": hsts} if hsts else {})


class AnswerHeaders:
    """Puts the headers on every answer, but for those that a route has set itself. (A 500 is made
    outside: `problems` puts them there.)"""

    def __init__(
        self, app: ASGIApp, headers: Mapping[str, str], stopping: Stopping | None = None
    ) -> None:
        self._app = app
        self._stopping = stopping or Stopping()
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._headers = encoded
        self._of_documentation = [each for each in encoded if each[0] != POLICY.lower().encode()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours = self._of_documentation if scope["path"] == DOCUMENTATION else self._headers
        bodiless = scope["method"] == "HEAD"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message["headers"]}
                more = [each for each in ours if each[0] not in said]
                message["headers"] = [*message["headers"], *more]
                if self._stopping.begun:  # so that the next request finds another process
                    message["headers"].append((b"connection", b"close"))
            elif bodiless:
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if bodiless else scope, receive, sending)


def document(app: FastAPI) -> None:
    """Serve the interactive documentation, which takes nothing from anywhere else."""
    page = bytes(
        get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=app.title,
            swagger_js_url=f"{DOCUMENTATION}/{SCRIPT}",
            swagger_css_url=f"{DOCUMENTATION}/{STYLE}",
            swagger_favicon_url="data:,",
        ).body
    )
    kept = Path(str(files("fastapi_offline"))) / "static"
    inline = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(each).digest()).decode() for each in inline]
    hashes = " ".join(f"'sha256-{each}'" for each in digests)
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )

    @app.get(DOCUMENTATION, include_in_schema=False)
    async def documentation() -> HTMLResponse:
        return HTMLResponse(page, headers={POLICY: policy})

    @app.get(f"{DOCUMENTATION}/{SCRIPT}", include_in_schema=False)
    async def script() -> FileResponse:
        return FileResponse(kept / SCRIPT, media_type="text/javascript")

    @app.get(f"{DOCUMENTATION}/{STYLE}", include_in_schema=False)
    async def style() -> FileResponse:
        return FileResponse(kept / STYLE, media_type="text/css")
