"""The local identity provider. FOR LOCAL USE ONLY: it signs in as any persona without proof.

`keys` owns the signing key and the tokens, `grants` the two OAuth 2.0 grants, `assertions` how a
system proves who it is, `page` what the browser shows and `app` the routes. joserfc does the JOSE;
authlib's server grants are left aside, because they write issued tokens to the debug log and need
more adapting to FastAPI than the two grants are long.
"""

from deploy.local.identity.app import SECRET_METHODS, create_app
from deploy.local.identity.assertions import (
    ASSERTION_TYPE,
    SYSTEM_TOKEN_SECONDS,
    UnknownClient,
    assertion,
    jwks_file,
    key_file,
)
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
    "ASSERTION_TYPE",
    "CODE_SECONDS",
    "NO_STORE",
    "SECRET",
    "SECRET_METHODS",
    "SYSTEM_TOKEN_SECONDS",
    "TOKEN_SECONDS",
    "IdentitySettings",
    "OAuthError",
    "UnknownClient",
    "UnknownPersona",
    "assertion",
    "create_app",
    "issue",
    "jwks_file",
    "key_file",
    "load_key",
]
