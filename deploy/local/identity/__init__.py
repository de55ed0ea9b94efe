"""The local identity provider. FOR LOCAL USE ONLY: it signs in as any persona without proof.

`keys` owns the signing key and the tokens, `grants` the two OAuth 2.0 grants, `page` what the
browser shows and `app` the routes. joserfc does the JOSE; authlib's server grants are left aside,
because they write issued tokens to the debug log and need more adapting to FastAPI than the two
grants are long.
"""

from deploy.local.identity.app import SECRET_METHODS, create_app
from deploy.local.identity.grants import CODE_SECONDS, SECRET, OAuthError
from deploy.local.identity.keys import (
    TOKEN_SECONDS,
    IdentitySettings,
    UnknownPersona,
    issue,
    load_key,
)
from deploy.local.identity.page import NO_STORE

__all__ = [
    "CODE_SECONDS",
    "NO_STORE",
    "SECRET",
    "SECRET_METHODS",
    "TOKEN_SECONDS",
    "IdentitySettings",
    "OAuthError",
    "UnknownPersona",
    "create_app",
    "issue",
    "load_key",
]
