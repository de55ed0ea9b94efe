"""The provider's routes."""

import time
from collections.abc import Callable
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc.jwk import KeySet
from starlette.middleware.trustedhost import TrustedHostMiddleware

from deploy.local.identity.assertions import ALGORITHMS
from deploy.local.identity.grants import Grants, OAuthError, asked_in, need, parameters_of
from deploy.local.identity.keys import IdentitySettings
from deploy.local.identity.page import NO_STORE, page, picker
from deploy.local.personas import BY_SUB

SECRET_METHODS = ("client_secret_basic", "client_secret_post")


def _common(settings: IdentitySettings) -> dict[str, Any]:
    """What both discovery documents say."""
    return {
        "issuer": settings.issuer,
        "authorization_endpoint": f"{settings.issuer}/authorize",
        "token_endpoint": settings.token_endpoint,
        "jwks_uri": f"{settings.issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": [*SECRET_METHODS, "private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": [*ALGORITHMS],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "ledger.read", "system/*.cruds"],
    }


def _openid(settings: IdentitySettings) -> dict[str, Any]:
    """OpenID Connect Discovery §3."""
    return _common(settings) | {
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "authorization_response_iss_parameter_supported": True,
    }


def _smart(settings: IdentitySettings) -> dict[str, Any]:
    """SMART App Launch 2.2, conformance."""
    capabilities = ["client-confidential-asymmetric", "permission-v1", "permission-v2"]
    return _common(settings) | {"capabilities": capabilities}


async def _oauth_error(request: Request, error: OAuthError) -> Response:
    if error.send_to:
        return RedirectResponse(error.send_to, 303, NO_STORE)
    if request.url.path == "/authorize":
        return page("Sign-in cannot start", f"<p>{escape(error.description)}</p>", 400)
    body = {"error": error.code, "error_description": error.description}
    if error.code != "invalid_client":
        return JSONResponse(body, 400, NO_STORE)
    challenge = {"WWW-Authenticate": 'Basic realm="countersign-local", charset="UTF-8"'}
    return JSONResponse(body, 401, NO_STORE | challenge)


def create_app(settings: IdentitySettings, now: Callable[[], float] = time.time) -> FastAPI:
    """The provider as an application. It answers only to names of this machine, so a page on the
    web can't reach it by pointing its own name here. `now` gives seconds since 1970."""
    grants = Grants(settings, now)
    app = FastAPI(title="Countersign local identity provider", openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app.exception_handler(OAuthError)(_oauth_error)

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return _openid(settings)

    @app.get("/.well-known/smart-configuration")
    async def smart() -> dict[str, Any]:
        return _smart(settings)

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return {**KeySet([grants.tokens.key]).as_dict(private=False)}

    @app.get("/authorize")
    async def ask(request: Request) -> Response:
        return picker(asked_in(settings, request.scope["query_string"]))

    @app.post("/authorize")
    async def choose(request: Request) -> Response:
        asked = asked_in(settings, request.scope["query_string"])
        persona = BY_SUB.get(need(parameters_of(await request.body()), "persona"))
        if persona is None:
            raise OAuthError("invalid_request", "There is no such persona.")
        return RedirectResponse(grants.choose(asked, persona), 303, NO_STORE)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = parameters_of(await request.body())
        return JSONResponse(grants.token(request, form), headers=NO_STORE)

    @app.get("/health/live")
    @app.get("/health/ready")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app
