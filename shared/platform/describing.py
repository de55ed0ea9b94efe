"""What OpenAPI says of every operation alike: who signs in, which headers it takes, what a refusal
looks like (api, section 0)."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from shared.kernel.operation import Operation

Json = dict[str, Any]
BEARER = "bearer"
SCHEMES: Json = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the trust's OIDC issuer.",
    }
}
PROBLEM: Json = {
    "title": "Problem",
    "description": "Problem details (RFC 9457). `code` is stable; `errors` point into the request.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "code")},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("pointer", "detail")},
            },
        },
    },
}
REFUSED: Json = {
    "description": "Refused: problem details with a stable `code`",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    },
}
IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key, caller and body again has the first answer again, for 24 hours.",
}


def if_match(required: bool) -> Json:
    return {
        "name": "If-Match",
        "in": "header",
        "required": required,
        "schema": {"type": "string", "pattern": '^"[0-9]+"$', "examples": ['"3"']},
        "description": "The ETag of the version that this changes.",
    }


def routes_of(routers: Iterable[APIRouter]) -> Iterator[tuple[APIRoute, Operation | None]]:
    """Every route of some routers, with the row of the access table that guards it; None for one
    that anyone may call."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield route, _operation_of(route)


def _operation_of(route: APIRoute) -> Operation | None:
    for dependant in route.dependant.dependencies:
        operation = getattr(dependant.call, "operation", None)
        if isinstance(operation, Operation):
            return operation
    return None


def describe(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Have the application, which has these routers' routes, describe itself whole."""
    plain: Callable[[], Json] = app.openapi
    guarded = [route for route, operation in routes_of(routers) if operation]

    @cache
    def whole() -> Json:
        return _completed(plain(), guarded)

    app.openapi = whole  # type: ignore[method-assign]


def _completed(document: Json, guarded: Iterable[APIRoute]) -> Json:
    components = document.setdefault("components", {})
    components["securitySchemes"] = SCHEMES
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = REFUSED
    for route in guarded:
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            operation["security"] = [{BEARER: []}]
            operation.setdefault("parameters", []).extend(_headers(route, method))
    return document


def _headers(route: APIRoute, method: str) -> Iterator[Json]:
    """Which headers it takes: whether `If-Match`, its own description says."""
    if method == "POST":
        yield IDEMPOTENCY_KEY
    said = " ".join(route.description.split())
    if "`If-Match`" in said:
        yield if_match(required="with `If-Match`" not in said)
