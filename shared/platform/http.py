"""What a route needs of HTTP: who calls and may they, If-Match, idempotency, ETags, cursors."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from opentelemetry import trace
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic_core import from_json, to_json

from shared.eventstore.commands import Outcome
from shared.eventstore.listing import Slice
from shared.kernel.actor import Registration
from shared.kernel.call import Call, Idempotency
from shared.kernel.errors import InsufficientScope, Malformed, RoleNotPermitted
from shared.kernel.operation import Operation
from shared.platform.scopes import covers
from shared.platform.service import runtime

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NO_SUCH_VERSION = -1
"""What an If-Match that no resource ever had stands for: always stale."""
Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` of a page")]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][\w.@:-]*$")]
"""A `staff_id`, a `team_id`, or another identifier that people chose."""


def _is_rfc3339(value: Any) -> Any:
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", value):
        return value
    raise ValueError("a time is RFC 3339 text with an offset")


def _in_utc(value: datetime) -> datetime:
    # Nothing recorded here is from before; and every zone can tell these times.
    if not 1900 <= value.year < 9999:
        raise ValueError("a time is of the years 1900 to 9998")
    return value.astimezone(UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(_is_rfc3339), AfterValidator(_in_utc)]
"""A time as clients send it: RFC 3339 with an offset, from 1900 on. It arrives here in UTC."""


def _is_iso_day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    raise ValueError("a day is a date: 2026-11-20")


Day = Annotated[date, BeforeValidator(_is_iso_day)]
"""A day as clients send it."""


class RequestModel(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


NOT_GIVEN: Any = None
"""The default of a field that a patch leaves as it is, and that is never empty."""


class ResponseModel(BaseModel):
    """A representation, as OpenAPI shows it."""


class ActorView(ResponseModel):
    """Who acted; by `staff_id` alone where the engagement doesn't allow identities."""

    staff_id: str
    name: str | None
    role: str
    registration: Registration | None = None


ContentState = Literal["shown", "confidential", "destroyed"]
"""Whether what is personal is there, is withheld from this caller, or is gone with its key."""
T = TypeVar("T")


class Page(ResponseModel, Generic[T]):
    """A page of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None


def permit(operation: Operation) -> Any:
    """A route's dependency: the authenticated call, refused unless one of the roles may do it.

    The first of the operation's roles that the caller holds is the role they act in. Which
    relationship that role needs is checked where the service user is known.
    """

    async def dependency(request: Request) -> Call:
        service = runtime(request.app)
        caller = await service.admission.caller(request)
        role = next((each for each in operation.allows if each in caller.roles), None)
        # Whoever is refused from here on is known, and what they tried is recorded (problems.py).
        request.state.call = call = Call(
            operation=operation,
            caller=caller,
            role=role or min(caller.roles, default="none"),
            at=service.clock.now(),
            if_match=_if_match(request),
            traceparent=_traceparent(),
        )
        if operation.grant:
            if operation.grant not in caller.scopes:
                raise InsufficientScope(needed=operation.grant)
        elif role is None:
            raise RoleNotPermitted(subject=_subject(request), resource=_resource(request))
        if "system" in call.bases and not covers(caller.scopes, *operation.scope):
            raise InsufficientScope(needed=f"system/{'.'.join(operation.scope)}")
        idempotency = await _idempotency(request, service.idempotency_secret, caller.staff_id)
        return replace(call, idempotency=idempotency) if idempotency else call

    dependency.operation = operation  # type: ignore[attr-defined]
    return Depends(dependency)


async def _stranger(request: Request) -> None:
    runtime(request.app).admission.stranger(request)


WITHOUT_TOKEN = Depends(_stranger)
"""The dependency of a route for anybody at all: what it answers says nothing about anyone."""


def _subject(request: Request) -> str | None:
    """Whose record a request names, as far as its address tells."""
    in_path = "/service-users/{id}" in _template(request)
    return request.query_params.get("service_user_id") or (
        request.path_params["id"] if in_path else None
    )


def _resource(request: Request) -> str:
    """What a request is about: its address, with nothing in it that a caller made up."""
    asked = str(request.path_params.get("id", ""))
    return _template(request).replace("{id}", asked if _UUID.fullmatch(asked) else "{id}")


def _template(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", ""))


def _if_match(request: Request) -> int | None:
    tag = request.headers.get("if-match")
    if tag is None:
        return None
    if tag.startswith('"') and tag.endswith('"') and tag[1:-1].isdecimal() and len(tag) < 12:
        return int(tag[1:-1])
    return NO_SUCH_VERSION


async def _idempotency(request: Request, secret: bytes, staff_id: str) -> Idempotency | None:
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if not 1 <= len(key) <= 200:
        raise Malformed("Idempotency-Key is 1 to 200 characters.", "Idempotency-Key")
    scope = to_json([staff_id, request.method, request.url.path, key])
    return Idempotency(
        key=hmac.digest(secret, b"key" + scope, hashlib.sha256),
        request=hmac.digest(secret, b"body" + await request.body(), hashlib.sha256),
    )


def _traceparent() -> str | None:
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def representation(
    document: Mapping[str, Any] | bytes,
    version: int,
    *,
    status: int = 200,
    location: str | None = None,
    replayed: bool = False,
) -> Response:
    """A resource with its ETag."""
    headers = {"ETag": f'"{version}"'}
    if location:
        headers["Location"] = location
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(_json(document), status, headers, "application/json")


def created(outcome: Outcome[Any], document: Mapping[str, Any], collection: str) -> Response:
    """201 with what a command made or changed, and where it is."""
    aggregate = outcome.aggregate
    location = f"{collection}/{aggregate.resource_id}"
    return representation(
        document, aggregate.version, status=201, location=location, replayed=outcome.replayed
    )


def page(found: Slice, cursor_of: Callable[[Any], list[Any]]) -> Response:
    """A page of a list: the rows' documents, and where the next page starts."""
    following = encode_cursor(cursor_of(found.rows[-1])) if found.more else None
    items = b",".join(_json(row["document"]) for row in found.rows)
    body = b'{"items":[%b],"next_cursor":%b}' % (items, to_json(following))
    return Response(body, media_type="application/json")


def _json(document: Mapping[str, Any] | bytes) -> bytes:
    """A document as it is answered: what was opened is JSON already."""
    return document if isinstance(document, bytes) else to_json(document)


def moment(value: Any) -> datetime:
    """A time in a cursor."""
    return datetime.fromisoformat(value)


def whole(value: Any) -> int:
    """A whole number in a cursor."""
    if type(value) is not int or not 0 <= value < 1 << 62:
        raise ValueError(value)
    return value


def word(value: Any) -> str:
    """A name in a cursor."""
    if type(value) is not str:
        raise TypeError(value)
    return value


def encode_cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(to_json(values)).decode().rstrip("=")


def decode_cursor(cursor: str | None, *types: Callable[[Any], Any]) -> list[Any] | None:
    """The key after which a page starts. Raises `Malformed` for what we never gave out."""
    if cursor is None:
        return None
    try:
        values = from_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [convert(value) for convert, value in zip(types, values, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        raise Malformed("This cursor is not one of ours.", "cursor") from None
