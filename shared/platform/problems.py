"""Errors as RFC 9457 problem details. The one place where a refusal becomes an HTTP status."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from shared.kernel import errors
from shared.kernel.call import Call
from shared.platform.wording import worded

STATUS: list[tuple[type[errors.Refusal], int, str]] = [
    (errors.IfMatchRequired, 428, "Precondition required"),
    (errors.VersionChanged, 412, "Precondition failed"),
    (errors.Unauthenticated, 401, "Unauthorised"),
    (errors.Forbidden, 403, "Forbidden"),
    (errors.NotFound, 404, "Not found"),
    (errors.Malformed, 422, "Unprocessable content"),
    (errors.Conflict, 409, "Conflict"),
    (errors.TooManyRequests, 429, "Too many requests"),
    (errors.Unavailable, 503, "Service unavailable"),
    (errors.Refusal, 400, "Bad request"),
]
TITLES = {
    400: ("Bad request", "not_json"),
    404: ("Not found", "not_found"),
    405: ("Method not allowed", "method_not_allowed"),
    413: ("Content too large", "content_too_large"),
}
WRONG_SHAPE = "The request has the wrong shape; `errors` says where."
Denied = Callable[[Call, errors.Forbidden], Awaitable[None]]
log = logging.getLogger(__name__)


def problem(
    status: int, title: str, code: str, detail: str, headers: dict[str, str] | None = None,
    **members: Any,
) -> Response:  # fmt: skip
    body = {
        "type": f"urn:countersign:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }
    return Response(to_json(body), status, headers, "application/problem+json")


def of_status(status: int, headers: dict[str, str] | None = None) -> Response:
    """A problem that has nothing more to say than its status."""
    title, code = TITLES.get(status, ("Error", "error"))
    return problem(status, title, code, f"{title}.", headers)


def install(app: FastAPI, record_denial: Denied, on_every_answer: dict[str, str]) -> None:
    """Answer every error as a problem; none with a stack trace or what the caller sent.

    Who was refused for who they are is recorded before they are told. A fault of ours is answered
    outside all middleware, so it is given the headers of every answer.
    """

    @app.exception_handler(errors.Refusal)
    async def refused(request: Request, refusal: errors.Refusal) -> Response:
        if isinstance(refusal, errors.Forbidden):
            try:
                await record_denial(request.state.call, refusal)
            except errors.Unavailable as unavailable:
                refusal = unavailable
        headers = {}
        if isinstance(refusal, errors.Unavailable | errors.TooManyRequests):
            headers["Retry-After"] = str(refusal.retry_after)
        if isinstance(refusal, errors.Unauthenticated):
            given = "authorization" in request.headers
            headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if given else "Bearer"
        status, title = status_of(refusal)
        return problem(status, title, refusal.code, str(refusal), headers, **members_of(refusal))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        nothing_read = any(each["loc"] == ("body",) for each in found)
        if found[0]["type"] == "json_invalid" or (nothing_read and not await _is_json(request)):
            return problem(400, "Bad request", "not_json", "The body is not JSON.")
        items = [item_of(each) for each in found]
        return problem(422, "Unprocessable content", "malformed", WRONG_SHAPE, errors=items)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        return of_status(error.status_code, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        log.error("unhandled error", exc_info=error)
        return problem(
            500, "Internal error", "internal_error", "Something went wrong here.", on_every_answer
        )


async def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    declared = kind == "application/json" or (kind.startswith("application/") and "+json" in kind)
    return declared and bool(await request.body())


def status_of(refusal: errors.Refusal) -> tuple[int, str]:
    """The HTTP status that a refusal is, and its title."""
    return next((status, title) for kind, status, title in STATUS if isinstance(refusal, kind))


def members_of(refusal: errors.Refusal) -> dict[str, Any]:
    """What a refusal says besides its code and detail."""
    members = dict(refusal.members)
    if isinstance(refusal, errors.Malformed):
        item = {"pointer": refusal.pointer, "detail": str(refusal), "code": refusal.code}
        members.setdefault("errors", [item])
    return members


def item_of(error: Any) -> dict[str, str]:
    """What is wrong at one place of a request, of a validation error that pydantic tells."""
    where, *path = error["loc"]
    item = {"detail": worded(error), "code": error["type"]}
    if where == "body":
        item["pointer"] = "#" + "".join(f"/{_escaped(part)}" for part in path)
    else:
        item["parameter"] = str(path[0]) if path else str(where)
    return item


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
